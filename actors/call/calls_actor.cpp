#include "actors/call/calls_actor.hpp"

#include "actors/media/stream_port.hpp"
#include "infra/log/log.hpp"
#include "protocol/text/phone_number.hpp"
#include "protocol/twilio/signature.hpp"

#include <utility>

namespace trunkline {

calls_state::calls_state(calls_actor::pointer self, calls_setup given)
    : self(self), guard(self), setup(std::move(given)),
      watch(self, [this](caf::actor_id id, const caf::error& why) { on_down(id, why); }),
      load(setup.overload_lag) {}

calls_state::~calls_state() {
  for (auto& [_, promise] : waiting)
    promise.deliver(caf::make_error(caf::sec::request_receiver_down));
  if (!setup.registry->closing)
    return; // our successor finds the calls in the registry
  for (auto& [_, entry] : setup.registry->live) {
    if (entry.unanswered > 0)
      stop_actor(entry.handle, caf::exit_reason::user_shutdown);
    else
      tell_from_outside(entry.handle, end_agent{"engine_draining"});
  }
}

calls_actor::behavior_type calls_state::make_behavior() {
  for (auto& [_, entry] : setup.registry->live) // of a manager that died before us
    watch.add(entry.handle);
  tell_later(self, self_handle<calls_actor>(self), beat_every, tick_atom_v);
  return {
      [this](incoming_call& call) { return announce(std::move(call)); },
      [this](resume_call& call) { return resume(std::move(call)); },
      [this](attach_stream& stream) { return attach(std::move(stream)); },
      [this](gather_turn& turn) { return pass_on(std::move(turn)); },
      [this](const carrier_ended& news) {
        auto found = setup.registry->live.find(news.call_sid);
        if (found != setup.registry->live.end())
          tell(self, found->second.handle, news);
      },
      [this](const call_kept& news) { on_kept(news); },
      [this](const wrap_up& which) { return wait_for_end(which.call_sid); },
      [this](const find_live& which) { return snapshot(which.call_sid); },
      [this](list_atom) { return list(); },
      [this](const sabotage& order) { return harm(order); },
      [this](drain_atom) { drain(); },
      [this](tick_atom) { on_tick(); },
      [](ping_atom) {},
  };
}

caf::result<announced_call> calls_state::announce(incoming_call&& call) {
  using verdict = announced_call::verdict;
  auto& registry = *setup.registry;
  if (auto known = registry.live.find(call.call_sid); known != registry.live.end())
    return known->second.answer;
  for (const auto& [sid, answer] : registry.recent)
    if (sid == call.call_sid)
      return answer;
  auto served = setup.assistants->now()->for_number(call.to);
  const auto& who = served.who;
  const auto refuse = [&](verdict what, std::string_view why) {
    log_event(log_level::warn, "call.refused",
              {{"call_sid", call.call_sid},
               {"error", std::string{why}},
               {"assistant", who ? who->id : ""}});
    if (setup.common.metrics)
      setup.common.metrics->call_refused(why);
    return announced_call{what, {}, 0, who};
  };
  if (!who)
    return refuse(verdict::unknown_number, "unknown_number");
  if (draining)
    return refuse(verdict::draining, "draining");
  if (const auto why = no_room_for(*who, setup.max_calls, live_beside(*who)); !why.empty())
    return refuse(verdict::full, why);
  call_record record;
  record.call_sid = call.call_sid;
  record.tenant_id = who->tenant_id;
  record.assistant_id = who->id;
  record.assistant_version = who->version;
  record.channel = channel_of(call, *who);
  record.caller_number = call.from;
  record.called_number = call.to;
  record.caller_name = call.caller_name;
  record.started_at = setup.common.wall_clock();
  log_event(log_level::info, "call.started",
            {{"call_sid", record.call_sid}, {"from", mask_number(call.from)}});
  record.engine_id = setup.engine_id;
  const auto sid = record.call_sid;
  return when_durable(sid, admit(std::move(record), std::move(served), setup.common));
}

/// Counted only where a limit asks for it, so that no count can be wrong.
calls_now calls_state::live_beside(const assistant& who) const {
  calls_now now{setup.registry->live.size()};
  if (who.max_calls == 0 && who.tenant_max_calls == 0)
    return now;
  for (const auto& [_, entry] : setup.registry->live) {
    now.of_assistant += entry.record.assistant_id == who.id ? 1 : 0;
    now.of_tenant += entry.record.tenant_id == who.tenant_id ? 1 : 0;
  }
  return now;
}

caf::result<announced_call> calls_state::resume(resume_call&& call) {
  using verdict = announced_call::verdict;
  auto served = version_of(call.record);
  const auto& who = served.who;
  // An admitted call is never cut for a newer one, so a caller who comes back is not counted out.
  if (!who || draining || setup.registry->live.count(call.record.call_sid) != 0)
    return announced_call{verdict::draining, {}, 0, who};
  auto given = setup.common;
  given.resumed = true;
  given.earlier = std::move(call.turns);
  given.say_first = std::move(call.say_first);
  ++call.record.resumes;
  call.record.next_step.clear();
  call.record.ended_at.reset();
  log_event(log_level::warn, "call.resumed",
            {{"call_sid", call.record.call_sid}, {"count", call.record.resumes}});
  call.record.engine_id = setup.engine_id;
  call.record.assistant_id = who->id;
  call.record.assistant_version = who->version;
  const auto sid = call.record.call_sid;
  return when_durable(sid, admit(std::move(call.record), std::move(served), std::move(given)));
}

/// A caller comes back to the version the call began with, as long as it is at hand.
served_assistant calls_state::version_of(const call_record& record) const {
  const auto is_it = [&](const served_assistant& one) {
    return one.who && one.who->id == record.assistant_id &&
           one.who->version == record.assistant_version;
  };
  const auto directory = setup.assistants->now();
  auto now = directory->by_id(record.assistant_id);
  if (!now.who)
    now = directory->for_number(record.called_number);
  if (is_it(now))
    return now;
  if (auto earlier = directory->version(record.assistant_id, record.assistant_version); earlier.use)
    return earlier;
  for (const auto& [_, entry] : setup.registry->live)
    if (is_it(entry.served))
      return entry.served;
  for (const auto& one : setup.registry->returning)
    if (is_it(one.served))
      return one.served;
  if (now.who)
    log_event(log_level::warn, "call.other_version",
              {{"call_sid", record.call_sid},
               {"assistant", now.who->id},
               {"version", now.who->version},
               {"was", record.assistant_version}});
  return now;
}

announced_call calls_state::admit(call_record record, served_assistant served, call_setup given) {
  const auto shard = next_shard++ % setup.shards;
  auto who = as_in_call(served.who, record);
  announced_call answer{announced_call::verdict::accepted, setup.new_token(), shard, who};
  given.record = record;
  given.who = std::move(who);
  given.use = served.use;
  const auto sid = record.call_sid;
  answer.serial = ++serial;
  answer.channel = record.channel;
  auto kept = [me = self_handle<calls_actor>(self), sid, id = serial](const result<void>& done) {
    const bool shed = !done && done.error().kind == failure_kind::overloaded;
    using came = call_kept::what;
    tell_from_outside(me, call_kept{sid, id, done || shed ? came::durable : came::refused});
  };
  if (!setup.common.rows->put(record, kept)) // before the tree, whose rows are later ones
    kept(failure{failure_kind::unavailable, "the store is full", true});
  auto handle = setup.spawn(shard, std::move(given));
  watch.add(handle);
  setup.registry->by_actor[handle.id()] = sid;
  setup.registry->live[sid] = {std::move(record), answer, std::move(handle), false, {}, 0, false,
                               std::move(served)};
  if (setup.common.metrics)
    setup.common.metrics->calls_live(static_cast<int64_t>(setup.registry->live.size()));
  return answer;
}

/// A webhook is answered when its call would survive us. A disk that is slow today costs nobody the
/// agent: after `durable_within` the caller is let in, and only a power cut could lose the row.
caf::result<announced_call> calls_state::when_durable(const std::string& call_sid,
                                                      announced_call answer) {
  auto promise = self->make_response_promise<announced_call>();
  const auto id = answer.serial;
  tell_later(self, self_handle<calls_actor>(self), durable_within,
             call_kept{call_sid, id, call_kept::what::late});
  not_kept_yet.emplace(id, std::pair{std::move(answer), promise});
  return promise;
}

void calls_state::on_kept(const call_kept& news) {
  auto node = not_kept_yet.extract(news.serial);
  if (node.empty())
    return;
  auto& [answer, promise] = node.mapped();
  if (news.came == call_kept::what::late) {
    log_event(log_level::error, "call.not_yet_durable", {{"call_sid", news.call_sid}});
    if (setup.common.metrics)
      setup.common.metrics->error("not_yet_durable", "journal");
  }
  if (news.came == call_kept::what::refused) {
    answer.what = announced_call::verdict::full; // asked for a message instead
    if (auto found = setup.registry->live.find(news.call_sid); found != setup.registry->live.end())
      tell(self, found->second.handle, end_agent{"not_stored"});
  }
  promise.deliver(std::move(answer));
}

bool calls_state::attach(attach_stream&& stream) {
  auto found = setup.registry->live.find(stream.call_sid);
  if (found == setup.registry->live.end() || found->second.token_used ||
      found->second.record.channel != stream.channel ||
      !equal_in_constant_time(found->second.answer.token, stream.token)) {
    stream.port->refuse();
    return false;
  }
  found->second.token_used = true;
  found->second.port = stream.port;
  tell(self, found->second.handle, std::move(stream));
  return true;
}

bool calls_state::pass_on(gather_turn&& turn) {
  const auto found = setup.registry->live.find(turn.call_sid);
  if (found == setup.registry->live.end() || found->second.record.channel != "gather")
    return false;
  tell(self, found->second.handle, std::move(turn));
  return true;
}

caf::result<void> calls_state::wait_for_end(const std::string& call_sid) {
  auto found = setup.registry->live.find(call_sid);
  if (found == setup.registry->live.end())
    return caf::unit;
  tell(self, found->second.handle, stream_stopped_by_carrier{});
  auto promise = self->make_response_promise<void>();
  waiting.emplace(call_sid, promise);
  return promise;
}

caf::result<std::string> calls_state::snapshot(const std::string& call_sid) {
  auto found = setup.registry->live.find(call_sid);
  if (found == setup.registry->live.end())
    return caf::make_error(caf::sec::no_such_key);
  auto promise = self->make_response_promise<std::string>();
  ask(self, found->second.handle, std::chrono::seconds{1}, snapshot_atom_v)
      .then([promise](std::string& json) mutable { promise.deliver(std::move(json)); },
            [promise](caf::error& why) mutable { promise.deliver(std::move(why)); });
  return promise;
}

std::vector<call_row> calls_state::list() const {
  std::vector<call_row> rows;
  for (const auto& [_, entry] : setup.registry->live)
    rows.push_back({entry.record, entry.answer.shard});
  return rows;
}

caf::result<void> calls_state::harm(const sabotage& order) {
  child_role role;
  auto found = setup.registry->live.find(order.call_sid);
  if (found == setup.registry->live.end() ||
      (order.role != "supervisor" && !role_from(order.role, role)) ||
      (order.how != "exit" && order.how != "throw" && order.how != "hang"))
    return caf::make_error(caf::sec::no_such_key);
  if (order.role != "supervisor")
    tell(self, found->second.handle, order);
  else if (order.how == "throw")
    stop_actor(found->second.handle, ec::sabotage_throw);
  else if (order.how == "hang")
    stop_actor(found->second.handle, ec::sabotage_hang);
  else
    stop_actor(found->second.handle, caf::exit_reason::kill);
  return caf::unit;
}

void calls_state::on_down(caf::actor_id id, const caf::error& why) {
  auto& registry = *setup.registry;
  const auto known = registry.by_actor.find(id);
  if (known == registry.by_actor.end())
    return;
  const auto sid = known->second;
  registry.by_actor.erase(known);
  auto node = registry.live.extract(sid);
  if (!is_clean(why))
    rescue(node.mapped(), why);
  registry.recent.emplace_back(sid, node.mapped().answer);
  if (registry.recent.size() > call_registry::recent_max)
    registry.recent.pop_front();
  registry.returning.push_back({sid, self->clock().now(), std::move(node.mapped().served)});
  if (setup.common.metrics)
    setup.common.metrics->calls_live(static_cast<int64_t>(registry.live.size()));
  const auto [first, last] = waiting.equal_range(sid);
  for (auto it = first; it != last; ++it)
    it->second.deliver();
  waiting.erase(first, last);
  check_drained();
}

/// L4 for a call whose supervisor is gone: the outcome first, then the socket, so that the
/// carrier's question finds the row.
void calls_state::rescue(const call_registry::entry& lost, const caf::error& why) {
  log_event(log_level::error, "call.rescued",
            {{"call_sid", lost.record.call_sid}, {"code", static_cast<int>(why.code())}});
  if (setup.common.metrics)
    setup.common.metrics->fallback("L4", "supervisor_died");
  const bool queued = setup.common.rows->put(rescue_row{
      lost.record, setup.common.wall_clock(), to_json({next_step::kind::resume, {}, {}})});
  if (!queued)
    log_event(log_level::error, "call.rescue_not_stored", {{"call_sid", lost.record.call_sid}});
  if (auto port = lost.port.lock())
    port->close(1011, "the call's supervisor is gone");
}

void calls_state::on_tick() {
  watch_load();
  auto& returning = setup.registry->returning;
  while (!returning.empty() && self->clock().now() - returning.front().ended >= return_within)
    returning.pop_front();
  for (auto& [sid, entry] : setup.registry->live) {
    if (entry.unanswered >= beats_missed_max) {
      log_event(log_level::error, "call.supervisor_hung", {{"call_sid", sid}});
      stop_actor(entry.handle, ec::hung);
      continue;
    }
    ++entry.unanswered;
    const auto id = entry.handle.id();
    ask(self, entry.handle, beat_every * 3, ping_atom_v)
        .then(
            [this, id] {
              auto known = setup.registry->by_actor.find(id);
              if (known != setup.registry->by_actor.end())
                setup.registry->live[known->second].unanswered = 0;
            },
            [](caf::error&) {}); // counted by the beats
  }
  if (draining && !drained && self->clock().now() - drain_since >= setup.drain_timeout)
    for (auto& [_, entry] : setup.registry->live)
      tell(self, entry.handle, end_agent{"engine_draining"});
  tell_later(self, self_handle<calls_actor>(self), beat_every, tick_atom_v);
}

void calls_state::drain() {
  if (std::exchange(draining, true))
    return;
  drain_since = self->clock().now();
  log_event(log_level::info, "engine.draining", {{"calls", setup.registry->live.size()}});
  check_drained();
}

void calls_state::check_drained() {
  if (!draining || drained || !setup.registry->live.empty())
    return;
  drained = true;
  if (setup.on_drained)
    setup.on_drained();
}

} // namespace trunkline
