#include "protocol/openai/transcription.hpp"

#include "protocol/audio/mulaw.hpp"
#include "protocol/audio/resample.hpp"
#include "protocol/audio/wav.hpp"
#include "protocol/http/multipart.hpp"
#include "protocol/openai/audio_failure.hpp"
#include "protocol/text/json.hpp"
#include "protocol/text/json_fields.hpp"
#include "protocol/text/utf8.hpp"
#include "protocol/text/words.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace trunkline {

namespace {

using nlohmann::json;

constexpr size_t text_bytes_max = 8192;
// A segment that is both is silence; so say the makers of the model.
constexpr double no_speech_over = 0.6;
constexpr double logprob_under = -1.0;
// Words that may be invented are taken for it at less certainty than others.
constexpr double unsure_no_speech_over = 0.3;
constexpr double unsure_logprob_under = -0.7;

constexpr uint32_t wide_rate = 16000;

bool tells_certainty(const openai_transcription_settings& settings) {
  return settings.verbose && !settings.model.starts_with("gpt-");
}

// "(555)" is part of a number, and a long remark is speech.
bool describes_noise(std::string_view inside) {
  constexpr size_t words_max = 5;
  return inside.find_first_of("0123456789") == std::string_view::npos &&
         split_words(inside, words_max + 1).size() <= words_max;
}

struct heard {
  std::string text;
  double logprob = 0;
  size_t segments = 0; ///< that were taken
};

void add_segment(const json& segment, heard& to) {
  const auto no_speech = number_member(segment, "no_speech_prob").value_or(0);
  const auto logprob = number_member(segment, "avg_logprob").value_or(0);
  if (no_speech > no_speech_over && logprob < logprob_under)
    return;
  const auto text = without_noise_tags(string_member(segment, "text"));
  const bool unsure = no_speech > unsure_no_speech_over || logprob < unsure_logprob_under;
  if (text.empty() || is_invention(text, unsure))
    return;
  to.text += (to.text.empty() ? "" : " ") + text;
  to.logprob += logprob;
  ++to.segments;
}

heard heard_in(const json& answer) {
  heard to;
  const auto& segments = array_member(answer, "segments");
  if (!segments.empty()) {
    for (const auto& segment : segments)
      add_segment(segment, to);
    return to;
  }
  to.text = without_noise_tags(string_member(answer, "text"));
  // Nothing tells how sure it is: only what nobody says to a receptionist is left out.
  if (is_invention(to.text, false))
    to.text.clear();
  return to;
}

} // namespace

result<openai_transcription_settings> openai_transcription_profile(std::string_view name) {
  openai_transcription_settings settings;
  settings.service = name;
  if (name == "openai")
    return settings;
  if (name == "whisper.cpp") {
    settings.path = "/inference";
    settings.model.clear();
    settings.sends_model = false;
    settings.suppresses_noise_words = true;
    return settings;
  }
  if (name == "speaches") {
    settings.model = "Systran/faster-distil-whisper-small.en";
    return settings;
  }
  return failure{failure_kind::not_found,
                 "no transcription profile of this name; there are openai, whisper.cpp, speaches"};
}

service_request openai_transcription::request(std::span<const uint8_t> mulaw) const {
  const auto narrow = mulaw_decode(mulaw);
  const auto wide = resample(narrow, 8000, wide_rate);
  const auto wav = write_wav_mono(wide ? *wide : doubled(narrow), wide_rate);
  std::vector<form_part> parts;
  if (settings_.sends_model && !settings_.model.empty())
    parts.push_back({.name = "model", .content = settings_.model});
  if (!settings_.language.empty())
    parts.push_back({.name = "language", .content = settings_.language});
  if (!settings_.prompt.empty())
    parts.push_back({.name = "prompt", .content = settings_.prompt});
  parts.push_back(
      {.name = "response_format", .content = tells_certainty(settings_) ? "verbose_json" : "json"});
  parts.push_back({.name = "temperature", .content = "0"});
  if (settings_.suppresses_noise_words)
    parts.push_back({.name = "suppress_nst", .content = "true"});
  parts.push_back(
      {.name = "file", .content = wav, .file_name = "utterance.wav", .type = "audio/wav"});
  auto form = render_multipart(parts);
  service_request to{"POST", settings_.path, {}, std::move(form.body)};
  if (!settings_.api_key.empty())
    to.headers.emplace_back("Authorization", "Bearer " + settings_.api_key);
  to.headers.emplace_back("Content-Type", std::move(form.content_type));
  return to;
}

