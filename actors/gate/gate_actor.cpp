#include "actors/gate/gate_actor.hpp"

#include "actors/records/reconcile.hpp"
#include "infra/log/log.hpp"
#include "protocol/text/phone_number.hpp"
#include "protocol/twilio/call_status.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace trunkline {

const std::string& field(const webhook& request, std::string_view name) {
  static const std::string none;
  for (const auto& [key, value] : request.fields)
    if (key == name)
      return value;
  return none;
}

namespace {

int number_or(const std::string& text, int otherwise) {
  int value = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

http_response not_kept() {
  return {503, "text/plain; charset=utf-8", "it could not be stored\n", {}};
}

http_response xml(std::string body) {
  return {200, "text/xml; charset=utf-8", std::move(body), {}};
}

} // namespace

gate_state::gate_state(gate_actor::pointer self, gate_setup given)
    : self(self), guard(self), setup(std::move(given)),
      new_calls(setup.calls_per_second, 2.0 * setup.calls_per_second),
      per_source(setup.calls_per_minute_per_source / 60.0, setup.calls_per_minute_per_source) {}

gate_actor::behavior_type gate_state::make_behavior() {
  return {
      [this](webhook& request) { on_webhook(std::move(request)); },
      [this](after_loaded& loaded) { on_loaded(std::move(loaded)); },
      [this](webhook_kept news) { on_kept(news); },
      [this](page_ready& ready) { on_page(std::move(ready)); },
      [this](answer_due due) {
        if (open.count(due.serial) == 0)
          return;
        log_event(log_level::error, "webhook.late",
                  {{"call_sid", field(open[due.serial], "CallSid")}});
        overflow(due.serial);
      },
      [](ping_atom) {},
  };
}

void gate_state::on_webhook(webhook&& request) {
  if (request.what == webhook::kind::status) {
    on_status(std::move(request));
    return;
  }
  if (request.what == webhook::kind::gathered_part) {
    on_partial(std::move(request));
    return;
  }
  const auto id = ++serial;
  const auto what = request.what;
  open.emplace(id, std::move(request));
  // Who has left a message is not asked for it again because the disk is slow.
  const bool may_wait = what == webhook::kind::gathered || what == webhook::kind::recorded;
  tell_later(self, self_handle<gate_actor>(self), may_wait ? page_within : answer_within,
             answer_due{id});
  if (what == webhook::kind::incoming)
    on_incoming(id);
  else if (what == webhook::kind::gathered)
    on_gathered(id);
  else
    on_after(id);
}

void gate_state::on_incoming(uint64_t id) {
  const auto& request = open[id];
  const auto now = self->clock().now();
  const auto& from = field(request, "From");
  if (!per_source.take(from, now)) {
    log_event(log_level::warn, "call.unusual_rate", {{"from", mask_number(from)}});
    if (setup.metrics)
      setup.metrics->call_refused("source_rate");
    answer(id, answers::busy());
    return;
  }
  auto calls = setup.calls->get();
  if (!calls || !new_calls.take(now)) {
    if (setup.metrics)
      setup.metrics->call_refused("rate");
    overflow(id);
    return;
  }
  incoming_call call{field(request, "CallSid"), from, field(request, "To"),
                     field(request, "CallerName"), request.channel};
  ask(self, calls, answer_within, std::move(call))
      .then([this, id](const announced_call& said) { on_announced(id, said); },
            [this, id](caf::error&) { overflow(id); });
}

void gate_state::on_announced(uint64_t id, const announced_call& said) {
  using verdict = announced_call::verdict;
  switch (said.what) {
  case verdict::accepted:
    if (said.channel == "gather")
      ask_for_page(id, turn_of(open[id]));
    else if (said.channel == "relay" && said.who)
      answer(id, answers::relay(setup.urls, said.shard, said.token, *said.who));
    else
      answer(id, answers::stream(setup.urls, said.shard, said.token));
    break;
  case verdict::unknown_number:
    answer(id, answers::unknown_number());
    break;
  case verdict::full:
  case verdict::draining:
    overflow(id);
  }
}

void gate_state::on_after(uint64_t id) {
  const auto what = open[id].what;
  if (what == webhook::kind::recorded) {
    keep_recording(id);
    return;
  }
  auto calls = setup.calls->get();
  if (!calls || what != webhook::kind::after) {
    load_call(id);
    return;
  }
  // The stream is over; its tree may still be writing what it knows.
  ask(self, calls, answer_within, wrap_up{field(open[id], "CallSid")})
      .then([this, id] { load_call(id); }, [this, id](caf::error&) { load_call(id); });
}

/// The database's word, or, when that is late, what is remembered here.
void gate_state::load_call(uint64_t id) {
  const auto found = open.find(id);
  if (found == open.end())
    return;
  loading.insert(id);
  auto handle = self_handle<gate_actor>(self);
  const auto& sid = field(found->second, "CallSid");
  auto known = setup.rows->recall(sid);
  const bool queued = setup.rows->load_call(sid, [handle, id, known](result<stored_call> stored) {
    tell_from_outside(handle, after_loaded{id, stored ? std::move(*stored) : known});
  });
  if (queued)
    tell_later(self, handle, database_within, after_loaded{id, std::move(known)});
  else
    on_loaded({id, std::move(known)});
}

void gate_state::on_loaded(after_loaded&& loaded) {
  const auto id = loaded.serial;
  const auto found = open.find(id);
  if (loading.erase(id) == 0 || found == open.end())
    return; // answered meanwhile, or the other answer came first
  const auto& request = found->second;
  using stage = after_request::stage;
  after_request asked;
  asked.from = request.what == webhook::kind::dialled    ? stage::dialled
               : request.what == webhook::kind::recorded ? stage::recorded
                                                         : stage::stream_ended;
  asked.caller_gone = is_final_call_status(field(request, "CallStatus")) ||
                      (loaded.what.call && is_final_call_status(loaded.what.call->carrier_status));
  asked.transfer_done =
      field(request, "DialBridged") == "true" ||
      (field(request, "DialBridged").empty() && field(request, "DialCallStatus") == "completed");
  const auto who = assistant_of(request, loaded.what.call);
  if (!who) {
    answer(id, answers::unknown_number());
    return;
  }
  const auto plan = decide_after(asked, loaded.what.call, *who);
  log_event(log_level::info, "after.decided",
            {{"call_sid", field(request, "CallSid")}, {"action", static_cast<int>(plan.what)}});
  if (plan.what == after_plan::kind::resume)
    resume(id, std::move(loaded), plan.say);
  else
    answer(id, answers::plan(setup.urls, plan, *who, field(request, "To")));
}

void gate_state::resume(uint64_t id, after_loaded&& loaded, std::string say) {
  auto calls = setup.calls->get();
  if (!calls) {
    overflow(id);
    return;
  }
  auto& known = loaded.what;
  // What a tool of a dead engine did is found out, not done again.
  if (auto settled = reconcile(known, setup.wall_clock())) {
    for (const auto& run : settled->runs)
      if (!setup.rows->put(run))
        log_event(log_level::error, "tool.not_stored", {{"call_sid", run.call_sid}});
    if (!setup.rows->put(settled->turn))
      log_event(log_level::error, "tool.not_stored", {{"call_sid", settled->turn.call_sid}});
    known.turns.push_back(std::move(settled->turn));
    if (say.empty())
      say = settled->say;
  }
  ask(self, calls, answer_within, resume_call{std::move(*known.call), std::move(known.turns), say})
      .then([this, id](const announced_call& said) { on_announced(id, said); },
            [this, id](caf::error&) { overflow(id); });
}

/// A recording of message taking; its status callback completes the same row.
std::optional<recording_row> gate_state::recording_of(const webhook& request) const {
  const auto& sid = field(request, "RecordingSid");
  const auto& url = field(request, "RecordingUrl");
  if (url.empty())
    return std::nullopt;
  const auto who = assistant_of(request);
  recording_row row;
  row.message.id = "rec-" + (sid.empty() ? url : sid);
  row.message.tenant_id = who ? who->tenant_id : "";
  row.message.call_sid = field(request, "CallSid");
  row.message.caller_number = field(request, "From");
  row.message.caller_name = field(request, "CallerName");
  row.message.recording_url = url;
  row.message.recording_seconds = number_or(field(request, "RecordingDuration"), 0);
  row.message.created_at = setup.wall_clock();
  return row;
}

/// "Your message was saved" is said when it is.
void gate_state::keep_recording(uint64_t id) {
  auto row = recording_of(open[id]);
  if (!row) {
    on_kept({id, true});
    return;
  }
  auto kept = [handle = self_handle<gate_actor>(self), id](const result<void>& done) {
    tell_from_outside(handle, webhook_kept{id, done.has_value()});
  };
  if (!setup.rows->put(std::move(*row), kept))
    on_kept({id, false});
}

void gate_state::on_kept(webhook_kept news) {
  const auto found = open.find(news.serial);
  if (found == open.end())
    return;
  if (news.kept) {
    loading.insert(news.serial);
    // Whatever the call was, its recording ends it; but in its language, when that is known here.
    on_loaded({news.serial, setup.rows->recall(field(found->second, "CallSid"))});
    return;
  }
  log_event(log_level::error, "message.not_stored",
            {{"call_sid", field(found->second, "CallSid")}});
  found->second.respond(not_kept());
  open.erase(found);
}

/// Answered when it is durable; a carrier that hears 503 knows that it is not.
void gate_state::on_status(webhook&& request) {
  const auto sid = field(request, "CallSid");
  const auto status = field(request, "CallStatus");
  auto answer = [respond = request.respond, sid](const result<void>& kept) {
    if (kept || kept.error().kind == failure_kind::overloaded) { // shed is counted
      respond({204, "", "", {}});
      return;
    }
    log_event(log_level::error, "status.not_stored", {{"call_sid", sid}});
    respond(not_kept());
  };
  bool taken = true;
  if (auto recording = recording_of(request)) {
    taken = setup.rows->put(std::move(*recording), answer);
  } else if (!status.empty()) {
    const auto sequence = number_or(field(request, "SequenceNumber"), 0);
    taken = setup.rows->put(carrier_status_row{sid, status, sequence}, answer);
    if (is_final_call_status(status))
      tell(self, setup.calls->get(), carrier_ended{sid, status});
  } else {
    answer({});
  }
  if (!taken)
    answer(failure{failure_kind::unavailable, "the store is full", true});
}

/// The version that the call has, also when new calls get another one; else the number's. As it
/// speaks in the call.
std::shared_ptr<const assistant>
gate_state::assistant_of(const webhook& request, const std::optional<call_record>& call) const {
  const auto directory = setup.assistants->now();
  call_record known;
  known.called_number = field(request, "To");
  served_assistant found;
  if (call) {
    known = *call;
    found = directory->version(call->assistant_id, call->assistant_version);
    if (!found.who)
      found = directory->by_id(call->assistant_id);
  }
  if (!found.who)
    found = directory->for_number(field(request, "To"));
  return found.who ? as_in_call(std::move(found.who), known) : nullptr;
}

void gate_state::overflow(uint64_t id) {
  const auto found = open.find(id);
  if (found == open.end())
    return;
  const auto who = assistant_of(found->second);
  answer(id, who ? answers::overflow(setup.urls, *who) : answers::unknown_number());
}

void gate_state::answer(uint64_t id, std::string twiml) {
  auto node = open.extract(id);
  loading.erase(id);
  if (node.empty())
    return;
  node.mapped().respond(xml(std::move(twiml)));
}

} // namespace trunkline
