#include "protocol/twilio/media_message.hpp"

#include "protocol/text/base64.hpp"
#include "protocol/text/json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace trunkline {

namespace {

using nlohmann::json;

// The ids we write thousands of times a second are plain; anything else goes through the library.
void append_string(std::string& to, std::string_view text) {
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
  });
  if (!plain) {
    to += to_text(json(std::string{text}));
    return;
  }
  to += '"';
  to += text;
  to += '"';
}

std::string head(std::string_view event, std::string_view stream_sid, size_t reserve) {
  std::string out;
  out.reserve(reserve);
  out += R"({"event":")";
  out += event;
  out += R"(","streamSid":)";
  append_string(out, stream_sid);
  return out;
}

void append_sequence(std::string& to, uint64_t sequence) {
  to += R"(,"sequenceNumber":")";
  to += std::to_string(sequence);
  to += '"';
}

void append_payload(std::string& to, std::span<const uint8_t> audio) {
  to += R"("payload":")";
  base64_append(to, audio);
  to += R"("}})";
}

std::string mark(std::string_view stream_sid, std::string_view name, const uint64_t* sequence) {
  auto out = head("mark", stream_sid, 128);
  if (sequence)
    append_sequence(out, *sequence);
  out += R"(,"mark":{"name":)";
  append_string(out, name);
  out += "}}";
  return out;
}

} // namespace

std::string render_media(std::string_view stream_sid, std::span<const uint8_t> audio) {
  auto out = head("media", stream_sid, audio.size() * 4 / 3 + 128);
  out += R"(,"media":{)";
  append_payload(out, audio);
  return out;
}

std::string render_mark(std::string_view stream_sid, std::string_view name) {
  return mark(stream_sid, name, nullptr);
}

std::string render_clear(std::string_view stream_sid) {
  return head("clear", stream_sid, 96) + "}";
}

std::string render_connected() {
  return R"({"event":"connected","protocol":"Call","version":"1.0.0"})";
}

std::string render_started(const stream_started& start) {
  auto parameters = json::object();
  for (const auto& [name, value] : start.parameters)
    parameters[name] = value;
  return to_text({{"event", "start"},
                  {"sequenceNumber", std::to_string(start.sequence)},
                  {"streamSid", start.stream_sid},
                  {"start",
                   {{"accountSid", start.account_sid},
                    {"callSid", start.call_sid},
                    {"streamSid", start.stream_sid},
                    {"tracks", json::array({"inbound"})},
                    {"mediaFormat",
                     {{"encoding", start.encoding},
                      {"sampleRate", start.sample_rate},
                      {"channels", start.channels}}},
                    {"customParameters", std::move(parameters)}}}});
}

std::string render_caller_media(const stream_media& media) {
  auto out = head("media", media.stream_sid, media.audio.size() * 4 / 3 + 224);
  append_sequence(out, media.sequence);
  out += media.inbound ? R"(,"media":{"track":"inbound","chunk":")"
                       : R"(,"media":{"track":"outbound","chunk":")";
  out += std::to_string(media.chunk);
  out += R"(","timestamp":")";
  out += std::to_string(media.timestamp_ms);
  out += R"(",)";
  append_payload(out, media.audio);
  return out;
}

std::string render_digit(const stream_digit& digit) {
  auto out = head("dtmf", digit.stream_sid, 160);
  append_sequence(out, digit.sequence);
  out += R"(,"dtmf":{"track":"inbound_track","digit":)";
  append_string(out, std::string_view{&digit.digit, 1});
  out += "}}";
  return out;
}

std::string render_mark_echo(const stream_mark& echo) {
  return mark(echo.stream_sid, echo.name, &echo.sequence);
}

std::string render_stopped(const stream_stopped& stop) {
  return to_text({{"event", "stop"},
                  {"sequenceNumber", std::to_string(stop.sequence)},
                  {"streamSid", stop.stream_sid},
                  {"stop", {{"accountSid", stop.account_sid}, {"callSid", stop.call_sid}}}});
}

} // namespace trunkline