result<transcript> openai_transcription::read(std::string_view, std::string_view body) const {
  // whisper.cpp has sent JSON with other content types; the body itself is the surer sign.
  const auto answer = parse_json(body, settings_.service + ": transcription");
  if (!answer)
    return answer.error();
  if (!answer->is_object() || (!answer->contains("text") && !answer->contains("segments")))
    return failure{failure_kind::bad_input, settings_.service + ": transcription without a text"};
  auto what = heard_in(*answer);
  transcript to;
  to.is_final = true;
  to.text = clean_text(what.text, text_bytes_max);
  to.rejected = to.text.empty();
  if (what.segments > 0)
    to.confidence = static_cast<float>(
        std::clamp(std::exp(what.logprob / static_cast<double>(what.segments)), 0.0, 1.0));
  return to;
}

failure openai_transcription::error_of(const service_error& answer) const {
  auto what = openai_audio_failure(settings_.service, answer);
  if (answer.status == 499) // whisper.cpp: it takes us to have gone away
    what.kind = failure_kind::cancelled;
  return what;
}

std::string without_noise_tags(std::string_view text) {
  constexpr std::string_view opening = "[({*", closing = "])}*";
  const auto clean = clean_text(text, text_bytes_max);
  std::string out;
  const auto add = [&out](char c) {
    if (c != ' ' || (!out.empty() && out.back() != ' '))
      out += c;
  };
  for (size_t at = 0; at < clean.size(); ++at) {
    if (clean.compare(at, 3, "\xE2\x99\xAA") == 0 || clean.compare(at, 3, "\xE2\x99\xAB") == 0) {
      at += 2; // a note of music
      continue;
    }
    const auto kind = opening.find(clean[at]);
    const auto end =
        kind == std::string_view::npos ? std::string::npos : clean.find(closing[kind], at + 1);
    if (end == std::string::npos || !describes_noise(clean.substr(at, end - at))) {
      add(clean[at]);
      continue;
    }
    add(' ');
    at = end;
  }
  while (!out.empty() && out.back() == ' ')
    out.pop_back();
  // Nothing but punctuation is no word either.
  return split_words(out, 1).empty() ? std::string{} : out;
}

bool is_invention(std::string_view text, bool unsure) {
  // Ends of films and their subtitles, which the models were taught with.
  static constexpr std::string_view never_said[] = {"thanks for watching",
                                                    "thank you for watching",
                                                    "thank you so much for watching",
                                                    "thank you very much for watching",
                                                    "please subscribe",
                                                    "like and subscribe",
                                                    "please like and subscribe",
                                                    "don't forget to subscribe",
                                                    "see you in the next video",
                                                    "i'll see you in the next video",
                                                    "subtitles by the amara org community",
                                                    "subtitles by steamteamextra",
                                                    "transcription by castingwords",
                                                    "transcribed by https otter ai",
                                                    "blank audio",
                                                    "silence",
                                                    "music",
                                                    "applause"};
  static constexpr std::string_view said_too[] = {"thank you",
                                                  "thanks",
                                                  "thank you very much",
                                                  "see you next time",
                                                  "you",
                                                  "bye",
                                                  "the",
                                                  "bye bye",
                                                  "the end",
                                                  "hmm"};
  const auto words = split_words(text, 16);
  const auto plain = join_words(words);
  const auto is = [&plain](std::string_view phrase) { return plain == phrase; };
  if (std::any_of(std::begin(never_said), std::end(never_said), is))
    return true;
  return unsure && std::any_of(std::begin(said_too), std::end(said_too), is);
}

} // namespace trunkline
