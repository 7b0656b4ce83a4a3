#include "protocol/twilio/relay_message.hpp"

#include "protocol/text/json.hpp"
#include "protocol/text/json_fields.hpp"
#include "protocol/text/utf8.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace trunkline {

namespace {

using nlohmann::json;

constexpr size_t type_bytes_max = 64;
constexpr size_t parameters_max = 64;
constexpr uint64_t interrupt_ms_max = 24ull * 3600 * 1000;

failure bad(std::string why) {
  return {failure_kind::bad_input, "relay message " + std::move(why), false};
}

bool is_digit_key(std::string_view text) {
  return text.size() == 1 && std::string_view{"0123456789*#ABCD"}.find(text[0]) != text.npos;
}

std::string text_of(const json& message, std::string_view name) {
  return to_valid_utf8(string_member(message, name));
}

result<relay_heard> setup_of(const json& message) {
  relay_setup setup;
  setup.session_id = text_of(message, "sessionId");
  setup.account_sid = text_of(message, "accountSid");
  setup.call_sid = text_of(message, "callSid");
  setup.parent_call_sid = text_of(message, "parentCallSid");
  setup.from = text_of(message, "from");
  setup.to = text_of(message, "to");
  setup.forwarded_from = text_of(message, "forwardedFrom");
  setup.caller_name = text_of(message, "callerName");
  setup.call_type = text_of(message, "callType");
  setup.call_status = text_of(message, "callStatus");
  setup.direction = text_of(message, "direction");
  if (setup.session_id.empty() || setup.call_sid.empty())
    return bad("setup names no session or no call");
  for (const auto& [name, value] : object_member(message, "customParameters").items()) {
    if (setup.parameters.size() == parameters_max)
      return bad("setup has more than " + std::to_string(parameters_max) + " parameters");
    if (value.is_string())
      setup.parameters.emplace_back(to_valid_utf8(name),
                                    to_valid_utf8(value.get_ref<const std::string&>()));
  }
  return relay_heard{std::move(setup)};
}

result<relay_heard> prompt_of(const json& message) {
  const auto words = message.find("voicePrompt");
  if (words == message.end() || !words->is_string())
    return bad("prompt has no voicePrompt");
  const auto last = message.find("last");
  return relay_heard{
      relay_prompt{text_of(message, "voicePrompt"), text_of(message, "lang"),
                   last == message.end() || !last->is_boolean() || last->get<bool>()}};
}

result<relay_heard> digit_of(const json& message) {
  const auto digit = string_member(message, "digit");
  if (!is_digit_key(digit))
    return bad("dtmf has no key of a telephone");
  return relay_heard{relay_digit{digit[0]}};
}

relay_heard interrupt_of(const json& message) {
  const auto after = whole_number_member(message, "durationUntilInterruptMs").value_or(0);
  return relay_interrupt{text_of(message, "utteranceUntilInterrupt"),
                         std::chrono::milliseconds{std::min(after, interrupt_ms_max)}};
}

relay_heard info_of(const json& message) {
  return relay_info{text_of(message, "name"), text_of(message, "value"),
                    whole_number_member(message, "ts")};
}

result<json> object_of(std::string_view message) {
  if (message.size() > relay_message_bytes_max)
    return bad("is over 64 KiB");
  auto parsed =
      parse_json(is_valid_utf8(message) ? message : to_valid_utf8(message), "relay message");
  if (!parsed)
    return parsed.error();
  if (!parsed->is_object())
    return bad("is no JSON object");
  if (string_member(*parsed, "type").empty())
    return bad("has no type");
  return parsed;
}

} // namespace

result<relay_heard> parse_relay_heard(std::string_view message) {
  const auto parsed = object_of(message);
  if (!parsed)
    return parsed.error();
  const auto type = string_member(*parsed, "type");
  if (type == "prompt")
    return prompt_of(*parsed);
  if (type == "setup")
    return setup_of(*parsed);
  if (type == "interrupt")
    return interrupt_of(*parsed);
  if (type == "dtmf")
    return digit_of(*parsed);
  if (type == "error")
    return relay_heard{relay_error{text_of(*parsed, "description")}};
  if (type == "info")
    return info_of(*parsed);
  return relay_heard{relay_unknown{clean_text(type, type_bytes_max)}};
}

