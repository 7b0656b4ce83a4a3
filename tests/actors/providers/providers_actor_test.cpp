// What operators hear of a service in trouble, and how it comes back, on the test's own clock.

#include "actors/providers/providers_actor.hpp"

#include "tests/support/call_fixture.hpp"

#include <nlohmann/json.hpp>

#include <gmock/gmock.h>

using namespace trunkline;
using namespace trunkline::testing;
using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

namespace {

const failure lost{failure_kind::unreachable, "lost", true};

class providers_test : public deterministic {
protected:
  providers_test() {
    board = std::make_shared<provider_board>(breaker_settings{}, [this] { return now(); });
    endpoint = board->add("llm:openai", {});
    providers_setup setup;
    setup.board = board;
    setup.rows = rows;
    setup.wall_clock = [this] {
      return timestamp{
          std::chrono::duration_cast<std::chrono::milliseconds>(now().time_since_epoch())};
    };
    setup.alert = [this](const std::string& json) {
      alerts.push_back(nlohmann::json::parse(json)["event"]);
    };
    const probe_starter probe = [this](service_probe::on_done done) {
      ++probes;
      if (healthy)
        done(100ms);
      else
        done(lost);
      return std::make_unique<service_probe>();
    };
    setup.probes = [this, probe] { return std::map<size_t, probe_starter>{{endpoint, probe}}; };
    watcher = system().spawn<providers_actor::stateful_impl<providers_state>>(std::move(setup));
    drain();
  }
  ~providers_test() override {
    stop_actor(watcher, caf::exit_reason::user_shutdown);
    watcher = nullptr;
    drain();
  }
  void fail_five_times() {
    for (int i = 0; i < 5; ++i)
      if (auto attempt = board->begin(endpoint))
        attempt->failed(lost);
    drain();
  }
  breaker_state state() const { return board->state(endpoint); }

  std::shared_ptr<immediate_store> rows = std::make_shared<immediate_store>();
  std::shared_ptr<provider_board> board;
  size_t endpoint = 0;
  std::vector<std::string> alerts;
  int probes = 0;
  bool healthy = false;
  providers_actor watcher;
};

TEST_F(providers_test, leaves_healthy_services_alone) {
  advance(60s);
  EXPECT_EQ(probes, 0);
  EXPECT_THAT(alerts, IsEmpty());
}

TEST_F(providers_test, tells_of_an_open_breaker_and_writes_an_incident) {
  fail_five_times();
  EXPECT_THAT(alerts, ElementsAre("provider.open"));
  const auto incidents = *rows->rows.list_incidents(10);
  ASSERT_EQ(incidents.size(), 1u);
  EXPECT_EQ(incidents[0].service, "llm:openai");
  EXPECT_EQ(incidents[0].reason, "unreachable: lost");
  EXPECT_FALSE(incidents[0].closed_at);
}

TEST_F(providers_test, brings_a_service_back_within_a_few_seconds_of_its_recovery) {
  fail_five_times();
  advance(25s);
  EXPECT_EQ(probes, 2) << "every ten seconds";
  EXPECT_NE(state(), breaker_state::closed);
  healthy = true;
  advance(13s);
  EXPECT_EQ(state(), breaker_state::closed) << "three good answers, a second apart";
  EXPECT_THAT(alerts, ElementsAre("provider.open", "provider.closed"));
  EXPECT_TRUE((*rows->rows.list_incidents(10))[0].closed_at);
  const auto tried = probes;
  advance(60s);
  EXPECT_EQ(probes, tried);
}

TEST_F(providers_test, does_not_let_a_caller_find_out_while_its_own_trials_fail) {
  board->trip("openai");
  drain();
  advance(50s);
  EXPECT_FALSE(board->usable(endpoint)) << "open for its whole time, whatever the trials say";
  EXPECT_GE(probes, 4);
}

TEST_F(providers_test, alerts_once_a_minute_about_a_service_that_flaps) {
  for (int i = 0; i < 3; ++i) {
    fail_five_times();
    board->reset("openai");
    drain();
    advance(5s);
  }
  EXPECT_THAT(alerts, ElementsAre("provider.open", "provider.closed"));
  EXPECT_EQ(rows->rows.list_incidents(10)->size(), 3u) << "the store has all of them";
}

TEST_F(providers_test, goes_on_without_a_store) {
  rows->refuse = true;
  fail_five_times();
  EXPECT_THAT(alerts, ElementsAre("provider.open"));
}

} // namespace
