#include "protocol/audio/resample.hpp"

#include <speex/speex_resampler.h>

#include <algorithm>
#include <memory>
#include <string>

namespace trunkline {

namespace {

constexpr int quality = 7;
constexpr uint32_t rate_min = 1000;
constexpr uint32_t rate_max = 192000;

struct destroy {
  void operator()(SpeexResamplerState* state) const { speex_resampler_destroy(state); }
};

// Appends until the input is used up; false when the library refuses.
bool push(SpeexResamplerState* state, std::span<const int16_t> in, std::vector<int16_t>& out,
          size_t limit) {
  while (!in.empty() && out.size() < limit) {
    const auto start = out.size();
    auto taken = static_cast<spx_uint32_t>(std::min<size_t>(in.size(), 8192));
    auto room = static_cast<spx_uint32_t>(std::min<size_t>(limit - start, 65536));
    out.resize(start + room);
    if (speex_resampler_process_int(state, 0, in.data(), &taken, out.data() + start, &room) != 0)
      return false;
    out.resize(start + room);
    if (taken == 0 && room == 0)
      return false;
    in = in.subspan(taken);
  }
  return true;
}

} // namespace

result<std::vector<int16_t>> resample(std::span<const int16_t> samples, uint32_t from,
                                      uint32_t to) {
  if (from < rate_min || from > rate_max || to < rate_min || to > rate_max)
    return failure{failure_kind::bad_input,
                   "resample: cannot convert " + std::to_string(from) + " Hz to " +
                       std::to_string(to) + " Hz",
                   false};
  if (from == to)
    return std::vector<int16_t>{samples.begin(), samples.end()};
  int error = 0;
  std::unique_ptr<SpeexResamplerState, destroy> state{
      speex_resampler_init(1, from, to, quality, &error)};
  if (!state || error != 0)
    return failure{failure_kind::internal, "resample: the filter could not be made", false};
  speex_resampler_skip_zeros(state.get()); // the filter's delay is not part of the sound
  const auto length = static_cast<size_t>(uint64_t{samples.size()} * to / from);
  std::vector<int16_t> out;
  out.reserve(length);
  // Its tail is pushed out with silence.
  const std::vector<int16_t> silence(
      static_cast<size_t>(speex_resampler_get_input_latency(state.get())) + from / 100, 0);
  if (!push(state.get(), samples, out, length) || !push(state.get(), silence, out, length))
    return failure{failure_kind::internal, "resample: the filter failed", false};
  out.resize(length, 0);
  return out;
}

std::vector<int16_t> doubled(std::span<const int16_t> samples) {
  std::vector<int16_t> out(samples.size() * 2);
  for (size_t i = 0; i < samples.size(); ++i)
    out[2 * i] = out[2 * i + 1] = samples[i];
  return out;
}

} // namespace trunkline
