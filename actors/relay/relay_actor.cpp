#include "actors/relay/relay_actor.hpp"

#include "actors/media/stream_port.hpp"
#include "infra/log/log.hpp"
#include "protocol/text/language_tag.hpp"
#include "protocol/twilio/twiml.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>

namespace trunkline {

namespace {

using std::chrono::milliseconds;

// Well below a message's limit, escapes included.
constexpr size_t token_characters_max = 4000;

constexpr milliseconds news_under_way{200};
// A carrier that has told of words and then of nothing, not even their end.
constexpr milliseconds final_overdue{6000};

// Voices may read tags and entities as such.
std::string speakable(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (c == '&')
      out += " and ";
    else
      out += c == '<' || c == '>' ? ' ' : c;
  return out;
}

} // namespace

relay_state::relay_state(words_actor::pointer self, turn_settings settings, call_actor call,
                         std::shared_ptr<engine_metrics> metrics, std::string language)
    : self(self), guard(self), call(std::move(call)), metrics(std::move(metrics)),
      origin(self->clock().now()), ears(2 * settings.stable_interim, final_overdue),
      language(language), told(std::move(language)) {}

relay_state::~relay_state() {
  if (port && !ended)
    port->close(1011, "the channel ended");
}

words_actor::behavior_type relay_state::make_behavior() {
  return {
      [this](attach_stream& stream) { attach(std::move(stream)); },
      [this](const socket_text& message) { on_text(message.text); },
      [this](socket_closed closed) { on_closed(closed.code); },
      [](gather_turn&) {},
      [this](speak& order) { on_speak(std::move(order)); },
      [this](const settle_held& order) { on_settle(order); },
      [this](order_playout order) { on_order(order.order); },
      [this](turn_said) { on_turn_said(); },
      [this](finish_stream& last) {
        send(relay_end{std::move(last.handoff)});
        ended = true;
        if (port)
          port->close(1000, "done");
        self->quit();
      },
      [this](use_language& to) {
        language = std::move(to.tag);
        pump();
      },
      [this](tick_atom) { on_tick(); },
      [](ping_atom) {},
  };
}

milliseconds relay_state::now() const {
  return std::chrono::duration_cast<milliseconds>(self->clock().now() - origin);
}

void relay_state::attach(attach_stream&& stream) {
  if (port) {
    stream.port->refuse();
    return;
  }
  port = std::move(stream.port);
  const auto here = self_handle<words_actor>(self);
  port->connect(here, [here](std::string_view message) {
    tell_from_outside(here, socket_text{std::string{message}});
  });
  pump();
}

void relay_state::on_text(const std::string& text) {
  auto parsed = parse_relay_heard(text);
  if (!parsed) {
    on_bad_message(parsed.error().context);
    return;
  }
  if (std::holds_alternative<relay_setup>(*parsed)) { // comes once, before we do
    on_bad_message("a second setup");
    return;
  }
  bad_in_a_row = 0;
  std::visit(
      [this](auto& message) {
        using type = std::decay_t<decltype(message)>;
        if constexpr (std::is_same_v<type, relay_prompt>)
          on_prompt(std::move(message));
        else if constexpr (std::is_same_v<type, relay_interrupt>)
          on_interrupt(message);
        else if constexpr (std::is_same_v<type, relay_digit>)
          on_key(message.digit);
        else if constexpr (std::is_same_v<type, relay_info>)
          on_info(message);
        else if constexpr (std::is_same_v<type, relay_error>)
          count("carrier_error"); // its description repeats what was said
        else
          count("unknown_message");
      },
      *parsed);
  arm();
}

void relay_state::on_bad_message(const std::string& why) {
  count("bad_message");
  if (++bad_in_a_row == 1)
    log_event(log_level::warn, "relay.bad_message", {{"error", why}});
  if (bad_in_a_row < bad_in_a_row_max)
    return;
  ended = true;
  if (port)
    port->close(1007, "too many messages in a row that mean nothing");
  self->quit(caf::make_error(ec::media_lost));
}

void relay_state::on_prompt(relay_prompt&& prompt) {
  carrier_is_silent();
  if (prompt.last && !prompt.language.empty() && !language.empty() &&
      !same_language(prompt.language, language))
    log_event(log_level::info, "relay.other_language", {{"language", prompt.language}});
  const auto at = self->clock().now();
  tell_events(self, call,
              prompt.last ? ears.final(std::move(prompt.text), false, at)
                          : ears.partial(std::move(prompt.text), at));
}

/// Words and keys reach us only when the carrier listens: unless it says that it was interrupted,
/// it has spoken everything.
void relay_state::carrier_is_silent() {
  if (cut || ledger.idle())
    return;
  tell_heard(ledger.all_heard());
}

void relay_state::on_interrupt(const relay_interrupt& interrupt) {
  if (cut || ledger.idle())
    return;
  cycle_open = false; // what is left of it is never spoken
  tell_heard(ledger.cut(interrupt.heard, now()));
  auto rest = ledger.take_rest();
  for (auto left = rest.rbegin(); left != rest.rend(); ++left) {
    const auto one = std::find_if(spoken.begin(), spoken.end(), [&](const carrier_line& known) {
      return known.sentence == left->sentence;
    });
    if (one == spoken.end())
      continue;
    if (one->kind == speak_kind::filler) // its time has passed
      tell(self, call,
           playout_news{playout_news::kind::finished, left->sentence, {}, {}, one->kind});
    else
      waiting.push_front({left->sentence, left->text, one->kind, 0, one->interruptible,
                          left->before, one->language});
  }
  spoken.clear();
  cut = std::any_of(waiting.begin(), waiting.end(), [](const auto& one) { return !one.held_for; });
  if (cut)
    tell(self, call, channel_news{channel_news::kind::cut});
  else
    tell_heard({});
}

void relay_state::on_key(char digit) {
  carrier_is_silent();
  tell(self, call, key_pressed{digit});
}

/// Only a better clock; nothing depends on it.
void relay_state::on_info(const relay_info& info) {
  if (info.name != "agentSpeaking" || info.value != "off" || cut)
    return;
  // What was given while the news was under way is still to be spoken.
  if (const auto heard = ledger.all_heard(now() - news_under_way); !heard.empty())
    tell_heard(heard);
}

void relay_state::on_closed(int code) {
  ended = true;
  if (code == 1000 || code == 1001 || code == 1005)
    tell(self, call, stream_stopped_by_carrier{});
  else
    self->quit(caf::make_error(ec::media_lost));
}

void relay_state::on_speak(speak&& order) {
  if (waiting.size() >= waiting_max) {
    self->quit(caf::make_error(ec::queue_full));
    return;
  }
  cycle_ends = false;
  waiting.push_back({order.sentence, speakable(order.text), order.kind, order.held_for,
                     order.interruptible, 0, language});
  pump();
}

void relay_state::on_settle(const settle_held& order) {
  settle(waiting, order);
  pump();
}

void relay_state::on_order(playout_order order) {
  switch (order) {
  case playout_order::pause: // only the carrier can, and says so
    break;
  case playout_order::resume:
    cut = false;
    pump();
    break;
  case playout_order::stop:
    if (!cut)
      tell_heard(ledger.cut(std::nullopt, now()));
    (void)ledger.take_rest();
    cut = cycle_ends = false;
    waiting.clear();
    spoken.clear();
    tell(self, call, playout_news{playout_news::kind::stopped, 0, {}, self->clock().now(), {}});
  }
}

void relay_state::on_turn_said() {
  cycle_ends = true;
  pump();
}

void relay_state::pump() {
  if (!port)
    return;
  while (!cut && !waiting.empty() && waiting.front().held_for == 0) {
    auto next = std::move(waiting.front());
    waiting.pop_front();
    send(std::move(next));
  }
  if (!cut && waiting.empty() && std::exchange(cycle_ends, false) &&
      std::exchange(cycle_open, false))
    send(relay_text{{}, true, {}, {}, {}});
  if (!cut && waiting.empty())
    tell_language(language);
  arm();
}

/// It is for what the carrier says and hears after it: what was said before is a talk cycle of its
/// own.
void relay_state::tell_language(const std::string& tag) {
  if (tag == told)
    return;
  if (std::exchange(cycle_open, false))
    send(relay_text{{}, true, {}, {}, {}});
  told = tag;
  send(relay_language{tag, tag});
}

void relay_state::send(carrier_line&& one) {
  tell_language(one.language);
  const bool filler = one.kind == speak_kind::filler; // a talk cycle of its own
  const auto pieces = twiml::say_pieces(one.text, token_characters_max);
  for (size_t i = 0; i < pieces.size(); ++i) {
    const bool last = filler && i + 1 == pieces.size();
    send(relay_text{(cycle_open ? " " : "") + pieces[i], last, {}, one.interruptible, {}});
    cycle_open = !last;
  }
  const auto at = now();
  const auto starts = ledger.said(one.sentence, one.text, at, one.before);
  using kind = playout_news::kind;
  const auto news = [&](kind what, milliseconds ms, steady_time when) {
    tell(self, call, playout_news{what, one.sentence, ms, when, one.kind});
  };
  if (one.before == 0) {
    news(kind::first_audio, {}, self->clock().now());
    news(kind::length, text_ledger::length_of(one.text), {});
  }
  news(kind::started, {}, origin + starts);
  spoken.push_back(std::move(one));
}

void relay_state::send(const relay_said& message) {
  if (port && !ended)
    port->send(render(message));
}

void relay_state::tell_heard(const std::vector<text_ledger::news>& all) {
  using kind = playout_news::kind;
  for (const auto& one : all) {
    tell(
        self, call,
        playout_news{one.finished ? kind::finished : kind::heard, one.sentence, one.heard, {}, {}});
    if (one.finished)
      std::erase_if(spoken,
                    [&](const carrier_line& known) { return known.sentence == one.sentence; });
  }
  if (ledger.idle() && !cut && spoken.empty())
    tell(self, call, playout_news{kind::idle, 0, {}, self->clock().now(), {}});
}

void relay_state::count(std::string_view what) {
  if (metrics)
    metrics->error(what, "relay");
}

void relay_state::on_tick() {
  wake_at.reset();
  if (auto heard = ledger.advance(now()); !heard.empty())
    tell_heard(heard);
  tell_events(self, call, ears.check(self->clock().now()));
  arm();
}

void relay_state::arm() {
  auto due = ears.next_deadline();
  if (const auto end = ledger.next_end())
    due = std::min(due.value_or(steady_time::max()), origin + *end);
  if (!due || (wake_at && *wake_at <= *due))
    return;
  wake_at = due;
  const auto delay = std::chrono::ceil<milliseconds>(*due - self->clock().now());
  tell_later(self, self_handle<words_actor>(self), std::max(delay, milliseconds{1}), tick_atom_v);
}

} // namespace trunkline