namespace {

void flag(json& to, const char* name, const std::optional<bool>& value) {
  if (value)
    to[name] = *value;
}

void word(json& to, const char* name, const std::string& value) {
  if (!value.empty())
    to[name] = value;
}

json value_of(const relay_text& text) {
  // Escaping can double a text and more: half is what surely fits, and a second of speech it is
  // not.
  json value{{"type", "text"},
             {"token", text.token.size() <= relay_message_bytes_max / 2
                           ? text.token
                           : text.token.substr(0, relay_message_bytes_max / 2)},
             {"last", text.last}};
  word(value, "lang", text.language);
  flag(value, "interruptible", text.interruptible);
  flag(value, "preemptible", text.preemptible);
  return value;
}

json value_of(const relay_play& play) {
  json value{{"type", "play"}, {"source", play.source}, {"loop", play.loop}};
  flag(value, "interruptible", play.interruptible);
  flag(value, "preemptible", play.preemptible);
  return value;
}

json value_of(const relay_send_digits& order) {
  return {{"type", "sendDigits"}, {"digits", order.digits}};
}

json value_of(const relay_language& language) {
  json value{{"type", "language"}};
  word(value, "ttsLanguage", language.speech);
  word(value, "transcriptionLanguage", language.transcription);
  return value;
}

json value_of(const relay_end& end) {
  json value{{"type", "end"}};
  word(value, "handoffData", end.handoff.substr(0, handoff_bytes_max));
  return value;
}

json value_of(const relay_setup& setup) {
  auto parameters = json::object();
  for (const auto& [name, value] : setup.parameters)
    parameters[name] = value;
  return {{"type", "setup"},
          {"sessionId", setup.session_id},
          {"accountSid", setup.account_sid},
          {"parentCallSid", setup.parent_call_sid},
          {"callSid", setup.call_sid},
          {"from", setup.from},
          {"to", setup.to},
          {"forwardedFrom", setup.forwarded_from},
          {"callType", setup.call_type},
          {"callerName", setup.caller_name},
          {"direction", setup.direction},
          {"callStatus", setup.call_status},
          {"customParameters", std::move(parameters)}};
}

json value_of(const relay_prompt& prompt) {
  return {{"type", "prompt"},
          {"voicePrompt", prompt.text},
          {"lang", prompt.language},
          {"last", prompt.last}};
}

json value_of(const relay_interrupt& interrupt) {
  return {{"type", "interrupt"},
          {"utteranceUntilInterrupt", interrupt.heard},
          {"durationUntilInterruptMs", interrupt.after.count()}};
}

json value_of(const relay_digit& key) {
  return {{"type", "dtmf"}, {"digit", std::string(1, key.digit)}};
}

json value_of(const relay_error& error) {
  return {{"type", "error"}, {"description", error.description}};
}

json value_of(const relay_info& info) {
  json value{{"type", "info"}, {"name", info.name}, {"value", info.value}};
  if (info.at_ms)
    value["ts"] = *info.at_ms;
  return value;
}

json value_of(const relay_unknown& unknown) {
  return {{"type", unknown.type}};
}

} // namespace

std::string render(const relay_said& message) {
  return to_text(std::visit([](const auto& one) { return value_of(one); }, message));
}

std::string render(const relay_heard& message) {
  return to_text(std::visit([](const auto& one) { return value_of(one); }, message));
}

namespace {

std::optional<bool> flag_of(const json& message, const char* name) {
  const auto found = message.find(name);
  return found != message.end() && found->is_boolean() ? std::optional{found->get<bool>()}
                                                       : std::nullopt;
}

result<relay_said> text_said(const json& message) {
  const auto token = message.find("token");
  if (token == message.end() || !token->is_string())
    return bad("text has no token");
  return relay_said{relay_text{token->get<std::string>(), flag_member(message, "last"),
                               string_member(message, "lang"), flag_of(message, "interruptible"),
                               flag_of(message, "preemptible")}};
}

result<relay_said> play_said(const json& message) {
  const auto source = string_member(message, "source");
  if (!source.starts_with("https://") && !source.starts_with("http://"))
    return bad("play has no source URL");
  const auto loop = whole_number_member(message, "loop").value_or(1);
  return relay_said{relay_play{source, static_cast<unsigned>(std::min<uint64_t>(loop, 1000)),
                               flag_of(message, "interruptible"), flag_of(message, "preemptible")}};
}

result<relay_said> digits_said(const json& message) {
  auto digits = string_member(message, "digits");
  if (digits.empty() || digits.find_first_not_of("0123456789w#*") != digits.npos)
    return bad("sendDigits has no digits");
  return relay_said{relay_send_digits{std::move(digits)}};
}

} // namespace

result<relay_said> parse_relay_said(std::string_view message) {
  const auto parsed = object_of(message);
  if (!parsed)
    return parsed.error();
  const auto type = string_member(*parsed, "type");
  if (type == "text")
    return text_said(*parsed);
  if (type == "play")
    return play_said(*parsed);
  if (type == "sendDigits")
    return digits_said(*parsed);
  if (type == "end")
    return relay_said{relay_end{string_member(*parsed, "handoffData")}};
  if (type != "language")
    return bad("has a type the carrier does not know");
  relay_language language{string_member(*parsed, "ttsLanguage"),
                          string_member(*parsed, "transcriptionLanguage")};
  if (language.speech.empty() && language.transcription.empty())
    return bad("language names none");
  return relay_said{std::move(language)};
}

} // namespace trunkline
