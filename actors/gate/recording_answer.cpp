#include "actors/gate/recording_answer.hpp"

#include "infra/log/log.hpp"
#include "protocol/audio/wav.hpp"
#include "protocol/http/byte_range.hpp"
#include "protocol/text/json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace trunkline {

namespace {

/// [from, from + size) of the header and what follows it.
result<std::string> bytes_of(const recording_reader& file, uint64_t from, uint64_t size) {
  std::string all;
  if (from < wav_header_mulaw_bytes) {
    all = wav_header_mulaw_stereo(static_cast<uint32_t>(file.size()))
              .substr(static_cast<size_t>(from), static_cast<size_t>(size));
    size -= all.size();
    from = wav_header_mulaw_bytes;
  }
  if (size == 0)
    return all;
  auto sound = file.read(from - wav_header_mulaw_bytes, size);
  if (!sound)
    return sound.error();
  return all.empty() ? std::move(*sound) : all + *sound;
}

} // namespace

http_response answer_recording(const recording_reader& from, std::string_view range_header) {
  const auto total = wav_header_mulaw_bytes + from.size();
  auto range = read_range(range_header, total);
  http_response answer{
      200, "audio/wav", {}, {{"Accept-Ranges", "bytes"}, {"Cache-Control", "no-store"}}};
  const auto of_total = "/" + std::to_string(total);
  if (range.what == byte_range::kind::unsatisfiable) {
    answer.status = 416;
    answer.headers.emplace_back("Content-Range", "bytes *" + of_total);
    return answer;
  }
  if (range.what == byte_range::kind::part) {
    range.size = std::min<uint64_t>(range.size, recording_part_bytes_max);
    answer.status = 206;
    answer.headers.emplace_back("Content-Range", "bytes " + std::to_string(range.from) + "-" +
                                                     std::to_string(range.from + range.size - 1) +
                                                     of_total);
  }
  auto bytes = bytes_of(from, range.from, range.size);
  if (!bytes)
    return recording_failed(bytes.error());
  answer.body = std::move(*bytes);
  return answer;
}

http_response recording_failed(const failure& why) {
  const bool absent = why.kind == failure_kind::not_found;
  if (!absent)
    log_event(log_level::error, "recording.unreadable", {{"error", why.context}});
  return {absent ? 404u : 500u, "application/json", to_text({{"error", why.context}}) + "\n", {}};
}

} // namespace trunkline
