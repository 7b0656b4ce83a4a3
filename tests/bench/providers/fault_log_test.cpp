#include "bench/providers/fault_draw.hpp"

#include "tests/bench/providers/plain_client.hpp"
#include "tests/support/provider_bench.hpp"

#include <cmath>
#include <set>
#include <vector>

namespace trunkline {
namespace {

using namespace testing;
using ::testing::ElementsAre;

std::vector<unsigned> who(uint64_t seed, double share, unsigned streams) {
  fault_draw draw{seed};
  draw.start(share);
  std::vector<unsigned> met;
  for (unsigned stream = 1; stream <= streams; ++stream)
    if (draw.next())
      met.push_back(stream);
  return met;
}

TEST(fault_draw, befalls_its_share_of_however_many_streams) {
  for (const double share : {0.0, 0.03, 0.05, 0.1, 0.5, 0.97, 1.0})
    for (uint64_t seed = 1; seed <= 20; ++seed)
      for (const unsigned streams : {1u, 20u, 50u, 333u, 1000u})
        EXPECT_LE(std::abs(static_cast<double>(who(seed, share, streams).size()) - share * streams),
                  1)
            << share << " of " << streams << ", seed " << seed;
}

TEST(fault_draw, draws_the_same_of_the_same_seed_and_not_always_the_same_place) {
  EXPECT_EQ(who(7, 0.05, 500), who(7, 0.05, 500));
  EXPECT_NE(who(7, 0.05, 500), who(8, 0.05, 500));
  std::set<unsigned> gaps;
  const auto met = who(7, 0.05, 1000);
  for (size_t i = 1; i < met.size(); ++i)
    gaps.insert(met[i] - met[i - 1]);
  EXPECT_GT(gaps.size(), 5u) << "not every twentieth";
}

TEST(fault_log, a_line_says_who_met_what) {
  EXPECT_EQ(fault_log_line({"deepgram", true, 4, *parse_fault("stall,pause=3000")}, 17),
            R"({"at_ms":17,"service":"deepgram","socket":4,"fault":"stall","ms":3000,"pieces":2})");
  EXPECT_EQ(fault_log_line({"openai", false, 9, *parse_fault("status=500")}, 18),
            R"({"at_ms":18,"service":"openai","request":9,"fault":"status","status":500})");
}

class fault_log_test : public ::testing::Test, public provider_bench {
protected:
  fault_log_test() {
    stand_in_options options;
    options.seed = 3;
    options.on_fault = [this](const injected_fault& what) { log.push_back(what.stream); };
    serve(std::make_unique<scripted_service>([](const http_request& request) {
            stand_in_answer answer{200, "text/plain", {}, {{0ms, "alpha"}}};
            if (request.path() == "/long")
              answer.body.push_back({0ms, "beta"});
            return answer;
          }),
          options);
  }

  /// The numbers of those that were answered with 500.
  std::vector<uint64_t> refused(unsigned requests) {
    std::vector<uint64_t> all;
    for (unsigned i = 1; i <= requests; ++i) {
      plain_client client{io, server->base_url()};
      client.get("/");
      EXPECT_TRUE(run_until([&] { return client.received.ends_with("0\r\n\r\n"); })) << i;
      if (client.received.starts_with("HTTP/1.1 500"))
        all.push_back(i);
    }
    return all;
  }

  std::vector<uint64_t> log;
};

TEST_F(fault_log_test, holds_what_was_done_and_nothing_else) {
  meet("status=500,share=10");
  const auto done = refused(50);
  EXPECT_EQ(done.size(), 5u);
  EXPECT_EQ(log, done);
  EXPECT_EQ(server->counts().faults, 5u);
}

TEST_F(fault_log_test, says_nothing_of_a_fault_that_came_to_nothing) {
  meet("stall,pieces=2,pause=10");
  for (const char* path : {"/", "/long"}) {
    plain_client client{io, server->base_url()};
    client.get(path);
    ASSERT_TRUE(run_until([&] { return client.received.ends_with("0\r\n\r\n"); }));
  }
  EXPECT_THAT(log, ElementsAre(2u)) << "the first answer has no second piece";
}

} // namespace
} // namespace trunkline
