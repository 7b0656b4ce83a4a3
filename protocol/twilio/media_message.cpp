#include "protocol/twilio/media_message.hpp"

#include "protocol/text/base64.hpp"
#include "protocol/text/json.hpp"
#include "protocol/text/utf8.hpp"

#include <nlohmann/json.hpp>

#include <charconv>

namespace trunkline {

namespace {

using nlohmann::json;

constexpr size_t event_bytes_max = 64;

failure bad(std::string why) {
  return {failure_kind::bad_input, "media message: " + std::move(why)};
}

bool to_number(std::string_view text, uint64_t& to) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), to);
  return error == std::errc{} && end == text.data() + text.size();
}

// Numbers come as strings; JSON numbers are accepted too. Absent: left alone.
bool number_member(const json& object, const char* name, uint64_t& to) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null())
    return true;
  if (found->is_number_unsigned()) {
    to = found->get<uint64_t>();
    return true;
  }
  return found->is_string() && to_number(found->get_ref<const std::string&>(), to);
}

// Walks `{"key":value,...}` whose strings have no escapes and whose values are strings, whole
// numbers or one object. Gives up at anything else: the caller then takes the slow way.
class scanner {
public:
  explicit scanner(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

  bool take(char c) {
    skip_space();
    if (at_ == end_ || *at_ != c)
      return false;
    ++at_;
    return true;
  }

  bool next_is(char c) {
    skip_space();
    return at_ != end_ && *at_ == c;
  }

  bool string(std::string_view& to) {
    if (!take('"'))
      return false;
    const auto* start = at_;
    while (at_ != end_ && *at_ != '"') {
      if (*at_ == '\\' || static_cast<unsigned char>(*at_) < 0x20)
        return false;
      ++at_;
    }
    if (at_ == end_)
      return false;
    to = {start, static_cast<size_t>(at_++ - start)};
    return true;
  }

  bool digits(std::string_view& to) {
    const auto* start = at_;
    while (at_ != end_ && *at_ >= '0' && *at_ <= '9')
      ++at_;
    to = {start, static_cast<size_t>(at_ - start)};
    return !to.empty() && (to.size() == 1 || to[0] != '0');
  }

  /// `member(key)` must take the value that follows.
  template<class Member>
  bool object(Member member) {
    if (!take('{'))
      return false;
    do {
      std::string_view key;
      if (!string(key) || !take(':') || !member(key))
        return false;
    } while (take(','));
    return take('}');
  }

  bool value(std::string_view& to) { return next_is('"') ? string(to) : digits(to); }

  bool at_end() {
    skip_space();
    return at_ == end_;
  }

private:
  void skip_space() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t'))
      ++at_;
  }

  const char* at_;
  const char* end_;
};

stream_started start_of(const json& message) {
  stream_started to;
  const auto& start = object_member(message, "start");
  to.stream_sid = string_member(start, "streamSid");
  if (to.stream_sid.empty())
    to.stream_sid = string_member(message, "streamSid");
  to.account_sid = string_member(start, "accountSid");
  to.call_sid = string_member(start, "callSid");
  const auto& format = object_member(start, "mediaFormat");
  if (!format.empty()) {
    to.encoding = string_member(format, "encoding");
    uint64_t rate = 0, channels = 0;
    to.sample_rate = number_member(format, "sampleRate", rate) ? static_cast<unsigned>(rate) : 0;
    to.channels = number_member(format, "channels", channels) ? static_cast<unsigned>(channels) : 0;
  }
  for (const auto& [name, value] : object_member(start, "customParameters").items())
    if (value.is_string())
      to.parameters.emplace_back(name, value.get<std::string>());
  return to;
}

} // namespace

result<stream_message> stream_message_parser::parse(std::string_view message) {
  if (message.size() > media_message_bytes_max)
    return bad("over " + std::to_string(media_message_bytes_max) + " bytes");
  stream_media media;
  if (parse_fast(message, media))
    return stream_message{media};
  if (stream_mark mark; parse_mark_fast(message, mark))
    return stream_message{std::move(mark)};
  ++slow_parses_;
  return parse_slow(message);
}

