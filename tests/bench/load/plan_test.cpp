#include "bench/load/arrival_plan.hpp"
#include "bench/load/capacity_search.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace trunkline {
namespace {

using arrival = load_stage::arrival;
using verdict = capacity_search::verdict;

load_scenario scenario_of(std::vector<load_stage> stages) {
  load_scenario made;
  made.stages = std::move(stages);
  made.callers = {{.weight = 3}, {.kind = load_caller::habit::silent}};
  made.call_seconds = 10;
  return made;
}

TEST(arrival_plan_test, the_same_seed_makes_the_same_plan_and_another_does_not) {
  auto scenario = scenario_of({{"", arrival::poisson, 100, 20}});
  const auto one = make_plan(scenario), two = make_plan(scenario);
  ASSERT_TRUE(one && two);
  EXPECT_EQ(one->hash, two->hash);
  scenario.seed = 2;
  const auto other = make_plan(scenario);
  EXPECT_NE(one->hash, other->hash);
  EXPECT_NE(one->open[0].at_s, other->open[0].at_s);
}

TEST(arrival_plan_test, the_same_seed_draws_the_same_channels) {
  auto scenario = scenario_of({{"", arrival::poisson, 100, 20}});
  scenario.callers = {{.weight = 2},
                      {.channel = call_channel::relay, .weight = 1},
                      {.channel = call_channel::gather, .weight = 1}};
  const auto one = make_plan(scenario), two = make_plan(scenario);
  ASSERT_TRUE(one && two);
  std::map<call_channel, int> drawn;
  for (size_t i = 0; i < one->open.size(); ++i) {
    EXPECT_EQ(one->open[i].caller, two->open[i].caller);
    ++drawn[scenario.callers[one->open[i].caller].channel];
  }
  const auto calls = static_cast<double>(one->open.size());
  EXPECT_NEAR(drawn[call_channel::media_stream], calls / 2, calls / 20);
  EXPECT_NEAR(drawn[call_channel::relay], calls / 4, calls / 20);
  EXPECT_NEAR(drawn[call_channel::gather], calls / 4, calls / 20);
  EXPECT_EQ(one->hash, two->hash);
}

TEST(arrival_plan_test, constant_arrivals_are_even_and_poisson_arrivals_are_not) {
  const auto even = make_plan(scenario_of({{"", arrival::constant, 10, 5}}));
  ASSERT_EQ(even->open.size(), 50u);
  EXPECT_DOUBLE_EQ(even->open[7].at_s, 1.4);
  const auto plan = make_plan(scenario_of({{"", arrival::poisson, 1000, 20}}));
  const auto& calls = plan->open;
  EXPECT_NEAR(static_cast<double>(calls.size()), 20'000, 500); // 3.5 standard deviations
  EXPECT_TRUE(std::is_sorted(calls.begin(), calls.end(),
                             [](const auto& a, const auto& b) { return a.at_s < b.at_s; }));
  size_t close = 0; // exponential gaps: 1 - 1/e of them are below the mean
  for (size_t i = 1; i < calls.size(); ++i)
    close += calls[i].at_s - calls[i - 1].at_s < 0.05;
  EXPECT_NEAR(static_cast<double>(close) / static_cast<double>(calls.size()), 0.632, 0.02);
}

TEST(arrival_plan_test, callers_are_drawn_by_weight_and_stay_as_long_as_they_should) {
  auto scenario = scenario_of({{"", arrival::constant, 400, 10}});
  scenario.call_seconds_spread = 0.5;
  scenario.callers.push_back({.kind = load_caller::habit::hang_up, .weight = 4});
  scenario.callers.push_back({.kind = load_caller::habit::echo, .weight = 0});
  std::map<size_t, int> kinds;
  const auto plan = make_plan(scenario);
  for (const auto& call : plan->open) {
    ++kinds[call.caller];
    const bool hangs_up = call.caller == 2;
    EXPECT_GE(call.seconds, hangs_up ? 0.5 : 5);
    EXPECT_LE(call.seconds, hangs_up ? 10.5 : 15);
  }
  EXPECT_NEAR(kinds[0], 1500, 150);
  EXPECT_NEAR(kinds[1], 500, 100);
  EXPECT_NEAR(kinds[2], 2000, 150);
  EXPECT_EQ(kinds[3], 0);
  EXPECT_EQ(draw_call(scenario, 17).seconds, plan->open[17].seconds);
}

TEST(arrival_plan_test, knows_its_stages_and_how_many_calls_there_will_be_at_once) {
  const auto plan = make_plan(scenario_of({{"", arrival::constant, 10, 5},
                                           {"", arrival::closed, 30, 0, 100},
                                           {"", arrival::poisson, 5, 0}}));
  EXPECT_EQ(plan->seconds, 45);
  EXPECT_EQ(plan->stage_at(0), 0u);
  EXPECT_EQ(plan->stage_at(10), 1u);
  EXPECT_EQ(plan->stage_at(44), 2u);
  EXPECT_EQ(plan->stage_at(500), 2u);
  EXPECT_EQ(plan->live_max, 150u); // 50 that began in 10 s, and 100
  EXPECT_GE(descriptors_for(150), 300u);
}

TEST(arrival_plan_test, more_than_a_million_calls_are_refused) {
  const auto plan = make_plan(scenario_of({{"", arrival::constant, 86'400, 10'000}}));
  ASSERT_FALSE(plan);
  EXPECT_NE(plan.error().context.find("1000000"), std::string::npos);
}

// The load that holds, as the search sees it for a server that holds up to `limit`.
unsigned found(unsigned limit, capacity_search::limits limits, size_t* steps = nullptr) {
  capacity_search search{limits};
  while (const auto load = search.next())
    search.tried(*load <= limit ? verdict::holds : verdict::broken);
  if (steps)
    *steps = search.steps().size();
  return search.best();
}

TEST(capacity_search_test, comes_within_its_precision_from_below) {
  for (const unsigned limit : {51u, 99u, 100u, 333u, 1234u, 4999u}) {
    size_t steps = 0;
    const auto answer = found(limit, {50, 5000, 0.05}, &steps);
    EXPECT_LE(answer, limit);
    EXPECT_GE(answer, static_cast<unsigned>(limit * 0.94)) << limit;
    EXPECT_LE(steps, 14u) << limit;
  }
}

TEST(capacity_search_test, looks_below_the_first_load_and_not_above_the_most) {
  EXPECT_EQ(found(10, {50, 5000, 0.05}), 10u);
  EXPECT_EQ(found(0, {50, 5000, 0.05}), 0u);
  EXPECT_EQ(found(100'000, {50, 300, 0.05}), 300u);
}

TEST(capacity_search_test, says_what_bounded_it) {
  capacity_search search{{50, 100}};
  search.tried(verdict::holds);
  search.tried(verdict::not_valid);
  while (search.next())
    search.tried(verdict::holds);
  EXPECT_EQ(search.bounded_by(), "generator");
  capacity_search small{{50, 50}};
  small.tried(verdict::holds);
  EXPECT_FALSE(small.next());
  EXPECT_EQ(small.bounded_by(), "limit");
}

load_report step(std::vector<std::pair<std::optional<double>, bool>> thresholds,
                 double late_ms = 1) {
  load_report made;
  made.late_p99_ms = late_ms;
  for (const auto& [value, holds] : thresholds)
    made.thresholds.push_back({{}, value, holds});
  return made;
}

std::optional<verdict> said(const load_report& of, const char* unheard, bool judged) {
  return judge_step(of, unheard, judged).what;
}

TEST(capacity_search_test, a_step_holds_only_when_every_threshold_is_known_to) {
  EXPECT_EQ(said(step({{1, true}, {2, true}}), "", false), verdict::holds);
  EXPECT_EQ(said(step({{1, true}, {2, false}}), "", false), verdict::broken);
  EXPECT_EQ(said(step({}), "", false), verdict::holds);
}

TEST(capacity_search_test, what_a_late_generator_saw_says_nothing) {
  EXPECT_EQ(said(step({{1, false}}, late_p99_ms_max), "none", true), verdict::not_valid);
  EXPECT_EQ(said(step({{1, true}}, late_p99_ms_max - 1), "", true), verdict::holds);
}

TEST(capacity_search_test, a_load_of_which_no_call_is_heard_does_not_hold) {
  EXPECT_EQ(said(step({{std::nullopt, false}}), "none", false), verdict::broken);
  EXPECT_EQ(said(step({{1, true}}), "none", true), verdict::broken);
}

TEST(capacity_search_test, a_load_of_which_calls_are_turned_away_does_not_hold) {
  auto full = step({{1, true}});
  full.calls.rejected = 2;
  const auto answer = judge_step(full, "", true);
  EXPECT_EQ(answer.what, verdict::broken);
  EXPECT_EQ(answer.why, "2 calls were turned away");
  full.late_p99_ms = late_p99_ms_max; // a machine that is full may be why
  EXPECT_EQ(said(full, "", true), verdict::not_valid);
}

TEST(capacity_search_test, too_few_samples_are_the_loads_doing_where_fewer_calls_gave_enough) {
  const auto some = step({{1, true}, {std::nullopt, false}});
  EXPECT_EQ(said(some, "", false), std::nullopt);
  EXPECT_EQ(said(some, "", true), verdict::broken);
  EXPECT_EQ(said(step({{1, false}, {std::nullopt, false}}), "", false), verdict::broken);
}

} // namespace
} // namespace trunkline
