// PostgreSQL is stopped under calls and started again: no caller notices, webhooks are answered in
// time, and every row is delivered within 30 s of its return.

#include "tests/support/postgres_server.hpp"
#include "tests/support/running_engine.hpp"

#include <nlohmann/json.hpp>

#include <gtest/gtest.h>

#include <iostream>

namespace trunkline {
namespace {

using namespace std::chrono_literals;
using testing::postgres_server;
using testing::running_engine;

constexpr unsigned callers = 12;

class database_outage_test_postgres : public ::testing::Test {
protected:
  std::vector<std::shared_ptr<simulated_call>> place_all(const std::string& digit) {
    std::vector<std::shared_ptr<simulated_call>> placed;
    for (unsigned i = 0; i < callers; ++i) {
      auto plan = engine.says({"what are your opening hours", "what are your opening hours"});
      plan.from = "+1555010" + digit + std::to_string(100 + i);
      placed.push_back(engine.place(std::move(plan)));
      EXPECT_TRUE(engine.wait([&] { return placed.back()->streaming(); }));
    }
    return placed;
  }
  void expect_unharmed(const std::vector<std::shared_ptr<simulated_call>>& all) {
    for (const auto& call : all) {
      EXPECT_TRUE(engine.wait_for_end(call, 40s));
      EXPECT_FALSE(call->facts().lost) << call->facts().ended_by;
      EXPECT_TRUE(call->facts().messages_left.empty()) << call->facts().ended_by;
      for (const auto gap : call->facts().gaps)
        EXPECT_LE(gap, 2500ms);
    }
  }
  bool all_delivered(std::chrono::milliseconds limit) {
    return engine.wait(
        [&] {
          return engine.get("/metrics").body.find("trunkline_outbox_waiting 0\n") !=
                 std::string::npos;
        },
        limit);
  }

  postgres_server& server = postgres_server::shared();
  running_engine engine{[this](engine_config& config) {
    config.store.database = server.make_database();
    config.limits.calls_per_minute_per_source = 100;
  }};
};

TEST_F(database_outage_test_postgres, calls_go_on_and_their_rows_come_later) {
  engine.stt->always_hears("what are your opening hours");
  auto before = place_all("1");
  server.stop();
  expect_unharmed(before); // they end, and ask the after-page, without it
  auto during = place_all("2");
  expect_unharmed(during);
  EXPECT_NE(engine.get("/metrics").body.find("trunkline_store_away 1\n"), std::string::npos);
  server.start();
  const auto back = std::chrono::steady_clock::now();
  EXPECT_TRUE(all_delivered(30s));
  std::cout << "delivered "
            << std::chrono::duration_cast<std::chrono::milliseconds>(
                   std::chrono::steady_clock::now() - back)
                   .count()
            << " ms after its return\n";
  for (const auto* each : {&before, &during})
    for (const auto& call : *each) {
      const auto stored = engine.ended_call(call->facts().call_sid);
      EXPECT_EQ(stored.value("outcome", ""), "answered");
      EXPECT_GE(stored["turns"].size(), 3u);
    }
}

} // namespace
} // namespace trunkline
