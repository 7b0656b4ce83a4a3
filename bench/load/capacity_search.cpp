#include "bench/load/capacity_search.hpp"

#include <algorithm>

namespace trunkline {

capacity_search::capacity_search(limits limits)
    : limits_(limits), next_(std::min(limits.first, limits.most)) {}

void capacity_search::tried(verdict what) {
  if (!next_)
    return;
  const auto load = *next_;
  steps_.push_back({load, what});
  if (what == verdict::holds)
    best_ = load;
  else
    least_bad_ = step{load, what};
  if (!least_bad_) {
    next_ = load < limits_.most ? std::optional{load > limits_.most / 2 ? limits_.most : load * 2}
                                : std::nullopt;
    return;
  }
  const auto bad = least_bad_->load;
  const auto gap = bad - best_;
  const auto wanted = static_cast<double>(best_ > 0 ? best_ : bad) * limits_.precision;
  if (gap <= 1 || static_cast<double>(gap) <= wanted)
    next_.reset();
  else
    next_ = best_ + gap / 2;
}

std::string capacity_search::bounded_by() const {
  if (!least_bad_)
    return "limit";
  return least_bad_->what == verdict::broken ? "thresholds" : "generator";
}

step_verdict judge_step(const load_report& step, const std::string& unheard, bool judged) {
  using verdict = capacity_search::verdict;
  if (step.late_p99_ms >= late_p99_ms_max)
    return {verdict::not_valid, "not valid, frames were late by p99 " +
                                    plain_number(step.late_p99_ms) + " ms (limit " +
                                    plain_number(late_p99_ms_max) + ")"};
  if (step.calls.rejected > 0)
    return {verdict::broken, std::to_string(step.calls.rejected) + " calls were turned away"};
  if (!unheard.empty())
    return {verdict::broken, unheard};
  const threshold_result* unknown = nullptr;
  for (const auto& one : step.thresholds) {
    if (one.value && !one.holds)
      return {verdict::broken, one.to_string()};
    if (!one.value)
      unknown = &one;
  }
  if (!unknown)
    return {verdict::holds, "holds"};
  return {judged ? std::optional{verdict::broken} : std::nullopt, unknown->to_string()};
}

} // namespace trunkline
