#include "actors/records/extraction_actor.hpp"

#include "infra/log/log.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace trunkline {

namespace {

void keep_row(store& rows, engine_metrics* metrics, tool_run_record row, bool made,
              unsigned attempts) {
  const auto sid = row.call_sid;
  if (!made) // why is in the row: it may name what was said
    log_event(log_level::warn, "extraction.failed", {{"call_sid", sid}, {"count", attempts}});
  if (metrics)
    metrics->action(made ? "extraction" : "extraction_failed");
  if (!rows.put(std::move(row)))
    log_event(log_level::error, "store.row_failed", {{"call_sid", sid}});
}

} // namespace

bool extraction_room::enter(const std::function<extraction_actor()>& start) {
  const std::lock_guard lock{mutex_};
  if (closed_ || busy_.size() >= extractions_max)
    return false;
  auto one = start();
  const auto id = one.id();
  busy_.emplace(id, std::move(one));
  return true;
}

void extraction_room::leave(caf::actor_id id) {
  const std::lock_guard lock{mutex_};
  busy_.erase(id);
}

void extraction_room::close() {
  const std::lock_guard lock{mutex_};
  closed_ = true;
  for (const auto& [_, one] : busy_)
    stop_actor(one, caf::exit_reason::user_shutdown);
  busy_.clear();
}

extraction_state::extraction_state(extraction_actor::pointer self, extraction_setup given)
    : self(self), guard(self), setup(std::move(given)), id(self->id()) {}

extraction_state::~extraction_state() {
  if (!kept)
    keep(failure{failure_kind::unavailable, "the engine stopped", false});
  if (setup.room)
    setup.room->leave(id);
}

extraction_actor::behavior_type extraction_state::make_behavior() {
  ask();
  return {
      [this](llm_reported& reported) {
        if (reported.round == attempt && !kept)
          on_event(std::move(reported.event));
      },
      [this](tick_atom) { on_deadline(); },
      [](ping_atom) {},
  };
}

void extraction_state::ask() {
  const auto& model = setup.models.at(std::min<size_t>(attempt, setup.models.size() - 1));
  ++attempt;
  answer.clear();
  asked = self->clock().now();
  tell_later(self, self_handle<extraction_actor>(self), attempt_deadline, tick_atom_v);
  stream = model->start(
      extraction_request(setup.who, setup.call, setup.turns, wrong),
      [handle = self_handle<extraction_actor>(self), round = attempt](llm_event event) {
        tell_from_outside(handle, llm_reported{round, std::move(event)});
      });
}

void extraction_state::on_event(llm_event event) {
  if (const auto* delta = std::get_if<reply_delta>(&event)) {
    answer += delta->text;
    if (answer.size() > extraction_answer_bytes_max)
      failed({failure_kind::bad_input, "the answer is too long", false});
  } else if (auto* why = std::get_if<failure>(&event)) {
    failed({why->kind, "the model failed", why->retryable});
  } else if (std::holds_alternative<llm_done>(event)) {
    auto made = extracted(answer, setup.schema);
    if (made)
      finish(made);
    else
      failed(made.error());
  }
}

/// A timer of the attempt before is too early for this one.
void extraction_state::on_deadline() {
  if (!kept && self->clock().now() - asked >= attempt_deadline)
    failed({failure_kind::timeout, "the model was late", true});
}

void extraction_state::failed(failure why) {
  stream.reset();
  wrong = why.context;
  if (attempt < attempts_max)
    ask();
  else
    finish(std::move(why));
}

void extraction_state::finish(const result<nlohmann::json>& made) {
  stream.reset();
  keep(made);
  self->quit();
}

void extraction_state::keep(const result<nlohmann::json>& made) {
  kept = true;
  keep_row(*setup.rows, setup.metrics.get(),
           extraction_row(setup.call.call_sid, made, setup.wall_clock()), made.has_value(),
           attempt);
}

void keep_no_extraction(store& rows, engine_metrics* metrics, const std::string& call_sid,
                        const char* why, timestamp at) {
  keep_row(rows, metrics,
           extraction_row(call_sid, failure{failure_kind::unavailable, why, false}, at), false, 0);
}

} // namespace trunkline
