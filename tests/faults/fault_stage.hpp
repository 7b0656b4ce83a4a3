#pragma once

#include "tests/support/running_engine.hpp"
#include "tests/support/staged_services.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace trunkline::testing {

/// A call and what came of it.
struct heard_call {
  /// Where a lesser voice exists.
  static constexpr std::chrono::milliseconds silence_max{2500};

  /// Before something of ours was heard, or that nothing ended: the worst of the call.
  std::chrono::milliseconds longest_silence{0};
  std::vector<std::string> rungs; ///< of its agent turns; "" for none
  std::string spoken;             ///< what all agent turns said, as heard
  std::string timeline;           ///< "900-2100 agent", ms, a line each
  carried_call facts;
  nlohmann::json stored;

  std::string highest_rung() const;
  unsigned agent_turns() const { return static_cast<unsigned>(rungs.size()); }
  /// The whole call, for whoever reads why a test failed.
  std::string told() const;
};

/// A call of a caller who listens long enough to notice that nothing comes: each line is said when
/// the agent has been silent for `waits`.
class staged_call {
public:
  static constexpr std::chrono::milliseconds caller_waits{2700};

  staged_call(running_engine& engine, const std::string& number,
              const std::vector<std::string>& lines,
              std::function<void(const std::string& line)> before_line,
              std::chrono::milliseconds waits = caller_waits);
  bool over() const { return over_; }
  /// When it is over.
  heard_call heard();

  std::shared_ptr<simulated_call> call;

private:
  struct sound {
    std::chrono::milliseconds from{0}, to{0};
    bool ours = false;
  };
  void on_event(const call_event& event);
  /// All that was heard of either side, in order.
  std::vector<sound> sounds() const;
  std::chrono::milliseconds longest_silence() const;

  running_engine& engine_;
  const std::function<void(const std::string& line)> before_line_;
  std::chrono::milliseconds line_length_{0};
  std::vector<sound> other_sounds_; ///< the caller's lines and what the carrier says
  std::chrono::milliseconds ended_at_{0};
  bool over_ = false;
};

} // namespace trunkline::testing
