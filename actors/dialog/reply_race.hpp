#pragma once

#include "actors/call/ladder.hpp"
#include "schema/failure.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace trunkline {

struct race_settings {
  std::chrono::milliseconds hedge_after{2500};   ///< no output yet: a second model is asked as well
  std::chrono::milliseconds answer_within{5000}; ///< no output yet: the template answers
};

/// The models of a call as they are now, in fallback order.
struct race_view {
  std::vector<bool> usable;  ///< breaker and room allow it
  bool retry_allowed = true; ///< the retry budget of the one that failed has one left
};

/// What the supervisor has to do.
struct race_order {
  enum class kind {
    ask,       ///< start `attempt` at `provider`
    drop,      ///< end `attempt`: its words are not wanted
    templated, ///< L2: the answerer that needs nothing outside takes over, as `attempt`
    decline,   ///< the model will not say it: a neutral line
    give_up    ///< no rung is left for this reply
  };
  kind what = kind::ask;
  unsigned attempt = 0;
  size_t provider = 0;
  rung at = rung::L0;
  bool first = false;   ///< the reply's first attempt at the list's head: no rung was taken
  bool shorter = false; ///< the context was too long: ask with less of it
  std::string why;      ///< for the turn's row, the log and the metrics
};

/// Who is asked for one reply, in which order, and whose words are taken. Pure.
///
///   ask the first usable ──output──► it wins, others are dropped
///     │ no output for 2.5 s ──► ask the next as well (hedge); whoever speaks first wins
///     │ failed ──► the same once more (L0) ──► the next (L1) ──► template (L2) ──► give up
///     └ no output for 5 s ──► template
///
/// A winner that fails in the middle is replaced in the same way; the supervisor tells the new one
/// what was said.
class reply_race {
public:
  using time_point = std::chrono::steady_clock::time_point;
  using orders = std::vector<race_order>;

  reply_race() = default;
  reply_race(const ladder& rungs, race_settings settings) : rungs_(rungs), settings_(settings) {}

  orders begin(const race_view& view, time_point now);
  /// The first text or tool call of an attempt.
  orders output(unsigned attempt);
  /// It ended without completing its reply.
  orders failed(unsigned attempt, const failure& why, const race_view& view, time_point now);
  orders tick(const race_view& view, time_point now);
  std::optional<time_point> next_deadline() const;

  /// Whose words are taken; none before the first output.
  std::optional<unsigned> winner() const { return winner_; }
  bool running(unsigned attempt) const;
  /// Index of the service that an attempt asks; nothing for the template.
  std::optional<size_t> service_of(unsigned attempt) const;
  /// All attempts that have not ended.
  std::vector<unsigned> running() const;

private:
  struct entry {
    unsigned number = 0;
    size_t provider = 0;
    bool templated = false;
    bool over = false;
  };

  entry* find(unsigned attempt);
  std::optional<size_t> next_provider(const race_view& view) const;
  race_order ask(size_t provider, rung at, std::string why, time_point now);
  void templated(orders& out, std::string why, time_point now);
  size_t asked(size_t provider) const;
  size_t running_count() const;

  ladder rungs_;
  race_settings settings_;
  std::vector<entry> entries_;
  std::optional<unsigned> winner_;
  time_point began_{}, asked_at_{};
  bool hedged_ = false, shortened_ = false, on_template_ = false;
};

} // namespace trunkline
