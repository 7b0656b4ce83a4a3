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

uint64_t answer_bytes(const recording_reader& file) {
  return wav_header_mulaw_bytes + file.size();
}

/// From there to the end.
http_body_rest rest_of(std::shared_ptr<const recording_reader> file, uint64_t from,
                       recording_reading reading) {
  const auto total = answer_bytes(*file);
  const auto next = [file, reading, total, at = from](auto give) mutable {
    const auto size = std::min<uint64_t>(total - at, recording_part_bytes_max);
    reading([file, give, at, size] {
      auto bytes = bytes_of(*file, at, size);
      if (!bytes)
        (void)recording_failed(bytes.error());
      give(bytes ? std::optional{std::move(*bytes)} : std::nullopt);
    });
    at += size;
  };
  return {total - from, next};
}

} // namespace

http_response answer_recording(std::shared_ptr<const recording_reader> from,
                               std::string_view range_header, recording_reading reading) {
  const auto total = answer_bytes(*from);
  auto range = read_range(range_header, total);
  http_response answer{
      200, "audio/wav", {}, {{"Accept-Ranges", "bytes"}, {"Cache-Control", "no-store"}}};
  const auto of_total = "/" + std::to_string(total);
  if (range.what == byte_range::kind::unsatisfiable) {
    answer.status = 416;
    answer.headers.emplace_back("Content-Range", "bytes *" + of_total);
    return answer;
  }
  range.size = std::min<uint64_t>(range.size, recording_part_bytes_max);
  if (range.what == byte_range::kind::part) {
    answer.status = 206;
    answer.headers.emplace_back("Content-Range", "bytes " + std::to_string(range.from) + "-" +
                                                     std::to_string(range.from + range.size - 1) +
                                                     of_total);
  }
  auto bytes = bytes_of(*from, range.from, range.size);
  if (!bytes)
    return recording_failed(bytes.error());
  answer.body = std::move(*bytes);
  if (answer.status == 200 && range.size < total)
    answer.rest = rest_of(std::move(from), range.size, std::move(reading));
  return answer;
}

http_response recording_failed(const failure& why) {
  const bool absent = why.kind == failure_kind::not_found;
  if (!absent)
    log_event(log_level::error, "recording.unreadable", {{"error", why.context}});
  return {absent ? 404u : 500u, "application/json", to_text({{"error", why.context}}) + "\n", {}};
}

} // namespace trunkline
