#include "actors/speech/tts_actor.hpp"

#include "infra/log/log.hpp"

#include <algorithm>
#include <utility>

namespace trunkline {

namespace {

using std::chrono::milliseconds;

constexpr size_t bytes_per_ms = 8;
// One media message to the carrier carries at most this much: it buffers and paces, we do not.
constexpr size_t piece_bytes_max = 200 * bytes_per_ms;
// Audio that must have been played, but whose marks do not come back: taken as heard after this.
constexpr milliseconds marks_overdue{2000};

milliseconds length_of(size_t bytes) {
  return milliseconds{bytes / bytes_per_ms};
}

} // namespace

tts_state::tts_state(tts_actor::pointer self, std::shared_ptr<tts_provider> provider,
                     turn_settings settings, std::shared_ptr<phrase_cache> phrases,
                     std::string voice_key, call_actor call)
    : self(self), guard(self), provider(std::move(provider)), settings(settings),
      phrases(std::move(phrases)), voice_key(std::move(voice_key)), call(std::move(call)) {}

tts_actor::behavior_type tts_state::make_behavior() {
  origin = self->clock().now();
  session = open_session();
  return {
      [this](speak& order) { on_speak(std::move(order)); },
      [this](const settle_held& order) { on_settle(order); },
      [this](order_playout order) { on_order(order.order); },
      [this](const mark_played& mark) { on_mark(mark.name); },
      [this](tts_reported& reported) { on_report(std::move(reported.event)); },
      [this](change_voice& to) { on_change(std::move(to)); },
      [this](siblings& others) {
        media = std::move(others.media);
        pump();
      },
      [this](tick_atom) {
        wake_at.reset();
        pump();
      },
      [](ping_atom) {},
  };
}

std::unique_ptr<tts_session> tts_state::open_session() {
  return provider->open({}, [handle = self_handle<tts_actor>(self)](tts_event event) {
    tell_from_outside(handle, tts_reported{std::move(event)});
  });
}

/// What the voice before was given it still speaks.
void tts_state::on_change(change_voice&& to) {
  provider = std::move(to.provider);
  voice_key = std::move(to.voice_key);
  former = std::exchange(session, open_session());
}

void tts_state::cancel() {
  session->cancel();
  former.reset();
}

milliseconds tts_state::now() const {
  return std::chrono::duration_cast<milliseconds>(self->clock().now() - origin);
}

tts_state::line* tts_state::find(uint64_t sentence) {
  for (auto& one : lines)
    if (one.sentence == sentence)
      return &one;
  return nullptr;
}

void tts_state::on_speak(speak&& order) {
  if (lines.size() >= lines_max) {
    self->quit(caf::make_error(ec::queue_full));
    return;
  }
  if (order.kind == speak_kind::filler && say_from_memory(order))
    return;
  lines.push_back({order.sentence, order.text, order.kind, order.held_for});
  session->speak(order.sentence, std::move(order.text));
}

// A filler is said because something else is late, so it goes before what has no audio yet.
bool tts_state::say_from_memory(const speak& order) {
  auto sound = phrases ? phrases->find_kept(voice_key, order.text) : nullptr;
  if (!sound)
    return false;
  line made{order.sentence, order.text, order.kind, 0};
  made.audio.append(std::move(sound));
  made.complete = true;
  const auto place = std::find_if(lines.begin(), lines.end(), [](const line& one) {
    return one.held_for != 0 || one.audio.empty();
  });
  const auto& added = *lines.insert(place, std::move(made));
  tell_call(playout_news::kind::first_audio, added, {}, self->clock().now());
  tell_call(playout_news::kind::length, added, length_of(added.audio.size()));
  pump();
  return true;
}

void tts_state::on_settle(const settle_held& order) {
  if (order.say) {
    for (auto& one : lines)
      if (one.held_for == order.reply)
        one.held_for = 0;
    pump();
    return;
  }
  std::erase_if(lines, [&](const line& one) { return one.held_for == order.reply; });
  if (lines.empty())
    cancel();
}

void tts_state::on_report(tts_event&& event) {
  auto* which = find(event.sentence);
  if (!which)
    return; // stopped meanwhile
  if (auto* chunk = std::get_if<audio_chunk>(&event.what)) {
    if (which->audio.empty())
      tell_call(playout_news::kind::first_audio, *which, {}, self->clock().now());
    which->audio.append(std::move(chunk->bytes));
  } else if (auto* why = std::get_if<failure>(&event.what)) {
    on_failure(*why);
    return;
  } else {
    which->complete = true;
    tell_call(playout_news::kind::length, *which, length_of(which->audio.size()));
  }
  pump();
}

void tts_state::on_failure(const failure& why) {
  log_event(log_level::warn, "tts.sentence_failed",
            {{"provider", provider->name()}, {"error", to_string(why)}});
  tell(self, call, provider_failed{child_role::tts, why});
  self->quit(caf::make_error(ec::provider_lost));
}

void tts_state::on_order(playout_order order) {
  switch (order) {
  case playout_order::pause:
    pause();
    break;
  case playout_order::resume:
    paused = false;
    pump();
    break;
  case playout_order::stop: {
    pause();
    cancel();
    lines.clear();
    paused = false;
    tell(self, call, playout_news{playout_news::kind::stopped, 0, {}, self->clock().now(), {}});
    break;
  }
  }
}

// The carrier cannot pause: its buffer is cleared, and what was not heard is kept to be sent again.
void tts_state::pause() {
  paused = true;
  tell(self, media, agent_clear{});
  for (const auto& one : ledger.clear(now()))
    if (auto* which = find(one.sentence)) {
      which->base = std::min(which->base + static_cast<size_t>(one.heard.count()) * bytes_per_ms,
                             which->audio.size());
      tell_call(playout_news::kind::heard, *which, length_of(which->base));
    }
  for (auto& which : lines) {
    which.sent = which.base;
    which.end_marked = false;
  }
}

void tts_state::on_mark(const std::string& name) {
  heard(ledger.on_mark(name));
}

void tts_state::heard(const std::vector<playout_ledger::heard_sentence>& all) {
  for (const auto& one : all) {
    auto* which = find(one.sentence);
    if (!which)
      continue;
    tell_call(one.finished ? playout_news::kind::finished : playout_news::kind::heard, *which,
              length_of(which->base) + one.heard);
    if (one.finished)
      std::erase_if(lines, [&](const line& l) { return l.sentence == one.sentence; });
  }
  if (!all.empty() && lines.empty() && !paused)
    tell(self, call, playout_news{playout_news::kind::idle, 0, {}, self->clock().now(), {}});
  pump();
}

void tts_state::pump() {
  if (paused || !media)
    return;
  for (auto& which : lines) {
    if (which.held_for != 0)
      return; // it and what follows is not to be heard yet
    while (send_piece(which))
      ;
    if (which.sent < which.audio.size()) {
      wake_in(ledger.ahead(now()) - settings.playout_ahead + milliseconds{20});
      return;
    }
    if (!which.complete)
      return; // more is coming
    if (!which.end_marked) {
      which.end_marked = true;
      tell(self, media, agent_mark{ledger.finish(which.sentence)});
    }
  }
  if (lines.empty())
    return;
  // A carrier that does not echo marks must not keep the agent talking for ever.
  if (ledger.dry_for(now()) < marks_overdue) {
    wake_in(ledger.ahead(now()) + marks_overdue - ledger.dry_for(now()));
    return;
  }
  log_event(log_level::warn, "tts.marks_overdue", {{"sentences", lines.size()}});
  auto news = ledger.clear(now());
  for (auto& one : news)
    one.finished = true;
  heard(news);
}

// Sends up to 200 ms of a line; false when there is nothing to send or enough is on its way.
bool tts_state::send_piece(line& which) {
  const auto at = now();
  const auto ahead = ledger.ahead(at);
  if (which.sent == which.audio.size() || ahead >= settings.playout_ahead)
    return false;
  auto piece = which.audio.at(which.sent, piece_bytes_max);
  const auto bytes = piece.size();
  tell(self, media, agent_audio{std::move(piece.of), piece.from, piece.to});
  if (!which.started) {
    which.started = true;
    tell_call(playout_news::kind::started, which, {}, self->clock().now() + ahead);
  }
  which.sent += bytes;
  ledger.sent(which.sentence, bytes, at);
  if (auto mark = ledger.mark_due(settings.mark_every))
    tell(self, media, agent_mark{std::move(*mark)});
  return true;
}

void tts_state::tell_call(playout_news::kind what, const line& which, milliseconds ms,
                          steady_time at) {
  tell(self, call, playout_news{what, which.sentence, ms, at, which.kind});
}

void tts_state::wake_in(milliseconds delay) {
  delay = std::max(delay, milliseconds{10});
  const auto at = now() + delay;
  if (wake_at && *wake_at <= at)
    return;
  wake_at = at;
  tell_later(self, self_handle<tts_actor>(self), delay, tick_atom_v);
}

} // namespace trunkline
