#include "actors/gather/gather_actor.hpp"

#include "actors/speech/text_ledger.hpp"
#include "infra/log/log.hpp"
#include "protocol/phrases/catalogue.hpp"

#include <algorithm>

namespace trunkline {

namespace {

using std::chrono::milliseconds;

// More copies of one webhook at the same time than a carrier ever sends.
constexpr size_t copies_max = 8;

std::string key_of(const gather_turn& turn) {
  return std::to_string(static_cast<int>(turn.what)) + "/" + std::to_string(turn.page) + "/" +
         std::to_string(turn.part);
}

} // namespace

gather_state::gather_state(words_actor::pointer self, turn_settings settings, call_actor call,
                           std::string language)
    : self(self), guard(self), call(std::move(call)), language(std::move(language)),
      ears(2 * settings.stable_interim), last_webhook(self->clock().now()) {}

gather_state::~gather_state() {
  if (asked)
    for (auto& answer : asked->answers)
      answer({gather_page::kind::over, {}, true, page, 0});
}

words_actor::behavior_type gather_state::make_behavior() {
  arm();
  return {
      [](attach_stream&) {},
      [](const socket_text&) {},
      [](socket_closed) {},
      [this](gather_turn& turn) { on_turn(std::move(turn)); },
      [this](speak& order) { on_speak(std::move(order)); },
      [this](const settle_held& order) { settle(lines, order); },
      [this](order_playout order) {
        if (order.order == playout_order::stop)
          on_stop();
      },
      [this](turn_said said) {
        complete = true;
        closing = said.closing;
        answer_if_ready();
      },
      [this](finish_stream&) {
        if (asked)
          give(page_of(gather_page::kind::over, true));
        self->quit();
      },
      [this](use_language& to) { language = std::move(to.tag); },
      [this](tick_atom) { on_tick(); },
      [](ping_atom) {},
  };
}

void gather_state::on_turn(gather_turn&& turn) {
  last_webhook = self->clock().now();
  if (turn.what == gather_turn::kind::partial) {
    on_partial(std::move(turn));
    return;
  }
  const auto key = key_of(turn);
  const auto known = std::find_if(answered.begin(), answered.end(),
                                  [&](const auto& one) { return one.first == key; });
  if (known != answered.end()) {
    turn.answer(known->second);
    return;
  }
  if (asked && asked->key == key) {
    if (asked->answers.size() < copies_max)
      asked->answers.push_back(std::move(turn.answer));
    return;
  }
  if (turn.page < page && !answered.empty()) { // of a page that is over
    turn.answer(answered.back().second);
    return;
  }
  if (asked)
    answer_for_now(); // the carrier has given it up
  asked = question{key, turn.part, {turn.answer}, last_webhook + answer_within};
  page = std::max(page, turn.page); // a tree that took the call over
  take(std::move(turn));
  answer_if_ready();
  arm();
}

void gather_state::take(gather_turn&& turn) {
  if (turn.what == gather_turn::kind::heard) {
    take_words(std::move(turn));
  } else if (turn.what == gather_turn::kind::nothing) {
    tell_events(self, call, ears.nothing(last_webhook));
    not_heard(true);
  }
}

void gather_state::take_words(gather_turn&& turn) {
  const bool guessed = turn.confidence.value_or(0) > 0 && *turn.confidence < confidence_min;
  if (!turn.keys.empty()) {
    failures = 0;
    tell_events(self, call, ears.nothing(last_webhook));
    for (const char key : turn.keys)
      tell(self, call, key_pressed{key});
  }
  if (turn.words.empty())
    return;
  if (guessed && failures >= failures_max) {
    tell_events(self, call, ears.nothing(last_webhook));
    not_heard(false);
    return;
  }
  failures = guessed ? failures + 1 : 0;
  tell_events(self, call,
              ears.final(guessed ? std::string{} : std::move(turn.words), guessed, last_webhook));
}

void gather_state::not_heard(bool silent) {
  if (++failures > failures_max && !keys_only) {
    keys_only = true;
    tell(self, call, channel_news{channel_news::kind::not_understood});
  } else if (silent) {
    tell(self, call, channel_news{channel_news::kind::silent});
  }
}

/// They come beside the webhooks, in any order.
void gather_state::on_partial(gather_turn&& turn) {
  if (asked || turn.page != page || (part_seen && turn.part <= *part_seen) || turn.words.empty())
    return;
  part_seen = turn.part;
  tell_events(self, call, ears.partial(std::move(turn.words), last_webhook));
  arm();
}

void gather_state::on_speak(speak&& order) {
  if (lines.size() >= lines_max) {
    self->quit(caf::make_error(ec::queue_full));
    return;
  }
  complete = false;
  lines.push_back({order.sentence, std::move(order.text), order.kind, order.held_for,
                   order.interruptible, 0, language});
}

void gather_state::on_stop() {
  lines.clear();
  complete = false;
  tell(self, call, playout_news{playout_news::kind::stopped, 0, {}, self->clock().now(), {}});
}

void gather_state::answer_if_ready() {
  if (!asked || !complete)
    return;
  if (speaks_former_language()) { // the rest is asked for at once
    give(page_of(gather_page::kind::wait, true));
    return;
  }
  complete = false;
  give(page_of(closing     ? gather_page::kind::over
               : keys_only ? gather_page::kind::keys
                           : gather_page::kind::listen,
               true));
}

bool gather_state::speaks_former_language() const {
  return std::any_of(lines.begin(), lines.end(), [this](const carrier_line& one) {
    return !one.held_for && one.kind != speak_kind::filler && one.language != language;
  });
}

/// The reply is late: what there is of it, or something to pass the time.
void gather_state::answer_for_now() {
  if (asked->part >= waits_max) {
    give(page_of(gather_page::kind::listen, true));
    return;
  }
  auto made = page_of(gather_page::kind::wait, false);
  if (made.say.empty())
    made.say = phrase_text(phrase::one_moment, made.language);
  give(std::move(made));
}

/// `all`: fillers are left out, for what they bridge is there.
gather_page gather_state::page_of(gather_page::kind what, bool all) {
  const bool real = std::any_of(lines.begin(), lines.end(), [](const carrier_line& one) {
    return !one.held_for && one.kind != speak_kind::filler;
  });
  if (what != gather_page::kind::wait)
    ++page;
  gather_page made{
      what,    {}, true, page, what == gather_page::kind::wait && asked ? asked->part + 1 : 0,
      language};
  std::deque<carrier_line> held;
  bool rest = false; // what is in another language than what goes before
  for (auto& one : lines) {
    rest = rest || (!one.held_for && !made.say.empty() && one.language != made.language);
    if (one.held_for || rest) {
      held.push_back(std::move(one));
      continue;
    }
    using kind = playout_news::kind;
    if (one.kind == speak_kind::filler && (real || all)) {
      tell(self, call, playout_news{kind::finished, one.sentence, {}, {}, one.kind});
      continue;
    }
    made.language = one.language;
    made.say += (made.say.empty() ? "" : " ") + one.text;
    made.interruptible = made.interruptible && one.interruptible;
    const auto at = self->clock().now();
    tell(self, call, playout_news{kind::first_audio, one.sentence, {}, at, one.kind});
    tell(self, call,
         playout_news{kind::length, one.sentence, text_ledger::length_of(one.text), {}, one.kind});
    tell(self, call, playout_news{kind::started, one.sentence, {}, at, one.kind});
    spoken.push_back(std::move(one));
  }
  lines = std::move(held);
  return made;
}

void gather_state::give(gather_page made) {
  part_seen.reset();
  for (auto& answer : asked->answers)
    answer(made);
  answered.emplace_back(asked->key, std::move(made));
  if (answered.size() > answers_max)
    answered.pop_front();
  asked.reset();
  // What becomes of it is not told: it is taken as heard, so that its row is there when another
  // engine gets the next webhook.
  using kind = playout_news::kind;
  for (const auto& one : std::exchange(spoken, {}))
    tell(
        self, call,
        playout_news{kind::finished, one.sentence, text_ledger::length_of(one.text), {}, one.kind});
  tell(self, call, playout_news{kind::idle, 0, {}, self->clock().now(), {}});
}

void gather_state::on_tick() {
  wake_at.reset();
  const auto now = self->clock().now();
  if (asked && now >= asked->due)
    answer_for_now();
  tell_events(self, call, ears.check(now));
  if (!asked && now >= last_webhook + webhook_within) {
    log_event(log_level::warn, "gather.silent", {});
    self->quit(caf::make_error(ec::media_lost));
    return;
  }
  arm();
}

void gather_state::arm() {
  auto due = last_webhook + webhook_within;
  if (asked)
    due = std::min(due, asked->due);
  if (const auto settles = ears.next_deadline())
    due = std::min(due, *settles);
  if (wake_at && *wake_at <= due)
    return;
  wake_at = due;
  const auto delay = std::chrono::ceil<milliseconds>(due - self->clock().now());
  tell_later(self, self_handle<words_actor>(self), std::max(delay, milliseconds{1}), tick_atom_v);
}

} // namespace trunkline
