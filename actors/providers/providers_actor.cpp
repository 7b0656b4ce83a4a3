#include "actors/providers/providers_actor.hpp"

#include "infra/log/log.hpp"
#include "infra/store/record_json.hpp"
#include "protocol/text/json.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace trunkline {

namespace {

int64_t number_of(breaker_state state) {
  switch (state) {
  case breaker_state::closed:
    return 0;
  case breaker_state::half_open:
    return 1;
  case breaker_state::open:
    break;
  }
  return 2;
}

} // namespace

providers_state::providers_state(providers_actor::pointer self, providers_setup given)
    : self(self), guard(self), setup(std::move(given)) {}

providers_state::~providers_state() {
  setup.board->observe({}); // our successor sets its own
}

providers_actor::behavior_type providers_state::make_behavior() {
  setup.board->observe(
      {[handle = self_handle<providers_actor>(self)](const provider_transition& change) {
         tell_from_outside(handle, provider_changed{change});
       },
       [metrics = setup.metrics](std::string_view key, const failure* why,
                                 std::chrono::milliseconds latency) {
         if (!metrics)
           return;
         metrics->service_request(key, why ? to_string(why->kind) : "ok");
         if (!why)
           metrics->service_latency(key, latency);
       }});
  for (const auto& one : setup.board->list())
    if (setup.metrics)
      setup.metrics->breaker_state(one.key, number_of(one.state));
  tell_later(self, self_handle<providers_actor>(self), tick_every, tick_atom_v);
  return {
      [this](const provider_changed& news) { on_changed(news.change); },
      [this](const service_probed& outcome) { on_probed(outcome); },
      [this](tick_atom) { on_tick(); },
      [](ping_atom) {},
  };
}

void providers_state::on_tick() {
  tell_later(self, self_handle<providers_actor>(self), tick_every, tick_atom_v);
  setup.board->poll();
  if (setup.probe_every.count() == 0 || !setup.probes)
    return;
  const auto now = self->clock().now();
  for (const auto& [endpoint, start] : setup.probes()) {
    if (setup.board->state(endpoint) == breaker_state::closed) {
      next_probe.erase(endpoint);
      continue;
    }
    const auto due = next_probe.try_emplace(endpoint, now + setup.probe_every).first->second;
    if (now >= due && running.count(endpoint) == 0)
      begin_probe(endpoint, start);
  }
}

void providers_state::begin_probe(size_t endpoint, const probe_starter& start) {
  next_probe[endpoint] = self->clock().now() + setup.probe_every;
  running[endpoint] = start([handle = self_handle<providers_actor>(self), endpoint](auto outcome) {
    tell_from_outside(handle, service_probed{endpoint, std::move(outcome)});
  });
}

void providers_state::on_probed(const service_probed& outcome) {
  running.erase(outcome.endpoint);
  const auto key = setup.board->key(outcome.endpoint);
  if (setup.metrics)
    setup.metrics->service_probe(key, outcome.latency ? "good" : "failed");
  if (!outcome.latency) {
    log_event(log_level::info, "provider.probe_failed",
              {{"provider", key}, {"error", to_string(outcome.latency.error())}});
    return;
  }
  log_event(log_level::info, "provider.probe_good",
            {{"provider", key}, {"latency_ms", outcome.latency->count()}});
  setup.board->probed_good(outcome.endpoint, *outcome.latency);
  next_probe[outcome.endpoint] = self->clock().now() + tick_every; // on to closed
}

void providers_state::on_changed(const provider_transition& change) {
  const bool opened = change.to == breaker_state::open;
  log_event(opened ? log_level::error : log_level::warn, "provider.breaker",
            {{"provider", change.key}, {"action", to_string(change.to)}, {"error", change.why}});
  if (setup.metrics)
    setup.metrics->breaker_state(change.key, number_of(change.to));
  const auto now = setup.wall_clock();
  auto found = open.find(change.key);
  if (opened && found == open.end()) {
    const auto id = change.key + "@" + std::to_string(now.time_since_epoch().count());
    found =
        open.emplace(change.key, incident{{id, change.key, now, std::nullopt, change.why}}).first;
    save(found->second.row);
    const auto last = alerted.find(change.key);
    if (last == alerted.end() || self->clock().now() - last->second >= alert_every) {
      alerted[change.key] = self->clock().now();
      found->second.told = true;
      alert("provider.open", change);
    }
  } else if (change.to == breaker_state::closed && found != open.end()) {
    found->second.row.closed_at = now;
    save(found->second.row);
    if (found->second.told)
      alert("provider.closed", change);
    open.erase(found);
  }
}

void providers_state::save(const incident_record& row) {
  const bool queued = setup.rows->put(row);
  if (!queued)
    log_event(log_level::error, "incident.not_stored", {{"provider", row.service}});
}

void providers_state::alert(const std::string& event, const provider_transition& change) {
  if (!setup.alert)
    return;
  setup.alert(to_text({{"event", event},
                       {"service", change.key},
                       {"reason", change.why},
                       {"at", iso_time(setup.wall_clock())}}));
}

} // namespace trunkline
