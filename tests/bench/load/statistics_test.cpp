#include "bench/load/statistics.hpp"
#include "bench/load/threshold.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

namespace trunkline {
namespace {

using ::testing::HasSubstr;

std::vector<double> one_to(size_t n) {
  std::vector<double> samples(n);
  std::iota(samples.rbegin(), samples.rend(), 1.0);
  return samples;
}

TEST(summary_test, percentiles_are_samples_by_nearest_rank) {
  const auto of = summarize(one_to(100));
  EXPECT_EQ(of.count, 100u);
  EXPECT_EQ(of.min, 1);
  EXPECT_EQ(of.p50, 50);
  EXPECT_EQ(of.p90, 90);
  EXPECT_EQ(of.p95, 95);
  EXPECT_EQ(of.max, 100);
  EXPECT_EQ(of.mean, 50.5);
  EXPECT_EQ(summarize({7}).p95, 7);
  EXPECT_EQ(summarize({}).count, 0u);
}

TEST(summary_test, one_in_a_hundred_needs_a_thousand_samples) {
  EXPECT_FALSE(summarize(one_to(999)).p99);
  EXPECT_EQ(summarize(one_to(1000)).p99, 990);
  EXPECT_FALSE(summarize(one_to(999)).part("p99"));
  EXPECT_FALSE(summarize({}).part("p50"));
  EXPECT_EQ(summarize({}).part("count"), 0);
  EXPECT_FALSE(summarize({1}).part("p98"));
}

TEST(histogram_test, has_round_bins_and_keeps_every_sample) {
  auto samples = one_to(1000);
  samples.push_back(1e9);
  const auto made = make_histogram(samples, 40);
  EXPECT_EQ(made.bin_width, 50);
  EXPECT_EQ(std::accumulate(made.counts.begin(), made.counts.end(), size_t{0}), 1001u);
  EXPECT_LE(made.counts.size(), 41u);
  EXPECT_TRUE(make_histogram({}, 40).counts.empty());
  EXPECT_EQ(make_histogram({0, 0}, 40).counts.at(0), 2u);
}

TEST(histogram_test, round_numbers_are_1_2_and_5) {
  EXPECT_EQ(round_up(1), 1);
  EXPECT_EQ(round_up(1.1), 2);
  EXPECT_EQ(round_up(26), 50);
  EXPECT_EQ(round_up(51), 100);
  EXPECT_NEAR(round_up(0.003), 0.005, 1e-12);
  EXPECT_EQ(round_up(0), 1);
}

TEST(threshold_test, reads_relations) {
  const auto made = parse_threshold("response_gap_ms.p95 <= 1200.5");
  ASSERT_TRUE(made);
  EXPECT_EQ(made->metric, "response_gap_ms");
  EXPECT_EQ(made->part, "p95");
  EXPECT_EQ(made->is, threshold::relation::at_most);
  EXPECT_EQ(made->limit, 1200.5);
  EXPECT_EQ(parse_threshold("calls_failed==0")->is, threshold::relation::equal);
  EXPECT_EQ(parse_threshold("calls_placed >= 10")->is, threshold::relation::at_least);
}

TEST(threshold_test, says_what_is_wrong) {
  const auto why = [](const char* text) {
    const auto made = parse_threshold(text);
    return made ? "" : made.error().context;
  };
  EXPECT_THAT(why(""), HasSubstr("reads like"));
  EXPECT_THAT(why("response_gap_ms.p95"), HasSubstr("reads like"));
  EXPECT_THAT(why("response_gap_ms.p98 < 1"), HasSubstr(".p99"));
  EXPECT_THAT(why("response_gap_ms < 1"), HasSubstr(".p99"));
  EXPECT_THAT(why("calls_failed.p95 < 1"), HasSubstr("one number"));
  EXPECT_THAT(why("calls_failed < many"), HasSubstr("\"many\" is not a number"));
  EXPECT_THAT(why("calls_failed <"), HasSubstr("is not a number"));
  EXPECT_THAT(why("speed < 1"), HasSubstr("there is no \"speed\"; there are response_gap_ms"));
}

TEST(threshold_test, what_is_not_known_does_not_hold) {
  measured_values values;
  values.metrics["response_gap_ms"] = summarize(one_to(500));
  values.numbers["calls_failed"] = 2;
  std::vector<threshold> all;
  for (const auto* text :
       {"response_gap_ms.p95 < 476", "response_gap_ms.p95 < 475", "response_gap_ms.p99 < 9999",
        "calls_failed == 2", "playout_gap_ms.count == 0", "greeting_ms.p50 < 1"})
    all.push_back(*parse_threshold(text));
  all[1].where = "x.toml:5";
  const auto results = check(all, values);
  EXPECT_TRUE(results[0].holds);
  EXPECT_FALSE(results[1].holds);
  EXPECT_EQ(results[1].to_string(), "x.toml:5: response_gap_ms.p95 < 475: 475, broken");
  EXPECT_FALSE(results[2].value);
  EXPECT_FALSE(results[2].holds);
  EXPECT_THAT(results[2].to_string(), HasSubstr("too few samples"));
  EXPECT_TRUE(results[3].holds);
  EXPECT_TRUE(results[4].holds);
  EXPECT_FALSE(results[5].value);
}

} // namespace
} // namespace trunkline
