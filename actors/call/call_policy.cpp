#include "actors/call/call_policy.hpp"

#include <algorithm>
#include <iterator>

namespace trunkline {

namespace {

constexpr std::string_view role_names[] = {"media", "stt", "llm", "tts", "store"};

} // namespace

std::string_view to_string(child_role role) {
  return role_names[static_cast<int>(role)];
}

bool role_from(std::string_view name, child_role& role) {
  const auto* found = std::find(std::begin(role_names), std::end(role_names), name);
  if (found == std::end(role_names))
    return false;
  role = static_cast<child_role>(found - std::begin(role_names));
  return true;
}

const child_policy& policy_of(child_role role) {
  return *std::find_if(std::begin(call_policies), std::end(call_policies),
                       [role](const child_policy& one) { return one.role == role; });
}

unsigned restart_log::recent(child_role role, time_point now) {
  auto& times = restarts_[role];
  const auto window = policy_of(role).window;
  return static_cast<unsigned>(std::count_if(
      times.begin(), times.end(), [&](time_point when) { return now - when <= window; }));
}

unsigned restart_log::recent_of_call(time_point now) {
  unsigned sum = 0;
  for (auto& [_, times] : restarts_) {
    while (!times.empty() && now - times.front() > call_restart_window)
      times.pop_front();
    sum += static_cast<unsigned>(times.size());
  }
  return sum;
}

remedy restart_log::decide(child_role role, bool clean, time_point now) {
  const auto& policy = policy_of(role);
  if (clean)
    return policy.significant ? remedy::end_call : remedy::ignore;
  if (recent_of_call(now) >= call_restart_max && policy.when_exhausted != remedy::end_call)
    return remedy::degrade;
  if (recent(role, now) >= policy.restart_max)
    return policy.when_exhausted;
  restarts_[role].push_back(now);
  return remedy::restart;
}

} // namespace trunkline
