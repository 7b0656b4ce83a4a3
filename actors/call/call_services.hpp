#pragma once

#include "actors/call/call_policy.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace trunkline {

/// The services a call may use, by role and in the call's own fallback order, and what the board
/// knows of them now. Functions must not block.
struct call_services {
  std::map<child_role, std::vector<std::string>> names{{child_role::stt, {"embedded"}},
                                                       {child_role::llm, {"embedded"}},
                                                       {child_role::tts, {"embedded"}}};
  /// Breaker and room allow a request.
  std::function<bool(child_role, size_t index)> usable = [](child_role, size_t) { return true; };
  /// Takes one retry from the service's budget.
  std::function<bool(child_role, size_t index)> may_retry = [](child_role, size_t) { return true; };

  size_t count(child_role role) const {
    const auto found = names.find(role);
    return found == names.end() ? 0 : found->second.size();
  }
  std::string name(child_role role, size_t index) const {
    return index < count(role) ? names.at(role)[index] : std::string{};
  }
  std::vector<bool> usable_now(child_role role) const {
    std::vector<bool> all;
    for (size_t i = 0; i < count(role); ++i)
      all.push_back(usable(role, i));
    return all;
  }
  /// The first that may be asked; 0 when none may.
  size_t first_usable(child_role role) const {
    for (size_t i = 0; i < count(role); ++i)
      if (usable(role, i))
        return i;
    return 0;
  }
};

/// Which services failed lately in this call. Pure.
class failure_log {
public:
  using time_point = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::seconds window{30};

  void note(child_role role, size_t index, time_point now) { times_[{role, index}].push_back(now); }
  unsigned recent(child_role role, size_t index, time_point now) const {
    const auto found = times_.find({role, index});
    unsigned count = 0;
    if (found != times_.end())
      for (const auto when : found->second)
        count += now - when <= window ? 1 : 0;
    return count;
  }

private:
  std::map<std::pair<child_role, size_t>, std::vector<time_point>> times_;
};

} // namespace trunkline
