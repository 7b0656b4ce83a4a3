#pragma once

#include "actors/interfaces.hpp"
#include "actors/records/extraction.hpp"
#include "infra/caf/compat.hpp"
#include "infra/metrics/engine_metrics.hpp"
#include "infra/store/store.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace trunkline {

/// What one engine asks about calls that are over: at most `extractions_max` at a time, none after
/// its end. Thread safe.
class extraction_room {
public:
  static constexpr size_t extractions_max = 32;

  /// False: no room; nothing was started.
  bool enter(const std::function<extraction_actor()>& start);
  void leave(caf::actor_id id);
  /// Ends those that are under way; no more are begun.
  void close();

private:
  std::mutex mutex_;
  std::map<caf::actor_id, extraction_actor> busy_;
  bool closed_ = false;
};

struct extraction_setup {
  call_record call;
  std::vector<turn_record> turns;
  std::shared_ptr<const assistant> who;
  json_schema schema;
  std::vector<std::shared_ptr<llm_provider>> models; ///< an attempt each; the last one again
  std::shared_ptr<trunkline::store> rows;
  std::shared_ptr<engine_metrics> metrics; ///< null: not measured
  std::function<timestamp()> wall_clock;
  std::shared_ptr<extraction_room> room; ///< null in tests
};

/// Asks a model about a call that is over, `attempts_max` times at most, and stores what fits the
/// schema, or why there is nothing. Also when it is ended from outside.
struct extraction_state {
  static inline const char* name = "extraction";
  static constexpr std::chrono::seconds attempt_deadline{20};
  static constexpr unsigned attempts_max = 2;

  extraction_state(extraction_actor::pointer self, extraction_setup setup);
  ~extraction_state();

  extraction_actor::behavior_type make_behavior();

private:
  void ask();
  void on_event(llm_event event);
  void on_deadline();
  void failed(failure why);
  void finish(const result<nlohmann::json>& made);
  void keep(const result<nlohmann::json>& made);

  extraction_actor::pointer self;
  actor_guard guard;
  extraction_setup setup;
  caf::actor_id id;
  std::unique_ptr<llm_stream> stream;
  std::string answer, wrong;
  unsigned attempt = 0;
  std::chrono::steady_clock::time_point asked;
  bool kept = false;
};

/// The row of a call that no model was asked about, and why. `metrics`: null: not measured.
void keep_no_extraction(store& rows, engine_metrics* metrics, const std::string& call_sid,
                        const char* why, timestamp at);

} // namespace trunkline
