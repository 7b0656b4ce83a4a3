#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <string_view>

namespace trunkline {

enum class child_role { media, stt, llm, tts, store };

std::string_view to_string(child_role role);
/// False when the name is no role.
bool role_from(std::string_view name, child_role& role);

/// The supervisor's answer to a child that ended.
enum class remedy {
  ignore,  ///< its work is done
  restart, ///< a new actor takes over
  degrade, ///< enter the fallback of the policy
  end_call ///< end the AI part; the carrier goes on with the TwiML after <Connect>
};

/// The planned lesser way when restarts are used up.
enum class fallback {
  none,
  after_page,     ///< L4: the carrier runs the after-page, which resumes or takes a message
  next_rung,      ///< the ladder: another service, then lesser ways (ladder.hpp)
  direct_to_store ///< the supervisor hands its rows to the store itself
};

/// One line of the supervision table (docs/actors.md prints it).
struct child_policy {
  child_role role;
  unsigned restart_max; ///< within the window
  std::chrono::seconds window;
  remedy when_exhausted;
  fallback degrade_to;
  bool significant; ///< its normal end ends the call too
};

/// In start order. The llm child is started by each turn, so its normal end is the turn's.
inline constexpr child_policy call_policies[] = {
    {child_role::media, 0, std::chrono::seconds{0}, remedy::end_call, fallback::after_page, true},
    {child_role::store, 3, std::chrono::seconds{30}, remedy::degrade, fallback::direct_to_store,
     false},
    {child_role::stt, 3, std::chrono::seconds{30}, remedy::degrade, fallback::next_rung, false},
    {child_role::tts, 3, std::chrono::seconds{30}, remedy::degrade, fallback::next_rung, false},
    {child_role::llm, 3, std::chrono::seconds{30}, remedy::degrade, fallback::next_rung, false},
};
/// Of the restarts of all children together; more leave AI mode.
inline constexpr unsigned call_restart_max = 5;
inline constexpr std::chrono::seconds call_restart_window{60};

const child_policy& policy_of(child_role role);

/// Restarts that still count: a pure record of when they happened.
class restart_log {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// What to do about the end of a child, and notes a restart if that is the answer. `clean`: it
  /// ended normally.
  remedy decide(child_role role, bool clean, time_point now);
  /// A restart that something else decided (the ladder).
  void note(child_role role, time_point now) { restarts_[role].push_back(now); }
  /// The call as a whole has had its restarts: on from L2.
  bool exhausted(time_point now) { return recent_of_call(now) >= call_restart_max; }
  unsigned recent(child_role role, time_point now);
  unsigned recent_of_call(time_point now);

private:
  std::map<child_role, std::deque<time_point>> restarts_;
};

} // namespace trunkline
