#pragma once

#include "actors/actor_slot.hpp"
#include "actors/interfaces.hpp"
#include "infra/caf/compat.hpp"

#include <deque>
#include <functional>
#include <map>
#include <string>

namespace trunkline {

/// How the root starts its children and where it puts their handles.
struct engine_children {
  std::function<caf::strong_actor_ptr(engine_actor::pointer)> gate, calls, providers, ops;
  std::function<void()> drain_calls;
  std::function<void()> on_started; ///< once, when every child has been started
  /// The root gives up: flush and exit non-zero.
  std::function<void(const std::string& why)> on_fatal;
};

/// Root supervisor: one_for_one, 3 restarts in 300 s, then the process ends with a message. A child
/// that misses two heartbeats counts as dead.
struct engine_root {
  static inline const char* name = "engine";
  static constexpr std::chrono::milliseconds beat_every{500};
  static constexpr unsigned beats_missed_max = 2;
  static constexpr unsigned restarts_max = 3;
  static constexpr std::chrono::seconds restart_window{300};

  engine_root(engine_actor::pointer self, engine_children children);
  ~engine_root();

  engine_actor::behavior_type make_behavior();

private:
  struct child {
    caf::strong_actor_ptr handle;
    unsigned unanswered = 0;
  };

  void start(const std::string& which);
  void on_down(caf::actor_id id, const caf::error& why);
  void on_beat();

  engine_actor::pointer self;
  actor_guard guard;
  engine_children children;
  child_watch watch;
  std::map<caf::actor_id, std::string> names;
  std::map<std::string, child> running;
  std::deque<steady_time> restarts;
};

} // namespace trunkline
