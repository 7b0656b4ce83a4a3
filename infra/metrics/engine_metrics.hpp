#pragma once

#include "infra/store/store.hpp"

#include <caf/actor_system.hpp>

#include <chrono>
#include <string_view>

namespace trunkline {

/// The engine's own metrics, kept in CAF's registry beside the actors' (mailbox size and time,
/// processing time). Names on /metrics: trunkline_<name>. Thread safe.
class engine_metrics {
public:
  explicit engine_metrics(caf::actor_system& system) : registry_(system.metrics()) {}

  void call_started(std::string_view channel);
  void call_ended(std::string_view outcome, std::string_view reason);
  void call_refused(std::string_view why); ///< a word, see docs/operations.md
  void calls_live(int64_t now);
  /// How late the event loops were, and whether that is too much.
  void loop_lag(std::chrono::milliseconds worst, bool overloaded);
  /// To another channel for overload; `when`: start | live.
  void call_moved(std::string_view channel, std::string_view when);
  /// Wait of the caller in one turn, and one part of it.
  void turn_latency(std::chrono::milliseconds wait);
  void turn_part(std::string_view part, std::chrono::milliseconds length);
  void action(std::string_view name); ///< tool, barge_in, filler, emergency ...
  void fallback(std::string_view rung, std::string_view why);
  void error(std::string_view type, std::string_view service);
  void restart(std::string_view role);
  /// A reply prepared before the turn was over: used (so much earlier) or wasted.
  void speculation(std::string_view outcome, std::chrono::milliseconds saved);
  /// A request to a service by its key ("llm:openai"), and its first answer's latency.
  void service_request(std::string_view service, std::string_view outcome);
  /// One to see whether the service is well again: "good" or "failed".
  void service_probe(std::string_view service, std::string_view outcome);
  void service_latency(std::string_view service, std::chrono::milliseconds latency);
  /// 0 closed, 1 half-open, 2 open.
  void breaker_state(std::string_view service, int64_t state);
  void recording(std::string_view how); ///< started | whole | cut | refused
  void webhook(std::string_view path, unsigned status, std::chrono::microseconds took);
  void signature_refused();
  /// Journal and outbox as they are now.
  void store_condition(const trunkline::store_condition& now);

private:
  void set(std::string_view name, std::string_view help, int64_t value);

  caf::telemetry::metric_registry& registry_;
};

} // namespace trunkline
