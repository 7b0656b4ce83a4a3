// Fifty calls at any time for two minutes while the database is down, or slow, or the disk is full:
// no caller notices, webhooks are answered in time, and every row is there within 30 s of the end.

#include "tests/support/lagging_link.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/running_engine.hpp"
#include "tests/support/small_disk.hpp"

#include <nlohmann/json.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <iostream>
#include <sstream>

namespace trunkline {
namespace {

using namespace std::chrono_literals;
using testing::postgres_server;
using testing::running_engine;
using clock = std::chrono::steady_clock;

constexpr size_t callers = 50;
constexpr std::chrono::seconds trouble_lasts{120};

/// One sample of /metrics by the start of its line, summed over its labels.
double metric(const std::string& page, const std::string& name, const std::string& label = "") {
  double sum = 0;
  std::istringstream lines{page};
  for (std::string line; std::getline(lines, line);)
    if (line.rfind(name, 0) == 0 && (line[name.size()] == ' ' || line[name.size()] == '{') &&
        line.find(label) != std::string::npos)
      sum += std::stod(line.substr(line.rfind(' ') + 1));
  return sum;
}

class database_trouble_postgres : public ::testing::Test {
protected:
  void start(const std::string& database, const std::string& state_dir = "") {
    engine.emplace([&](engine_config& config) {
      config.store.database = database;
      config.limits.calls_per_minute_per_source = 100;
      config.limits.unsigned_connections_per_address = 200; // all callers share loopback
      if (!state_dir.empty())
        config.state_dir = state_dir;
    });
  }

  void place_one() {
    auto plan =
        running_engine::says({"what are your opening hours", "what are your opening hours"});
    plan.from = "+1555" + std::to_string(2000000 + placed.size());
    placed.push_back(engine->place(std::move(plan)));
    live.push_back(placed.back());
  }

  /// Keeps `callers` calls up until then, and waits for the last ones.
  void call_until(clock::time_point until) {
    engine->stt->always_hears("what are your opening hours");
    while (live.size() < callers) {
      place_one();
      ASSERT_TRUE(engine->wait([&] { return live.back()->streaming(); }));
    }
    while (clock::now() < until) {
      engine->wait([&] { return !live.front()->live(); }, 40s);
      std::erase_if(live, [](const auto& call) { return !call->live(); });
      while (live.size() < callers)
        place_one();
    }
    for (const auto& call : placed)
      EXPECT_TRUE(engine->wait_for_end(call, 60s));
  }

  void expect_unharmed() {
    for (const auto& call : placed) {
      EXPECT_FALSE(call->facts().lost) << call->facts().ended_by;
      EXPECT_TRUE(call->facts().messages_left.empty()) << call->facts().ended_by;
      for (const auto gap : call->facts().gaps)
        EXPECT_LE(gap, 2500ms);
    }
    const auto page = engine->get("/metrics").body;
    const std::string name = "trunkline_webhook_time_seconds";
    const auto all = metric(page, name + "_count");
    EXPECT_GE(all, static_cast<double>(2 * placed.size()));
    EXPECT_GE(metric(page, name + "_bucket", "le=\"1\""), 0.99 * all);
    std::cout << placed.size() << " calls, " << all
              << " webhooks, over 200 ms: " << all - metric(page, name + "_bucket", "le=\"0.2\"")
              << "\n";
  }

  void expect_delivered() {
    const auto back = clock::now();
    EXPECT_TRUE(engine->wait(
        [&] { return metric(engine->get("/metrics").body, "trunkline_outbox_waiting") == 0; },
        30s));
    std::cout << "delivered after "
              << std::chrono::duration_cast<std::chrono::milliseconds>(clock::now() - back).count()
              << " ms\n";
  }

  void expect_stored(size_t turns_min) {
    for (const auto& call : placed) {
      const auto stored = engine->ended_call(call->facts().call_sid);
      EXPECT_EQ(stored.value("outcome", ""), "answered") << call->facts().call_sid;
      EXPECT_GE(stored["turns"].size(), turns_min);
    }
  }

  postgres_server& server = postgres_server::shared();
  std::optional<running_engine> engine;
  std::vector<std::shared_ptr<simulated_call>> placed, live;
};

TEST_F(database_trouble_postgres, down_for_two_minutes_harms_no_call) {
  start(server.make_database());
  engine->stt->always_hears("what are your opening hours");
  for (size_t i = 0; i < callers; ++i)
    place_one();
  ASSERT_TRUE(engine->wait([&] { return live.back()->streaming(); }));
  server.stop();
  call_until(clock::now() + trouble_lasts);
  EXPECT_EQ(metric(engine->get("/metrics").body, "trunkline_store_away"), 1);
  expect_unharmed();
  server.start();
  expect_delivered();
  expect_stored(3);
}

TEST_F(database_trouble_postgres, five_seconds_slow_for_two_minutes_harms_no_call) {
  testing::lagging_link link{server.port()};
  auto url = server.make_database();
  const auto port = ":" + std::to_string(server.port()) + "/";
  url.replace(url.find(port), port.size(), ":" + std::to_string(link.port()) + "/");
  start(url);
  link.lag(5s);
  call_until(clock::now() + trouble_lasts);
  EXPECT_EQ(metric(engine->get("/metrics").body, "trunkline_store_away"), 1);
  expect_unharmed();
  link.lag(0s);
  expect_delivered();
  expect_stored(3);
  engine.reset(); // before the link
}

TEST_F(database_trouble_postgres, a_full_disk_for_two_minutes_harms_no_call) {
  const testing::small_disk disk{"4m"};
  if (!disk.mounted())
    GTEST_SKIP() << "nobody may mount a small file system here";
  std::filesystem::create_directory(disk.path() / "state");
  const auto database = server.make_database();
  start(database, (disk.path() / "state").string());
  disk.fill();
  const auto booking =
      engine->place(running_engine::says({"I want to book a cleaning next Tuesday at two thirty",
                                          "my name is Emily Clark", "yes please", "no thank you"}));
  EXPECT_TRUE(engine->wait_for_end(booking, 60s));
  EXPECT_EQ(engine->ended_call(booking->facts().call_sid)["outcome"], "booked");
  EXPECT_EQ(engine->stored("appointments").size(), 1u);
  call_until(clock::now() + trouble_lasts);
  const auto page = engine->get("/metrics").body;
  EXPECT_GT(metric(page, "trunkline_journal_shed_text"), 0);
  expect_unharmed();
  disk.make_room();
  expect_delivered();
  expect_stored(3); // what the disk did not take, the database did
  // Divides by zero when one is missing.
  const auto all_there = [&](const std::string& action, size_t count) {
    const auto wanted = "count(*) = " + std::to_string(count);
    EXPECT_NO_THROW(server.run("SELECT 1 / (CASE WHEN " + wanted +
                                   " THEN 1 ELSE 0 END) FROM audit_logs WHERE action = '" + action +
                                   "'",
                               database.substr(database.rfind('/') + 1)))
        << action;
  };
  all_there("appointment.booked", 1);
  all_there("call.started", placed.size() + 1);
  all_there("call.ended", placed.size() + 1);
  engine.reset();
}

} // namespace
} // namespace trunkline
