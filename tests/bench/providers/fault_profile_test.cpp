#include "bench/providers/fault_profile.hpp"

#include "bench/providers/fault.hpp"
#include "bench/providers/providers_bench.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <sstream>
#include <string>

namespace trunkline {
namespace {

using ::testing::HasSubstr;

TEST(fault_profile, each_has_a_name_a_description_and_faults_that_can_be_read) {
  std::set<std::string_view> names;
  for (const auto& one : fault_profiles()) {
    EXPECT_TRUE(names.insert(one.name).second) << one.name;
    EXPECT_FALSE(one.about.empty());
    EXPECT_FALSE(one.faults.empty());
    for (const auto fault : one.faults) {
      const auto plan = parse_fault(fault.substr(fault.find(':') + 1));
      ASSERT_TRUE(plan) << fault;
      EXPECT_LT(plan->share, 1) << fault;
    }
  }
  EXPECT_GE(names.size(), 6u);
}

TEST(fault_profile, what_is_none_is_refused_with_what_may_be_meant) {
  EXPECT_EQ(find_fault_profile("stt_stalls")->name, "stt_stalls");
  EXPECT_THAT(find_fault_profile("stt_stals").error().context, HasSubstr("is 'stt_stalls' meant?"));
  EXPECT_THAT(find_fault_profile("").error().context, HasSubstr("there are tts_silent, "));
}

TEST(providers_bench, lists_profiles_and_refuses_what_is_none_or_cannot_be_logged) {
  providers_bench_options options;
  options.fleet.brain = constant_brain("Good morning.");
  const auto run = [&](int status) {
    std::ostringstream out, err;
    EXPECT_EQ(run_providers_bench(options, {}, out, err), status);
    return out.str() + err.str();
  };
  options.log_file = "/nowhere/at/all.jsonl";
  EXPECT_THAT(run(1), HasSubstr("cannot write /nowhere/at/all.jsonl"));
  options.profile = "llm_error";
  EXPECT_THAT(run(2),
              HasSubstr("--profile: there is no profile 'llm_error'; is 'llm_errors' meant?"));
  options.list_profiles = true;
  EXPECT_THAT(run(0), HasSubstr("tts_silent: the voice says nothing on 20 % of its sockets\n"));
}

} // namespace
} // namespace trunkline
