#include "infra/metrics/engine_metrics.hpp"

#include <caf/telemetry/metric_registry.hpp>

#include <array>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace trunkline {

namespace {

using label = std::pair<std::string_view, std::string_view>;

caf::string_view view(std::string_view text) {
  return {text.data(), text.size()};
}

std::vector<caf::telemetry::label_view> views(std::initializer_list<label> with) {
  std::vector<caf::telemetry::label_view> all;
  for (const auto& [key, value] : with)
    all.emplace_back(view(key), view(value));
  return all;
}

void count(caf::telemetry::metric_registry& registry, std::string_view name, std::string_view help,
           std::initializer_list<label> with) {
  auto labels = views(with);
  registry.counter_instance("trunkline", view(name), labels, view(help), "1", true)->inc();
}

void observe(caf::telemetry::metric_registry& registry, std::string_view name,
             std::string_view help, double seconds, std::initializer_list<label> with) {
  static constexpr std::array<double, 14> buckets = {.005, .01, .025, .05, .1,  .2, .3,
                                                     .5,   .75, 1,    1.5, 2.5, 5., 10.};
  auto labels = views(with);
  std::vector<caf::string_view> names; // histogram_instance of 0.18.7 does not compile
  for (const auto& one : with)
    names.push_back(view(one.first));
  registry.histogram_family<double>("trunkline", view(name), names, buckets, view(help), "seconds")
      ->get_or_add(labels)
      ->observe(seconds);
}

double seconds_of(std::chrono::microseconds length) {
  return static_cast<double>(length.count()) / 1e6;
}

} // namespace

void engine_metrics::call_started(std::string_view channel) {
  count(registry_, "calls-started", "Calls admitted.", {{"channel", channel}});
}

void engine_metrics::call_ended(std::string_view outcome, std::string_view reason) {
  count(registry_, "calls-ended", "Calls ended, by business outcome and technical reason.",
        {{"outcome", outcome}, {"reason", reason}});
}

void engine_metrics::call_refused(std::string_view why) {
  count(registry_, "calls-refused", "Calls not admitted to the agent.", {{"why", why}});
}

void engine_metrics::calls_live(int64_t now) {
  registry_.gauge_singleton("trunkline", "calls-live", "Calls admitted and not yet ended.")
      ->value(now);
}

void engine_metrics::loop_lag(std::chrono::milliseconds worst, bool overloaded) {
  set("loop-lag-ms", "How late the event loops were in the last half second.", worst.count());
  set("overloaded", "1 while that is too much for too long.", overloaded ? 1 : 0);
}

void engine_metrics::call_moved(std::string_view channel, std::string_view when) {
  count(registry_, "calls-moved", "Calls moved to another channel by overload.",
        {{"channel", channel}, {"when", when}});
}

void engine_metrics::turn_latency(std::chrono::milliseconds wait) {
  observe(registry_, "turn-latency", "From the end of the caller's speech to the agent's voice.",
          seconds_of(wait), {});
}

void engine_metrics::turn_part(std::string_view part, std::chrono::milliseconds length) {
  observe(registry_, "turn-part", "Contiguous parts of the turn latency.", seconds_of(length),
          {{"part", part}});
}

void engine_metrics::action(std::string_view name) {
  count(registry_, "actions", "What the agent did.", {{"action", name}});
}

void engine_metrics::fallback(std::string_view rung, std::string_view why) {
  count(registry_, "fallbacks", "Fallback rungs entered.", {{"rung", rung}, {"why", why}});
}

void engine_metrics::error(std::string_view type, std::string_view service) {
  count(registry_, "errors", "Errors by type and service.", {{"type", type}, {"service", service}});
}

void engine_metrics::restart(std::string_view role) {
  count(registry_, "restarts", "Children restarted by a supervisor.", {{"role", role}});
}

void engine_metrics::speculation(std::string_view outcome, std::chrono::milliseconds saved) {
  count(registry_, "speculations", "Replies prepared before the turn was over.",
        {{"outcome", outcome}});
  if (saved.count() > 0)
    observe(registry_, "speculation-saved", "How much earlier a prepared reply was begun.",
            seconds_of(saved), {});
}

void engine_metrics::service_request(std::string_view service, std::string_view outcome) {
  count(registry_, "service-requests", "Requests to outside services.",
        {{"service", service}, {"outcome", outcome}});
}

void engine_metrics::service_probe(std::string_view service, std::string_view outcome) {
  count(registry_, "service-probes", "Requests to outside services off any call.",
        {{"service", service}, {"outcome", outcome}});
}

void engine_metrics::service_latency(std::string_view service, std::chrono::milliseconds latency) {
  observe(registry_, "service-latency", "To the first answer of a service.", seconds_of(latency),
          {{"service", service}});
}

void engine_metrics::breaker_state(std::string_view service, int64_t state) {
  auto labels = views({{"service", service}});
  registry_.gauge_instance("trunkline", "breaker-state", labels, "0 closed, 1 half-open, 2 open.")
      ->value(state);
}

void engine_metrics::recording(std::string_view how) {
  count(registry_, "recordings", "Recordings of calls, begun and ended.", {{"how", how}});
}

void engine_metrics::webhook(std::string_view path, unsigned status,
                             std::chrono::microseconds took) {
  count(registry_, "webhooks", "Webhooks answered.",
        {{"path", path}, {"status", std::to_string(status)}});
  observe(registry_, "webhook-time", "Time to answer a webhook.", seconds_of(took),
          {{"path", path}});
}

void engine_metrics::signature_refused() {
  count(registry_, "signatures-refused", "Requests with a wrong or missing signature.", {});
}

void engine_metrics::set(std::string_view name, std::string_view help, int64_t value) {
  registry_.gauge_singleton("trunkline", name, help)->value(value);
}

void engine_metrics::store_condition(const trunkline::store_condition& now) {
  const auto count = [](uint64_t value) { return static_cast<int64_t>(value); };
  set("store-away", "1 while the database does not take rows.", now.away ? 1 : 0);
  set("outbox-waiting", "Rows that the database has not taken.", count(now.waiting));
  set("outbox-oldest-seconds", "Age of the oldest of them.", now.oldest.count() / 1000);
  if (!now.journaled)
    return;
  set("outbox-delivered", "Rows delivered since the start.", count(now.delivered));
  set("outbox-dead", "Rows the database would not take for good, since the start.",
      count(now.dead));
  set("journal-bytes", "Size of the journal on disk.", count(now.journal_bytes));
  set("journal-fails", "1 while the disk does not take records.", now.journal_fails ? 1 : 0);
  set("journal-shed-text", "Turns left out for want of room.", count(now.shed_text));
  set("journal-shed-progress", "Call rows left out for want of room.", count(now.shed_progress));
  set("journal-refused", "Records not taken though never shed.", count(now.refused + now.failed));
}

} // namespace trunkline
