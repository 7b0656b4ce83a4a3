// The gate on a clock the test owns: how long each kind of webhook may wait for a slow disk.

#include "actors/gate/gate_actor.hpp"
#include "tests/support/sample_assistant.hpp"
#include "tests/support/slow_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

namespace trunkline {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

class gate_test : public testing::deterministic {
protected:
  gate_test() {
    gate_setup setup;
    setup.calls = std::make_shared<actor_slot<calls_actor>>();
    setup.assistants = roster;
    setup.rows = rows;
    setup.wall_clock = [] { return timestamp{}; };
    setup.urls.base = "http://127.0.0.1:1";
    gate = system().spawn<gate_actor::stateful_impl<gate_state>>(std::move(setup));
    drain();
  }
  ~gate_test() override {
    stop_actor(gate, caf::exit_reason::user_shutdown);
    gate = nullptr;
    drain();
  }

  void message_was_left() {
    webhook request;
    request.what = webhook::kind::recorded;
    request.fields = {{"CallSid", "CA1"},
                      {"From", "+15550100001"},
                      {"To", "+15550100200"},
                      {"RecordingSid", "RE1"},
                      {"RecordingUrl", "https://api.twilio.com/RE1"}};
    request.respond = [this](http_response said) {
      if (!answer)
        answer = std::move(said);
    };
    tell_from_outside(gate, std::move(request));
    drain();
  }

  std::shared_ptr<assistant_roster> roster =
      std::make_shared<assistant_roster>(std::make_shared<const assistant_directory>(
          std::vector<assistant>{testing::sample_assistant()}));
  std::shared_ptr<testing::slow_store> rows = std::make_shared<testing::slow_store>();
  gate_actor gate;
  std::optional<http_response> answer;
};

TEST_F(gate_test, a_message_that_was_left_waits_for_a_slow_disk) {
  message_was_left();
  ASSERT_EQ(rows->waiting.size(), 1u);
  advance(2s);
  EXPECT_FALSE(answer) << "the caller would be asked for it again";
  rows->settle({});
  drain();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200u);
  EXPECT_THAT(answer->body, Not(HasSubstr("<Record")));
}

TEST_F(gate_test, a_call_ends_as_its_own_version_says_when_that_is_retired) {
  auto who = testing::sample_assistant();
  who.version = "v1";
  roster->exchange(std::make_shared<const assistant_directory>(
      std::vector<served_assistant>{},
      std::vector<served_assistant>{{std::make_shared<const assistant>(who)}}));
  call_record call;
  call.call_sid = "CA1";
  call.assistant_id = who.id;
  call.assistant_version = "v1";
  call.next_step = to_json({next_step::kind::transfer, "", who.staff[0].id});
  ASSERT_TRUE(rows->rows.put_call(call));
  webhook request;
  request.what = webhook::kind::after;
  request.fields = {{"CallSid", "CA1"}, {"From", "+15550100001"}, {"To", "+15550100200"}};
  request.respond = [this](http_response said) { answer = std::move(said); };
  tell_from_outside(gate, std::move(request));
  drain();
  ASSERT_TRUE(answer);
  EXPECT_THAT(answer->body, HasSubstr(who.staff[0].number));
}

TEST_F(gate_test, a_message_that_cannot_be_kept_is_the_carriers_to_tell_again) {
  message_was_left();
  rows->settle(failure{failure_kind::unavailable, "the disk is full", true});
  drain();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 503u);
}

} // namespace
} // namespace trunkline
