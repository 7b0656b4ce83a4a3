#include "protocol/deepgram/flux.hpp"

#include "protocol/audio/mulaw.hpp"
#include "protocol/deepgram/errors.hpp"
#include "protocol/deepgram/listen.hpp"
#include "protocol/http/query.hpp"
#include "protocol/text/json.hpp"
#include "protocol/text/json_fields.hpp"
#include "protocol/text/utf8.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>

namespace trunkline {

using namespace std::chrono_literals;

namespace {

using nlohmann::json;

constexpr auto silence_every = 500ms;
constexpr auto decision_slack = 1000ms; // its answer to the end of its own time-out
constexpr size_t tag_bytes_max = 128;

std::string decimal(double value) {
  char digits[32];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), value).ptr;
  return {digits, end};
}

// The words alone have a confidence.
float mean_confidence(const json& words) {
  double sum = 0;
  size_t count = 0;
  for (const auto& word : words)
    if (number_member(word, "confidence")) {
      sum += confidence_of(word, "confidence");
      ++count;
    }
  return count > 0 ? static_cast<float>(sum / static_cast<double>(count)) : 1;
}

// False for an event we do not know.
bool apply_event(const std::string& event, recognised& to) {
  if (event == "EndOfTurn")
    to.settled = to.ends_speech = true;
  else if (event == "EagerEndOfTurn")
    to.early_end = true;
  else if (event == "TurnResumed")
    to.taken_back = true;
  else
    return event == "Update" || event == "StartOfTurn";
  return true;
}

} // namespace

deepgram_flux::deepgram_flux(deepgram_flux_settings settings) : settings_(std::move(settings)) {
  keep_alive_every = silence_every;
  final_within = settings_.eot_timeout + decision_slack;
}

service_request deepgram_flux::handshake() {
  const auto sure = std::clamp(settings_.eot_threshold, 0.5, 1.0);
  std::vector<std::pair<std::string, std::string>> query{
      {"model", settings_.model},
      {"encoding", "mulaw"},
      {"sample_rate", "8000"},
      {"eot_threshold", decimal(sure)},
      {"eot_timeout_ms", std::to_string(std::max(settings_.eot_timeout, 500ms).count())}};
  if (settings_.eager_eot_threshold) // more than the other one is refused
    query.emplace_back("eager_eot_threshold", decimal(std::clamp(*settings_.eager_eot_threshold,
                                                                 0.3, std::min(sure, 0.9))));
  for (auto& term : deepgram_keyterms(settings_.keyterms))
    query.emplace_back("keyterm", std::move(term));
  for (const auto& hint : settings_.language_hints)
    if (!hint.empty() && settings_.model.ends_with("multi"))
      query.emplace_back("language_hint", hint);
  for (const auto& what : settings_.redact)
    query.emplace_back("redact", what);
  if (settings_.numerals)
    query.emplace_back("numerals", "true");
  if (settings_.mip_opt_out)
    query.emplace_back("mip_opt_out", "true");
  if (!settings_.tag.empty())
    query.emplace_back("tag", clean_text(settings_.tag, tag_bytes_max));
  return {"GET",
          with_query("/v2/listen", query),
          {{"Authorization", "Token " + settings_.api_key}},
          {}};
}

std::vector<socket_message> deepgram_flux::audio(std::span<const uint8_t> mulaw) {
  if (mulaw.empty())
    return {};
  count_audio(mulaw.size());
  return {{std::string{mulaw.begin(), mulaw.end()}, true}};
}

std::vector<socket_message> deepgram_flux::keep_alive() {
  return audio(std::vector<uint8_t>(
      static_cast<size_t>(keep_alive_every.count()) * mulaw_bytes_per_ms, mulaw_silence));
}

std::vector<socket_message> deepgram_flux::closing() {
  return {{R"({"type":"CloseStream"})"}};
}

result<std::vector<recognised>> deepgram_flux::read(std::string_view text, bool binary) {
  std::vector<recognised> none;
  if (binary)
    return none;
  const auto message = parse_json(text, "deepgram: message");
  if (!message)
    return message.error();
  if (!message->is_object())
    return failure{failure_kind::bad_input, "deepgram: message is not an object"};
  const auto type = string_member(*message, "type");
  if (type == "Error")
    return deepgram_error(*message);
  if (const auto sequence = whole_number_member(*message, "sequence_id")) {
    if (sequence_ && *sequence > *sequence_ + 1)
      return failure{failure_kind::unavailable,
                     "deepgram: messages " + std::to_string(*sequence_ + 1) + " to " +
                         std::to_string(*sequence - 1) + " are missing",
                     true};
    sequence_ = std::max(*sequence, sequence_.value_or(0));
  }
  if (type != "TurnInfo")
    return none;
  recognised what;
  const auto turn = whole_number_member(*message, "turn_index").value_or(turn_);
  if (turn < turn_ || !apply_event(string_member(*message, "event"), what))
    return none;
  turn_ = what.ends_speech ? turn + 1 : turn;
  what.whole_turn = true;
  what.text = string_member(*message, "transcript");
  what.audio_end = milliseconds_of(number_member(*message, "audio_window_end").value_or(0));
  what.confidence = mean_confidence(array_member(*message, "words"));
  return std::vector{std::move(what)};
}

failure deepgram_flux::closed(uint16_t code, std::string_view reason) {
  return deepgram_closed(code, reason);
}

failure deepgram_flux::refused(const service_error& answer) {
  return deepgram_refused(answer);
}

} // namespace trunkline
