#pragma once

#include "actors/interfaces.hpp"
#include "actors/providers/provider_board.hpp"
#include "actors/providers/service_probe.hpp"
#include "infra/caf/compat.hpp"
#include "infra/metrics/engine_metrics.hpp"
#include "infra/store/store.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace trunkline {

/// How a service is tried off any call, by its number on the board.
using probe_starter = std::function<std::unique_ptr<service_probe>(service_probe::on_done)>;

struct providers_setup {
  std::shared_ptr<provider_board> board;
  /// By endpoint of the board, as they are now; null: none.
  std::function<std::map<size_t, probe_starter>()> probes;
  std::chrono::seconds probe_every{10}; ///< 0: never
  std::shared_ptr<trunkline::store> rows;
  std::shared_ptr<engine_metrics> metrics; ///< null: not measured
  std::function<timestamp()> wall_clock;
  /// Posts a JSON document to the operations team; null: nobody is told.
  std::function<void(const std::string& json)> alert;
};

/// Watches the board: tells of every breaker that changes (log event, metric, incident row, alert),
/// and tries services whose breaker is not closed, so that they come back before a caller has to
/// find out. One that answers is let in half-open and tried each second until it is closed again.
struct providers_state {
  static inline const char* name = "providers";
  static constexpr std::chrono::seconds tick_every{1};
  /// One service alerts at most this often.
  static constexpr std::chrono::seconds alert_every{60};

  providers_state(providers_actor::pointer self, providers_setup setup);
  ~providers_state();

  providers_actor::behavior_type make_behavior();

private:
  struct incident {
    incident_record row;
    bool told = false;
  };

  void on_tick();
  void on_changed(const provider_transition& change);
  void on_probed(const service_probed& outcome);
  void begin_probe(size_t endpoint, const probe_starter& start);
  void save(const incident_record& row);
  void alert(const std::string& event, const provider_transition& change);

  providers_actor::pointer self;
  actor_guard guard;
  providers_setup setup;
  std::map<std::string, incident> open;
  std::map<std::string, steady_time> alerted;
  std::map<size_t, std::unique_ptr<service_probe>> running;
  std::map<size_t, steady_time> next_probe;
};

} // namespace trunkline
