// The channels on which the carrier hears and speaks: <Gather> turns and ConversationRelay.

#include "bench/carrier/simulated_call.hpp"

#include "protocol/twilio/signature.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace trunkline {

namespace {

using namespace std::chrono_literals;
using kind = call_event::kind;

constexpr int own_words = 1'000'000; // indexes of turns; the admin API's are far below
constexpr auto key_pause = 2s;       // then the digits are complete
constexpr const char* confidence = "0.92";

unsigned number_in(std::string_view text, unsigned otherwise) {
  unsigned value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  return read.ec == std::errc{} && read.ptr == text.data() + text.size() ? value : otherwise;
}

} // namespace

/// The agent's words are known here, so the script's patterns work without an admin API.
void simulated_call::agent_text(const std::string& text) {
  facts_.carrier_said.push_back(text);
  note(kind::carrier_says, text);
  caller_.will_know_words();
  caller_.agent_said(own_words + agent_texts_++, text);
}

void simulated_call::listens_for(std::string_view language) {
  if (!language.empty() && (facts_.languages.empty() || facts_.languages.back() != language))
    facts_.languages.emplace_back(language);
}

/// The server answers on another channel than it was asked on. Only until the first one is there:
/// later it may lead the call where it likes.
bool simulated_call::other_channel(call_channel found) {
  if (!plan_.channel || *plan_.channel == found || facts_.streams + facts_.gathers > 0)
    return false;
  end("lost: TwiML of channel " + std::string{to_string(found)} + " where " +
          std::string{to_string(*plan_.channel)} + " was asked for",
      true);
  return true;
}

void simulated_call::words_leave(const std::string& words) {
  if (words_sent_at_ >= 0us && !reply_began_)
    note(kind::unanswered);
  words_sent_at_ = now();
  reply_began_ = false;
  documents_since_words_ = 0;
  note(kind::words_sent, words);
}

void simulated_call::token_came(const relay_text& token) {
  const auto at = now();
  const bool awaited = words_sent_at_ >= 0us;
  const bool greets = !awaited && facts_.first_text == 0us;
  if (!token.token.empty() && facts_.first_text == 0us)
    facts_.first_text = at;
  if (!token.token.empty() && (greets || (awaited && !std::exchange(reply_began_, true))))
    note(kind::reply_began, {}, awaited ? at - words_sent_at_ : media_time{-1});
  if (token.last && awaited && reply_began_)
    note(kind::reply_ended, {}, at - std::exchange(words_sent_at_, media_time{-1}));
}

// A page that says something and redirects only passes the time: its turn goes on.
void simulated_call::page_came() {
  note(kind::page_given, {}, document_.took);
  if (words_sent_at_ < 0us)
    return;
  const auto& verbs = document_.verbs;
  const bool waits = !verbs.empty() && verbs.back().name == "Redirect" &&
                     std::all_of(verbs.begin(), verbs.end(), [](const element& verb) {
                       return verb.name == "Say" || verb.name == "Play" || verb.name == "Pause" ||
                              verb.name == "Redirect";
                     });
  if (waits)
    note(kind::reply_awaited);
  else
    note(kind::reply_began, {}, now() - std::exchange(words_sent_at_, media_time{-1}));
}

