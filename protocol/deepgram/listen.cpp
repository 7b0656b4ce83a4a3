#include "protocol/deepgram/listen.hpp"

#include "protocol/audio/mulaw.hpp"
#include "protocol/deepgram/errors.hpp"
#include "protocol/http/query.hpp"
#include "protocol/text/json.hpp"
#include "protocol/text/json_fields.hpp"
#include "protocol/text/utf8.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace trunkline {

using namespace std::chrono_literals;

namespace {

using nlohmann::json;
using fields = std::vector<std::pair<std::string, std::string>>;

constexpr auto utterance_end_ms = "1000"; // shorter ones have no effect
constexpr size_t tag_bytes_max = 128;
constexpr size_t keyterms_max = 100;
constexpr size_t keyterm_tokens_max = 500;
constexpr size_t alternatives_max = 4;

const char* text_of(bool value) {
  return value ? "true" : "false";
}

// Older models know only single words.
void add_keywords(const std::vector<std::string>& terms, fields& to) {
  size_t count = 0;
  for (std::string_view term : terms) {
    while (!term.empty() && count < keyterms_max) {
      const auto blank = std::min(term.find(' '), term.size());
      if (blank > 0) {
        to.emplace_back("keywords", term.substr(0, blank));
        ++count;
      }
      term.remove_prefix(std::min(blank + 1, term.size()));
    }
  }
}

recognised recognised_of(const json& message) {
  recognised what;
  what.settled = flag_member(message, "is_final");
  what.ends_speech = flag_member(message, "speech_final");
  what.answers_flush = flag_member(message, "from_finalize");
  what.settled = what.settled || what.ends_speech;
  what.audio_end = milliseconds_of(number_member(message, "start").value_or(0) +
                                   number_member(message, "duration").value_or(0));
  const auto& alternatives = array_member(object_member(message, "channel"), "alternatives");
  if (alternatives.empty())
    return what;
  what.text = string_member(alternatives[0], "transcript");
  what.confidence = confidence_of(alternatives[0], "confidence");
  for (size_t i = 1; i < std::min(alternatives.size(), alternatives_max); ++i)
    if (auto other = string_member(alternatives[i], "transcript"); !other.empty())
      what.alternatives.push_back(std::move(other));
  return what;
}

// We send one channel; a result of another one is not the caller's.
bool other_channel(const json& message) {
  const auto& index = array_member(message, "channel_index");
  return !index.empty() && index[0].is_number() && index[0].get<double>() != 0;
}

} // namespace

std::vector<std::string> deepgram_keyterms(const std::vector<std::string>& terms) {
  std::vector<std::string> kept;
  size_t tokens = 0;
  for (const auto& term : terms) {
    const auto first = term.find_first_not_of(' ');
    if (first == std::string::npos)
      continue;
    auto trimmed = term.substr(first, term.find_last_not_of(' ') - first + 1);
    tokens += (trimmed.size() + 2) / 3; // names have short tokens
    if (kept.size() == keyterms_max || tokens > keyterm_tokens_max)
      break;
    kept.push_back(std::move(trimmed));
  }
  return kept;
}

deepgram_listen::deepgram_listen(deepgram_listen_settings settings)
    : settings_(std::move(settings)) {
  can_flush = true;
}

service_request deepgram_listen::handshake() {
  fields query{{"model", settings_.model},  {"encoding", "mulaw"},
               {"sample_rate", "8000"},     {"channels", "1"},
               {"interim_results", "true"}, {"utterance_end_ms", utterance_end_ms},
               {"vad_events", "true"}};
  if (!settings_.language.empty())
    query.emplace_back("language", settings_.language);
  query.emplace_back("endpointing", settings_.endpointing
                                        ? std::to_string(settings_.endpointing->count())
                                        : "false");
  query.emplace_back("smart_format", text_of(settings_.smart_format));
  if (settings_.numerals)
    query.emplace_back("numerals", "true");
  if (settings_.model.starts_with("nova-3"))
    for (auto& term : deepgram_keyterms(settings_.keyterms))
      query.emplace_back("keyterm", std::move(term));
  else
    add_keywords(settings_.keyterms, query);
  for (const auto& what : settings_.redact)
    query.emplace_back("redact", what);
  if (settings_.mip_opt_out)
    query.emplace_back("mip_opt_out", "true");
  if (!settings_.tag.empty())
    query.emplace_back("tag", clean_text(settings_.tag, tag_bytes_max));
  return {"GET",
          with_query("/v1/listen", query),
          {{"Authorization", "Token " + settings_.api_key}},
          {}};
}

std::vector<socket_message> deepgram_listen::audio(std::span<const uint8_t> mulaw) {
  if (mulaw.empty())
    return {};
  had_audio_ = true;
  count_audio(mulaw.size());
  return {{std::string{mulaw.begin(), mulaw.end()}, true}};
}

std::vector<socket_message> deepgram_listen::flush() {
  return {{R"({"type":"Finalize"})"}};
}

// KeepAlive does not save a stream that never had audio.
std::vector<socket_message> deepgram_listen::keep_alive() {
  if (!had_audio_)
    return audio(std::vector<uint8_t>(mulaw_frame_bytes, mulaw_silence));
  return {{R"({"type":"KeepAlive"})"}};
}

std::vector<socket_message> deepgram_listen::closing() {
  closing_ = true;
  return {{R"({"type":"CloseStream"})"}};
}

result<std::vector<recognised>> deepgram_listen::read(std::string_view text, bool binary) {
  if (binary)
    return std::vector<recognised>{};
  const auto message = parse_json(text, "deepgram: message");
  if (!message)
    return message.error();
  if (!message->is_object())
    return failure{failure_kind::bad_input, "deepgram: message is not an object"};
  const auto type = string_member(*message, "type");
  if (type == "Results" && !other_channel(*message))
    return std::vector{recognised_of(*message)};
  if (type == "Error")
    return deepgram_error(*message);
  if (type == "Metadata" && closing_) {
    recognised over;
    over.stream_over = true;
    return std::vector{std::move(over)};
  }
  if (type == "UtteranceEnd") {
    const auto last_word_end = number_member(*message, "last_word_end").value_or(-1);
    if (last_word_end < 0) // the utterance was settled already
      return std::vector<recognised>{};
    recognised end;
    end.ends_speech = true;
    end.audio_end = std::max(milliseconds_of(last_word_end), std::chrono::milliseconds{1});
    return std::vector{std::move(end)};
  }
  return std::vector<recognised>{};
}

failure deepgram_listen::closed(uint16_t code, std::string_view reason) {
  return deepgram_closed(code, reason);
}

failure deepgram_listen::refused(const service_error& answer) {
  return deepgram_refused(answer);
}

} // namespace trunkline
