#include "protocol/elevenlabs/multi_stream.hpp"

#include "protocol/elevenlabs/errors.hpp"
#include "protocol/http/query.hpp"
#include "protocol/text/base64.hpp"
#include "protocol/text/json.hpp"
#include "protocol/text/json_fields.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace trunkline {

namespace {

using nlohmann::json;

constexpr uint16_t policy_violation = 1008; // what errors close the socket with

std::string either_string(const json& object, const char* camel, const char* snake) {
  auto text = string_member(object, camel);
  return text.empty() ? string_member(object, snake) : text;
}

std::vector<std::chrono::milliseconds> times_of(const json& list) {
  std::vector<std::chrono::milliseconds> times;
  for (const auto& time : list)
    times.push_back(time.is_number() ? milliseconds_of(time.get<double>() / 1000)
                                     : std::chrono::milliseconds{0});
  return times;
}

const json& either_array(const json& object, std::initializer_list<const char*> names) {
  for (const auto* name : names)
    if (const auto& list = array_member(object, name); !list.empty())
      return list;
  return array_member(object, "");
}

// Lists of different lengths cannot be read together: then nothing was told.
spoken_characters alignment_of(const json& message) {
  const auto& alignment = object_member(message, "alignment");
  spoken_characters to;
  for (const auto& character : either_array(alignment, {"chars", "characters"}))
    to.characters.push_back(character.is_string() ? character.get<std::string>() : "");
  to.starts = times_of(either_array(alignment, {"charStartTimesMs", "char_start_times_ms"}));
  // The published name is not the one that is sent.
  to.lengths = times_of(
      either_array(alignment, {"charDurationsMs", "charsDurationsMs", "char_durations_ms"}));
  if (to.starts.size() != to.characters.size() || to.lengths.size() != to.characters.size())
    return {};
  return to;
}

json addressed(std::string_view context) {
  auto message = json::object();
  message["context_id"] = context;
  return message;
}

} // namespace

service_request elevenlabs_stream_handshake(const elevenlabs_stream_settings& settings) {
  std::vector<std::pair<std::string, std::string>> query{
      {"model_id", settings.model},
      {"output_format", "ulaw_8000"},
      {"inactivity_timeout",
       std::to_string(std::clamp<long>(settings.inactivity_timeout.count(), 1, 180))}};
  if (!settings.language.empty() && elevenlabs_knows_language(settings.model))
    query.emplace_back("language_code", settings.language);
  return {
      "GET",
      with_query("/v1/text-to-speech/" + percent_encoded(settings.voice) + "/multi-stream-input",
                 query),
      {{"xi-api-key", settings.api_key}},
      {}};
}

std::string render_context_opened(std::string_view context, const elevenlabs_voice_settings& how) {
  auto message = addressed(context);
  message["text"] = " ";
  if (auto settings = to_json(how); !settings.empty())
    message["voice_settings"] = std::move(settings);
  return to_text(message);
}

std::string render_context_text(std::string_view context, std::string_view text, bool flush) {
  auto message = addressed(context);
  message["text"] = std::string{text} + (text.ends_with(' ') ? "" : " ");
  if (flush)
    message["flush"] = true;
  return to_text(message);
}

std::string render_context_flushed(std::string_view context) {
  auto message = addressed(context);
  message["flush"] = true;
  return to_text(message);
}

std::string render_context_closed(std::string_view context) {
  auto message = addressed(context);
  message["close_context"] = true;
  return to_text(message);
}

std::string render_stream_keep_alive(std::string_view context) {
  auto message = context.empty() ? json::object() : addressed(context);
  message["text"] = "";
  return to_text(message);
}

std::string render_stream_closed() {
  return R"({"close_socket":true})";
}

std::vector<std::string> render_sentence(std::string_view context, std::string_view text,
                                         const elevenlabs_voice_settings& how) {
  return {render_context_opened(context, how), render_context_text(context, text, true),
          render_context_closed(context)};
}

result<std::vector<stream_event>> read_stream_message(std::string_view text) {
  const auto message = parse_json(text, "elevenlabs: message");
  if (!message)
    return message.error();
  if (!message->is_object())
    return failure{failure_kind::bad_input, "elevenlabs: message is not an object"};
  if (const auto error = string_member(*message, "error"); !error.empty())
    return elevenlabs_socket_failure(policy_violation, error, string_member(*message, "message"));
  const auto context = either_string(*message, "contextId", "context_id");
  std::vector<stream_event> events;
  // Both are often null.
  if (const auto audio = string_member(*message, "audio"); !audio.empty()) {
    context_audio sound{context};
    if (!base64_decode(audio, sound.mulaw))
      return failure{failure_kind::bad_input, "elevenlabs: audio is not base64"};
    sound.alignment = alignment_of(*message);
    events.emplace_back(std::move(sound));
  }
  if (string_member(*message, "type") == "flush_done")
    events.emplace_back(context_flushed{context});
  if (flag_member(*message, "isFinal") || flag_member(*message, "is_final"))
    events.emplace_back(context_final{context});
  return events;
}

failure elevenlabs_stream_closed(uint16_t code, std::string_view reason) {
  return elevenlabs_socket_failure(code, {}, reason);
}

} // namespace trunkline
