#include "actors/gate/gate_actor.hpp"

#include "infra/log/log.hpp"
#include "protocol/text/phone_number.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace trunkline {

namespace {

const std::string& field(const webhook& request, std::string_view name) {
  static const std::string none;
  for (const auto& [key, value] : request.fields)
    if (key == name)
      return value;
  return none;
}

int number_or(const std::string& text, int otherwise) {
  int value = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

bool is_over(const std::string& status) {
  for (const auto* over : {"completed", "busy", "failed", "no-answer", "canceled"})
    if (status == over)
      return true;
  return false;
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
  const auto id = ++serial;
  const auto what = request.what;
  open.emplace(id, std::move(request));
  tell_later(self, self_handle<gate_actor>(self), answer_within, answer_due{id});
  if (what == webhook::kind::incoming)
    on_incoming(id);
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
                     field(request, "CallerName")};
  ask(self, calls, answer_within, std::move(call))
      .then([this, id](const announced_call& said) { on_announced(id, said); },
            [this, id](caf::error&) { overflow(id); });
}

void gate_state::on_announced(uint64_t id, const announced_call& said) {
  using verdict = announced_call::verdict;
  switch (said.what) {
  case verdict::accepted:
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
  if (open[id].what == webhook::kind::recorded)
    on_recorded(open[id]);
  auto calls = setup.calls->get();
  if (!calls || open[id].what != webhook::kind::after) {
    load_call(id);
    return;
  }
  // The stream is over; its tree may still be writing what it knows.
  ask(self, calls, answer_within, wrap_up{field(open[id], "CallSid")})
      .then([this, id] { load_call(id); }, [this, id](caf::error&) { load_call(id); });
}

void gate_state::load_call(uint64_t id) {
  const auto found = open.find(id);
  if (found == open.end())
    return;
  auto handle = self_handle<gate_actor>(self);
  // A write job, for it must see the rows written before it.
  const bool queued = setup.rows->write(
      [handle, id, sid = field(found->second, "CallSid")](repository& rows) -> result<void> {
        after_loaded loaded{id, std::nullopt, {}};
        auto call = rows.find_call(sid);
        auto turns = rows.turns_of(sid);
        if (call && turns) {
          loaded.call = std::move(*call);
          loaded.turns = std::move(*turns);
        }
        tell_from_outside(handle, std::move(loaded));
        return {};
      });
  if (!queued)
    overflow(id);
}

void gate_state::on_loaded(after_loaded&& loaded) {
  const auto id = loaded.serial;
  const auto found = open.find(id);
  if (found == open.end())
    return; // answered meanwhile
  const auto& request = found->second;
  using stage = after_request::stage;
  after_request asked;
  asked.from = request.what == webhook::kind::dialled    ? stage::dialled
               : request.what == webhook::kind::recorded ? stage::recorded
                                                         : stage::stream_ended;
  asked.caller_gone = is_over(field(request, "CallStatus"));
  asked.transfer_done =
      field(request, "DialBridged") == "true" ||
      (field(request, "DialBridged").empty() && field(request, "DialCallStatus") == "completed");
  const auto who = assistant_of(request);
  if (!who) {
    answer(id, answers::unknown_number());
    return;
  }
  const auto plan = decide_after(asked, loaded.call, *who);
  log_event(log_level::info, "after.decided",
            {{"call_sid", field(request, "CallSid")}, {"action", static_cast<int>(plan.what)}});
  if (plan.what == after_plan::kind::resume)
    resume(id, std::move(loaded), plan.say);
  else
    answer(id, answers::plan(setup.urls, plan, *who, field(request, "To")));
}

void gate_state::resume(uint64_t id, after_loaded&& loaded, const std::string& say) {
  auto calls = setup.calls->get();
  if (!calls) {
    overflow(id);
    return;
  }
  ask(self, calls, answer_within,
      resume_call{std::move(*loaded.call), std::move(loaded.turns), say})
      .then([this, id](const announced_call& said) { on_announced(id, said); },
            [this, id](caf::error&) { overflow(id); });
}

/// A recording of message taking; its status callback completes the same row.
void gate_state::on_recorded(const webhook& request) {
  const auto& sid = field(request, "RecordingSid");
  const auto& url = field(request, "RecordingUrl");
  if (url.empty())
    return;
  const auto who = assistant_of(request);
  caller_message_record message;
  message.id = "rec-" + (sid.empty() ? url : sid);
  message.tenant_id = who ? who->tenant_id : "";
  message.call_sid = field(request, "CallSid");
  message.caller_number = field(request, "From");
  message.caller_name = field(request, "CallerName");
  message.recording_url = url;
  message.recording_seconds = number_or(field(request, "RecordingDuration"), 0);
  message.created_at = setup.wall_clock();
  const bool queued = setup.rows->write([message](repository& rows) -> result<void> {
    if (auto put = rows.put_message(message); !put)
      return put;
    auto call = rows.find_call(message.call_sid);
    if (!call || !*call || (*call)->outcome == "emergency")
      return {};
    (*call)->outcome = "message_taken";
    return rows.put_call(**call);
  });
  if (!queued)
    log_event(log_level::error, "message.not_stored", {{"call_sid", message.call_sid}});
}

void gate_state::on_status(webhook&& request) {
  const auto sid = field(request, "CallSid");
  const auto status = field(request, "CallStatus");
  if (!field(request, "RecordingUrl").empty()) {
    on_recorded(request);
  } else if (!status.empty()) {
    const auto sequence = number_or(field(request, "SequenceNumber"), 0);
    if (!setup.rows->write([sid, status, sequence](repository& rows) -> result<void> {
          auto put = rows.put_carrier_status(sid, status, sequence);
          if (!put && put.error().kind != failure_kind::not_found)
            return put.error();
          return {};
        }))
      log_event(log_level::error, "status.not_stored", {{"call_sid", sid}});
    if (is_over(status))
      tell(self, setup.calls->get(), carrier_ended{sid, status});
  }
  request.respond({204, "", "", {}});
}

std::shared_ptr<const assistant> gate_state::assistant_of(const webhook& request) const {
  return setup.assistants->for_number(field(request, "To"));
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
  if (node.empty())
    return;
  node.mapped().respond(xml(std::move(twiml)));
}

} // namespace trunkline
