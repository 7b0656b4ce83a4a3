#pragma once

#include "bench/load/load_report.hpp"

#include <optional>
#include <string>
#include <vector>

namespace trunkline {

/// Finds the largest load that holds: doubles until one does not, then halves what is between.
///
///   first -> x2 -> x2 -> ... -> does not hold      steps up
///   between the best that held and the least that did not, until they are within `precision`
class capacity_search {
public:
  struct limits {
    unsigned first = 50, most = 5000;
    double precision = 0.05; ///< share of the answer
  };
  enum class verdict {
    holds,
    broken,   ///< a threshold
    not_valid ///< the generator could not keep pace: says nothing about the server
  };
  struct step {
    unsigned load = 0;
    verdict what = verdict::holds;
  };

  explicit capacity_search(limits limits);

  /// The load to try next; nothing: the search is over.
  std::optional<unsigned> next() const { return next_; }
  void tried(verdict what);

  unsigned best() const { return best_; } ///< 0: not even the first held
  /// Why it is not more: "thresholds", "generator", "limit" (of the search).
  std::string bounded_by() const;
  /// The load of the step before, 0: none yet.
  unsigned last() const { return steps_.empty() ? 0 : steps_.back().load; }
  const std::vector<step>& steps() const { return steps_; }

private:
  limits limits_;
  unsigned best_ = 0;
  std::optional<step> least_bad_;
  std::optional<unsigned> next_;
  std::vector<step> steps_;
};

/// What a step says of its load, and why in a line.
struct step_verdict {
  std::optional<capacity_search::verdict> what; ///< nothing: too short for one of its thresholds
  std::string why{};
};
/// `unheard`: why not one call reached media; empty: some did. `judged`: a smaller load could be
/// judged, so what cannot be now is the load's doing. A server that turns a call away does not hold
/// the load, whatever the thresholds say of calls that were let in.
step_verdict judge_step(const load_report& step, const std::string& unheard, bool judged);

} // namespace trunkline