bool stream_message_parser::parse_fast(std::string_view message, stream_media& to) {
  scanner in{message};
  std::string_view event, sequence, chunk, timestamp, track, payload;
  bool has_media = false;
  const auto media_member = [&](std::string_view key) {
    if (key == "payload")
      return in.string(payload);
    if (key == "track")
      return in.string(track);
    if (key == "chunk")
      return in.value(chunk);
    return key == "timestamp" && in.value(timestamp);
  };
  const bool scanned = in.object([&](std::string_view key) {
    if (key == "event")
      return in.string(event) && event == "media";
    if (key == "sequenceNumber")
      return in.value(sequence);
    if (key == "streamSid")
      return in.string(to.stream_sid);
    if (key != "media" || has_media) // a second one: left to the slow way
      return false;
    has_media = true;
    return in.object(media_member);
  });
  if (!scanned || !in.at_end() || event.empty() || payload.data() == nullptr)
    return false;
  const auto number = [](std::string_view text, uint64_t& value) {
    return text.data() == nullptr || to_number(text, value);
  };
  if (!number(sequence, to.sequence) || !number(chunk, to.chunk) ||
      !number(timestamp, to.timestamp_ms) || !base64_decode(payload, audio_))
    return false;
  to.inbound = track != "outbound";
  to.audio = audio_;
  return true;
}

bool stream_message_parser::parse_mark_fast(std::string_view message, stream_mark& to) {
  scanner in{message};
  std::string_view event, sequence, stream_sid, name;
  const bool scanned = in.object([&](std::string_view key) {
    if (key == "event")
      return in.string(event) && event == "mark";
    if (key == "sequenceNumber")
      return in.value(sequence);
    if (key == "streamSid")
      return in.string(stream_sid);
    return key == "mark" && name.data() == nullptr &&
           in.object([&](std::string_view inner) { return inner == "name" && in.string(name); });
  });
  if (!scanned || !in.at_end() || event.empty() || name.empty() || !is_valid_utf8(name) ||
      (sequence.data() != nullptr && !to_number(sequence, to.sequence)))
    return false;
  to.stream_sid = stream_sid;
  to.name = name;
  return true;
}

result<stream_message> stream_message_parser::media_of(const json& message) {
  const auto& media = object_member(message, "media");
  stream_media to;
  if (!number_member(message, "sequenceNumber", to.sequence) ||
      !number_member(media, "chunk", to.chunk) ||
      !number_member(media, "timestamp", to.timestamp_ms))
    return bad("sequenceNumber, chunk or timestamp is not a number");
  const auto payload = media.find("payload");
  if (payload == media.end() || !payload->is_string() ||
      !base64_decode(payload->get_ref<const std::string&>(), audio_))
    return bad("payload is not base64");
  stream_sid_ = string_member(message, "streamSid");
  to.stream_sid = stream_sid_;
  to.inbound = string_member(media, "track") != "outbound";
  to.audio = audio_;
  return stream_message{to};
}

result<stream_message> stream_message_parser::parse_slow(std::string_view text) {
  const auto parsed = parse_json(text, "media message");
  if (!parsed)
    return parsed.error();
  const auto& message = *parsed;
  if (!message.is_object())
    return bad("not an object");
  const auto event = string_member(message, "event");
  if (event.empty())
    return bad("no event");
  uint64_t sequence = 0;
  if (!number_member(message, "sequenceNumber", sequence))
    return bad("sequenceNumber is not a number");
  const auto stream_sid = string_member(message, "streamSid");
  if (event == "media")
    return media_of(message);
  if (event == "connected")
    return stream_message{
        stream_connected{string_member(message, "protocol"), string_member(message, "version")}};
  if (event == "start") {
    auto start = start_of(message);
    start.sequence = sequence;
    return stream_message{std::move(start)};
  }
  if (event == "dtmf") {
    const auto digit = string_member(object_member(message, "dtmf"), "digit");
    if (digit.size() != 1 || std::string_view{"0123456789*#ABCD"}.find(digit) == std::string::npos)
      return bad("dtmf without a digit");
    return stream_message{stream_digit{sequence, stream_sid, digit[0]}};
  }
  if (event == "mark") {
    auto name = string_member(object_member(message, "mark"), "name");
    if (name.empty())
      return bad("mark without name");
    return stream_message{stream_mark{sequence, stream_sid, std::move(name)}};
  }
  if (event == "clear")
    return stream_message{stream_clear{stream_sid}};
  if (event == "stop") {
    const auto& stop = object_member(message, "stop");
    return stream_message{stream_stopped{sequence, stream_sid, string_member(stop, "accountSid"),
                                         string_member(stop, "callSid")}};
  }
  return stream_message{stream_unknown{event.substr(0, event_bytes_max)}};
}

} // namespace trunkline