void simulated_call::connect_relay(const element& verb, const element& noun) {
  if (other_channel(call_channel::relay))
    return;
  relay_setup setup;
  setup.session_id = random_sid("VX");
  setup.account_sid = settings_.account_sid;
  setup.call_sid = facts_.call_sid;
  setup.from = plan_.from;
  setup.to = plan_.to;
  setup.caller_name = plan_.caller_name;
  setup.call_type = "PSTN";
  setup.call_status = "IN-PROGRESS";
  setup.direction = "inbound";
  for (const auto& parameter : noun.children)
    if (parameter.name == "Parameter")
      setup.parameters.emplace_back(parameter.attribute("name"), parameter.attribute("value"));
  const auto run = run_;
  const auto self = shared_from_this();
  relay_leg::events events;
  events.on_started = [this, asked = now()] {
    ++facts_.streams;
    note(kind::stream_started, {}, now() - asked);
  };
  events.on_prompt = [this](const std::string& words) { words_leave(words); };
  events.on_token = [this](const relay_text& token) { token_came(token); };
  events.on_agent_text = [this](const std::string& text) { agent_text(text); };
  events.on_language = [this](const std::string& tag) { listens_for(tag); };
  events.on_end = [self, run, verb, session = setup.session_id](std::string why,
                                                                const std::string& handoff) {
    if (run == self->run_ && !self->ended_)
      self->relay_over(verb, session, std::move(why), handoff);
  };
  const std::string url{noun.attribute("url")};
  auto request = request_to(settings_.webhooks, url);
  request.headers = {{"X-Twilio-Signature", sign_webhook(settings_.webhooks.token, url)}};
  request.timeouts = {5000ms, 5000ms, 10'000ms};
  relay_ = std::make_shared<relay_leg>(io_, began_, ear_, line_events(), std::move(events));
  listens_for(noun.attribute("language"));
  words_ = relay_->line().shared_from_this();
  words_->set_pace(settings_.text_per_character, settings_.recogniser_silence);
  relay_->start(std::move(request), std::move(setup), noun.attribute("partialPrompts") == "true",
                noun.attribute("events").find("speaker-events") != std::string_view::npos,
                std::string{noun.attribute("welcomeGreeting")},
                std::string{noun.attribute("language")});
}

word_line::events simulated_call::line_events() {
  word_line::events events;
  events.on_tick = [this](media_time at) {
    caller_.words_known_until(at);
    tick(at);
  };
  events.on_spoken = [this](media_time at) { line_spoken(at); };
  return events;
}

void simulated_call::relay_over(const element& verb, const std::string& session, std::string why,
                                const std::string& handoff) {
  const bool failed = !why.empty();
  drop_leg();
  words_sent_at_ = media_time{-1};
  if (failed) {
    ++facts_.troubles;
    facts_.stream_trouble = why;
    if (facts_.relay_trouble.empty())
      facts_.relay_trouble = why;
  }
  note(kind::stream_ended, why);
  if (verb.attribute("action").empty()) {
    next_verb();
    return;
  }
  form_fields more{{"SessionId", session},
                   {"SessionStatus", failed ? "failed" : "ended"},
                   {"SessionDuration", std::to_string(now() / 1s)}};
  if (!handoff.empty())
    more.emplace_back("HandoffData", handoff);
  if (failed) {
    more.emplace_back("ErrorCode", "64105");
    more.emplace_back("ErrorMessage", why);
  }
  ask(here(verb.attribute("action")), more);
}

void simulated_call::gather(const element& verb) {
  const bool hears = verb.attribute("input").find("speech") != std::string_view::npos;
  if (hears && other_channel(call_channel::gather)) // keys alone are a menu, on any channel
    return;
  if (hears)
    listens_for(verb.attribute("language"));
  if (hears && facts_.gathers++ == 0)
    note(kind::gather_began);
  auto events = line_events();
  const auto since = now();
  events.on_tick = [this, verb, since](media_time at) {
    caller_.words_known_until(at);
    tick(at);
    if (words_)
      watch_gather(verb, since, at);
  };
  events.on_partial = [this, verb](std::string text) { partial_result(verb, std::move(text)); };
  events.on_words = [this, verb, hears](std::string text) {
    if (!hears)
      return;
    words_leave(text);
    gather_over(verb, {{"SpeechResult", std::move(text)}, {"Confidence", confidence}});
  };
  events.on_key = [this, verb](char key) {
    key_at_ = now();
    if (key != '#')
      digits_ += key;
    const auto wanted = number_in(verb.attribute("numDigits"), 0);
    const bool complete = key == '#' || (wanted > 0 && digits_.size() >= wanted);
    if (complete && !digits_.empty() && verb.attribute("input") != "speech")
      gather_over(verb, {{"Digits", digits_}});
  };
  events.on_interrupt = [](const std::string&, std::chrono::milliseconds) {};
  digits_.clear();
  partials_sent_ = 0;
  words_ = std::make_shared<word_line>(io_, began_, ear_, std::move(events));
  words_->set_pace(settings_.text_per_character, settings_.recogniser_silence);
  words_->open();
  for (const auto& said : verb.children)
    if (said.name == "Say") {
      words_->agent_says(said.text, verb.attribute("bargeIn") != "false");
      agent_text(said.text);
    }
}

// Nothing was said for long enough, or no more keys come.
void simulated_call::watch_gather(const element& verb, media_time since, media_time at) {
  if (words_->speaking() || ear_.ahead() > media_time{})
    return;
  if (!digits_.empty()) {
    if (at - key_at_ >= key_pause)
      gather_over(verb, {{"Digits", digits_}});
    return;
  }
  const auto quiet = at - std::max(since, ear_.last_heard());
  if (quiet < std::chrono::seconds{number_in(verb.attribute("timeout"), 5)})
    return;
  if (verb.attribute("actionOnEmptyResult") == "true") {
    gather_over(verb, {{"SpeechResult", ""}});
    return;
  }
  drop_leg();
  next_verb();
}

void simulated_call::partial_result(const element& verb, std::string text) {
  const auto callback = verb.attribute("partialResultCallback");
  if (callback.empty())
    return;
  ++callbacks_pending_;
  post_webhook(io_, settings_.webhooks, here(callback),
               fields({{"UnstableSpeechResult", std::move(text)},
                       {"Stability", "0.8"},
                       {"SequenceNumber", std::to_string(partials_sent_++)}}),
               [self = shared_from_this()](bool) {
                 --self->callbacks_pending_;
                 self->maybe_finish();
               });
}

void simulated_call::gather_over(const element& verb, const form_fields& heard) {
  drop_leg();
  ask(here(verb.attribute("action")), heard); // without one: this document again
}

} // namespace trunkline
