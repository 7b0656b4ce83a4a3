#pragma once

#include "schema/failure.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

// Messages of a Media Streams socket. Audio is mu-law, 8000 Hz, one channel; usually 160 bytes.
//
//   carrier -> server: connected, start, media*, dtmf*, mark*, stop      (numbers are strings)
//   server -> carrier: media*, mark*, clear*
//
// A mark comes back when everything sent before it was played, or when `clear` dropped it.

namespace trunkline {

/// Longest message parsed; the socket's own limit is the same.
inline constexpr size_t media_message_bytes_max = 64 * 1024;

struct stream_connected {
  std::string protocol, version;
};
struct stream_started {
  uint64_t sequence = 0;
  std::string stream_sid{}, account_sid{}, call_sid{};
  std::string encoding = "audio/x-mulaw";
  unsigned sample_rate = 8000;
  unsigned channels = 1;
  std::vector<std::pair<std::string, std::string>> parameters{};
};
/// Both directions; the server's has no numbers. The views end with the message or the next parse.
struct stream_media {
  uint64_t sequence = 0, chunk = 0, timestamp_ms = 0;
  bool inbound = true; ///< track; the caller's voice
  std::string_view stream_sid;
  std::span<const uint8_t> audio;
};
struct stream_digit {
  uint64_t sequence = 0;
  std::string stream_sid;
  char digit = 0; ///< 0-9 * # A-D
};
struct stream_mark {
  uint64_t sequence = 0;
  std::string stream_sid, name;
};
struct stream_clear {
  std::string stream_sid;
};
struct stream_stopped {
  uint64_t sequence = 0;
  std::string stream_sid, account_sid, call_sid;
};
/// An event we do not know: to be counted and ignored.
struct stream_unknown {
  std::string event; ///< at most 64 bytes of it
};

using stream_message = std::variant<stream_connected, stream_started, stream_media, stream_digit,
                                    stream_mark, stream_clear, stream_stopped, stream_unknown>;

/// Parses messages of either side. Keeps one audio buffer, so media in its usual form costs neither
/// a JSON document nor an allocation, and a mark no document; anything unusual takes the slow way
/// with the same result. One per socket or per thread. Failures are `bad_input`: not a JSON object,
/// no event, too large, too deep, a number or the base64 that is none, a mark without name.
class stream_message_parser {
public:
  result<stream_message> parse(std::string_view message);
  /// How many messages needed a JSON document; for tests and metrics.
  uint64_t slow_parses() const { return slow_parses_; }

private:
  bool parse_fast(std::string_view message, stream_media& to);
  bool parse_mark_fast(std::string_view message, stream_mark& to);
  result<stream_message> parse_slow(std::string_view message);
  result<stream_message> media_of(const nlohmann::json& message);

  std::vector<uint8_t> audio_;
  std::string stream_sid_;
  uint64_t slow_parses_ = 0;
};

/// Server to carrier.
std::string render_media(std::string_view stream_sid, std::span<const uint8_t> audio);
std::string render_mark(std::string_view stream_sid, std::string_view name);
std::string render_clear(std::string_view stream_sid);

/// Carrier to server.
std::string render_connected();
std::string render_started(const stream_started& start);
std::string render_caller_media(const stream_media& media);
std::string render_digit(const stream_digit& digit);
std::string render_mark_echo(const stream_mark& mark);
std::string render_stopped(const stream_stopped& stop);

} // namespace trunkline
