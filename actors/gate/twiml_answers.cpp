#include "actors/gate/twiml_answers.hpp"

#include "protocol/phrases/catalogue.hpp"
#include "protocol/text/language_tag.hpp"
#include "protocol/twilio/twiml.hpp"

#include <utility>

namespace trunkline {

std::string public_urls::socket() const {
  const auto& url = own.empty() ? base : own;
  return url.rfind("https://", 0) == 0  ? "wss://" + url.substr(8)
         : url.rfind("http://", 0) == 0 ? "ws://" + url.substr(7)
                                        : url;
}

std::string public_urls::stream(size_t shard) const {
  return socket() + "/voice/stream/" + std::to_string(shard);
}

std::string public_urls::relay(size_t shard) const {
  return socket() + "/api/v1/voice/conversation-relay/" + std::to_string(shard);
}

std::string public_urls::gathered(unsigned page, std::string_view how) const {
  auto url = base + "/call/process-speech?page=" + std::to_string(page);
  return how.empty() ? url : url + "&" + std::string{how};
}

std::string public_urls::gathered_part(unsigned page) const {
  return base + "/call/partial-speech?page=" + std::to_string(page);
}

namespace answers {

namespace {

/// English voices speak English without being told.
twiml::speech said_by(const assistant& who, std::string text) {
  return {std::move(text), who.say_voice, is_english(who.language) ? std::string{} : who.language};
}

std::string take_message(const public_urls& urls, const std::string& prompt, const assistant& who) {
  return twiml::say_and_record(
      {.prompt = said_by(who, prompt),
       .action = urls.recorded(),
       .recording_status_callback = urls.recording_status(),
       .max_length_s = 120,
       .silence_s = 5,
       .otherwise = said_by(who, phrase_text(phrase::no_message_heard, who.language))});
}

struct relay_voice {
  std::string provider, name;
};

/// The carrier's voice by the names that ConversationRelay has for it. Without a provider the
/// account's default speaks, which it may not be allowed to use.
relay_voice relay_voice_of(const std::string& say_voice) {
  if (say_voice.starts_with("Polly."))
    return {"Amazon", say_voice.substr(6)};
  if (say_voice.starts_with("Google."))
    return {"Google", say_voice.substr(7)};
  return {};
}

/// Every language the session may be told to use; the carrier takes the voices from here.
std::vector<twiml::relay::voice_of> relay_languages(const assistant& who) {
  std::vector<twiml::relay::voice_of> all;
  const auto add = [&](const std::string& tag, const std::string& say_voice) {
    auto voice = relay_voice_of(say_voice);
    all.push_back({tag, std::move(voice.name), std::move(voice.provider), {}, {}});
  };
  if (!who.languages.empty())
    add(who.language, who.say_voice);
  for (const auto& one : who.languages)
    add(one.tag, one.say_voice);
  return all;
}

/// What callers say and dictionaries lack.
std::vector<std::string> hints_of(const assistant& who) {
  std::vector<std::string> hints{who.business};
  const auto add = [&](const std::vector<std::string>& more) {
    hints.insert(hints.end(), more.begin(), more.end());
  };
  for (const auto& one : who.services) {
    hints.push_back(one.name);
    add(one.aliases);
  }
  for (const auto& one : who.staff) {
    hints.push_back(one.name);
    add(one.aliases);
  }
  add(who.extra_phrases);
  return hints;
}

} // namespace

std::string stream(const public_urls& urls, size_t shard, std::string_view token) {
  return twiml::connect_stream({.url = urls.stream(shard),
                                .parameters = {{"token", std::string{token}}},
                                .action = {},
                                .redirect = urls.after(),
                                .say_first = {}});
}

std::string relay(const public_urls& urls, size_t shard, std::string_view token,
                  const assistant& who) {
  const auto voice = relay_voice_of(who.say_voice);
  return twiml::connect_relay({.url = urls.relay(shard),
                               .parameters = {{"token", std::string{token}}},
                               .action = urls.relay_over(),
                               .redirect = urls.after(),
                               .language = who.language,
                               .voice = voice.name,
                               .tts_provider = voice.provider,
                               .hints = hints_of(who),
                               .interruptible = "any",
                               .events = "speaker-events",
                               .languages = relay_languages(who)});
}

std::string page(const public_urls& urls, const gather_page& what, const assistant& who) {
  using kind = gather_page::kind;
  const twiml::speech said{what.say, who.say_voice, who.language};
  if (what.what == kind::over)
    return twiml::say(said, urls.after());
  if (what.what == kind::wait)
    return twiml::say(said, urls.gathered(what.page, "waited=" + std::to_string(what.part)));
  const bool words = what.what == kind::listen;
  return twiml::gather_turn({.prompt = said,
                             .action = urls.gathered(what.page),
                             .otherwise = urls.gathered(what.page, "nothing=1"),
                             .partial_callback = urls.gathered_part(what.page),
                             .speech_input = words,
                             .language = who.language,
                             .hints = hints_of(who),
                             .digits = words ? 0u : 1u,
                             .interruptible = what.interruptible});
}

std::string plan(const public_urls& urls, const after_plan& what, const assistant& who,
                 std::string_view caller_id) {
  switch (what.what) {
  case after_plan::kind::transfer:
    return twiml::dial({.say_first = said_by(who, what.say),
                        .number = what.number,
                        .action = urls.dialled(),
                        .timeout_s = 20,
                        .caller_id = std::string{caller_id}});
  case after_plan::kind::message:
    return take_message(urls, what.say, who);
  case after_plan::kind::hang_up:
  case after_plan::kind::resume: // needs a stream, which only the call manager can give
    break;
  }
  return what.say.empty() ? twiml::hang_up() : twiml::say(said_by(who, what.say));
}

std::string overflow(const public_urls& urls, const assistant& who) {
  return take_message(
      urls, phrase_text(phrase::all_lines_busy, who.language, "business", who.business), who);
}

std::string go_on(const public_urls& urls) {
  return twiml::redirect(urls.after());
}

std::string unknown_number() {
  return twiml::say({phrase_text(phrase::not_in_service, "en"), {}});
}

std::string busy() {
  return twiml::reject("busy");
}

} // namespace answers

} // namespace trunkline
