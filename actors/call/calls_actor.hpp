#pragma once

#include "actors/call/admission.hpp"
#include "actors/call/assistant_directory.hpp"
#include "actors/call/call_actor.hpp"
#include "actors/call/overload.hpp"
#include "actors/interfaces.hpp"
#include "infra/caf/compat.hpp"
#include "infra/metrics/engine_metrics.hpp"
#include "infra/store/store.hpp"

#include <caf/typed_response_promise.hpp>

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace trunkline {

/// The live calls. Outlives the actor that works on it, so a restarted call manager knows them.
struct call_registry {
  struct entry {
    call_record record; ///< as it was announced
    announced_call answer;
    call_actor handle;
    bool token_used = false;
    std::weak_ptr<stream_port> port;
    unsigned unanswered = 0;
    bool told_to_move = false;
    served_assistant served{};
  };
  /// Of a call that is over: a caller who was cut off comes back to the version it had.
  struct return_entry {
    std::string call_sid;
    std::chrono::steady_clock::time_point ended;
    served_assistant served;
  };
  std::unordered_map<std::string, entry> live;
  std::unordered_map<caf::actor_id, std::string> by_actor;
  /// Answers to webhooks of calls that are over, so that a repeated one is answered the same.
  std::deque<std::pair<std::string, announced_call>> recent;
  static constexpr size_t recent_max = 5000;
  std::deque<return_entry> returning; ///< for calls_state::return_within
  /// The engine ends: the call manager's end is no failure, and the calls end with it.
  std::atomic<bool> closing{false};
};

struct calls_setup {
  std::shared_ptr<call_registry> registry;
  std::shared_ptr<const assistant_roster> assistants;
  /// Starts a call's tree on a shard.
  std::function<call_actor(size_t shard, call_setup)> spawn;
  size_t shards = 1;
  unsigned max_calls = 1000;
  call_setup common;     ///< tools, store, metrics, clock, REST; children are filled in by spawn
  std::string engine_id; ///< whose calls these are
  std::function<std::string()> new_token;
  std::function<void()> on_drained;
  std::chrono::seconds drain_timeout{60};
  /// How late the event loops were since the last question; null: never.
  std::function<std::chrono::milliseconds()> lag;
  std::chrono::milliseconds overload_lag{250}; ///< too late; see overload_watch
};

/// Call manager. Admission is exact: reservations count from the webhook on. When a supervisor dies
/// abnormally or hangs, its socket is closed and the caller comes back through the after-page.
struct calls_state {
  static inline const char* name = "calls";
  static constexpr std::chrono::milliseconds beat_every{500};
  static constexpr unsigned beats_missed_max = 2;
  /// How long a webhook waits for the disk; less than the gate waits for us.
  static constexpr std::chrono::milliseconds durable_within{400};
  /// How long a version is kept after its last call, whose caller may come back to it.
  static constexpr std::chrono::seconds return_within{15};

  calls_state(calls_actor::pointer self, calls_setup setup);
  ~calls_state();

  calls_actor::behavior_type make_behavior();

private:
  caf::result<announced_call> announce(incoming_call&& call);
  calls_now live_beside(const assistant& who) const;
  caf::result<announced_call> resume(resume_call&& call);
  announced_call admit(call_record record, served_assistant served, call_setup given);
  served_assistant version_of(const call_record& record) const;
  caf::result<announced_call> when_durable(const std::string& call_sid, announced_call answer);
  void on_kept(const call_kept& news);
  bool attach(attach_stream&& stream);
  bool pass_on(gather_turn&& turn);
  caf::result<void> wait_for_end(const std::string& call_sid);
  caf::result<std::string> snapshot(const std::string& call_sid);
  std::vector<call_row> list() const;
  caf::result<void> harm(const sabotage& order);
  void on_down(caf::actor_id id, const caf::error& why);
  void rescue(const call_registry::entry& lost, const caf::error& why);
  void on_tick();
  std::string channel_of(const incoming_call& call, const assistant& who) const;
  void watch_load();
  void move_some();
  void drain();
  void check_drained();

  calls_actor::pointer self;
  actor_guard guard;
  calls_setup setup;
  child_watch watch;
  overload_watch load;
  size_t next_shard = 0;
  bool draining = false, drained = false;
  std::chrono::steady_clock::time_point drain_since;
  uint64_t serial = 0;
  /// Admitted; their webhooks are answered when their first row is durable, or the disk is late.
  std::map<uint64_t, std::pair<announced_call, caf::typed_response_promise<announced_call>>>
      not_kept_yet;
  std::multimap<std::string, caf::typed_response_promise<void>> waiting; ///< for the end of a call
};

} // namespace trunkline
