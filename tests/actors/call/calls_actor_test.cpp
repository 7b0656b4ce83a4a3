// The call manager on a clock the test owns: a webhook is answered when its call would survive us.

#include "actors/call/calls_actor.hpp"
#include "actors/engine/assistant_services.hpp"
#include "tests/support/quiet_call.hpp"
#include "tests/support/sample_assistant.hpp"
#include "tests/support/slow_store.hpp"

#include <caf/event_based_actor.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <utility>

namespace trunkline {
namespace {

using namespace std::chrono_literals;
using testing::slow_store;

class calls_test : public testing::deterministic {
protected:
  calls_test() {
    calls_setup setup;
    setup.registry = registry;
    setup.assistants = roster;
    setup.common.rows = rows;
    setup.common.wall_clock = [] { return timestamp{}; };
    setup.engine_id = "this";
    setup.lag = [this] { return lag; };
    setup.new_token = [] { return "token"; };
    setup.spawn = [this](size_t, call_setup given) {
      taken.push_back(given.record);
      used = given.use;
      return call_tree();
    };
    calls = system().spawn<calls_actor::stateful_impl<calls_state>>(std::move(setup));
    drain();
  }
  ~calls_test() override {
    registry->closing = true;
    stop_actor(calls, caf::exit_reason::user_shutdown);
    calls = nullptr;
    registry->live.clear();
    drain();
  }

  /// A tree that only tells why it was ended.
  call_actor call_tree() {
    return testing::spawn_quiet_call(
        system(), {[this, mine = taken.back().call_sid](auto self, const end_agent& order) {
                     if (!order.to_channel.empty()) {
                       moved.push_back(mine + " " + order.to_channel);
                       return;
                     }
                     ended_for = order.why;
                     self->quit();
                   },
                   {}});
  }

  static assistant stays() {
    auto who = testing::sample_assistant();
    who.id = "stays";
    who.is_default = false;
    who.numbers = {"+15550100777"};
    who.when_overloaded = "stay";
    return who;
  }

  void announce(const std::string& sid, const std::string& to = "+15550100000") {
    system().spawn([this, sid, to](caf::event_based_actor* self) {
      actor_guard guard{self};
      self->request(calls, 1h, incoming_call{sid, "+15550100001", to, "", ""})
          .then([this](const announced_call& said) { answer = said.what; });
    });
    drain();
  }

  /// As after a call that was cut off.
  void resume(const call_record& record) {
    system().spawn([this, record](caf::event_based_actor* self) {
      actor_guard guard{self};
      self->request(calls, 1h, resume_call{record, {}, ""})
          .then([this](const announced_call& said) { answer = said.what; });
    });
    drain();
  }
  /// New calls get this version; its services, which nobody else holds.
  std::weak_ptr<const assistant_services> serve(const std::string& version) {
    auto who = std::make_shared<assistant>(testing::sample_assistant());
    who->version = version;
    auto use = std::make_shared<const assistant_services>();
    std::weak_ptr<const assistant_services> watched = use;
    roster->exchange(std::make_shared<const assistant_directory>(
        std::vector<served_assistant>{{who, std::move(use), true}}));
    return watched;
  }
  void end_call(const std::string& sid) {
    used.reset();
    tell_from_outside(registry->live.at(sid).handle, end_agent{"over"});
    drain();
  }

  std::shared_ptr<assistant_roster> roster =
      std::make_shared<assistant_roster>(std::make_shared<const assistant_directory>(
          std::vector<assistant>{testing::sample_assistant(), stays()}));
  std::shared_ptr<const assistant_services> used; ///< by the last call
  std::shared_ptr<slow_store> rows = std::make_shared<slow_store>();
  std::shared_ptr<call_registry> registry = std::make_shared<call_registry>();
  calls_actor calls;
  std::vector<call_record> taken;
  std::optional<announced_call::verdict> answer;
  std::string ended_for;
  std::chrono::milliseconds lag{0};
  std::vector<std::string> moved; ///< calls told to go to another channel, and to which
};

TEST_F(calls_test, answer_a_webhook_when_its_call_is_durable_and_not_before) {
  announce("CA1");
  ASSERT_EQ(taken.size(), 1u);
  EXPECT_EQ(taken[0].engine_id, "this");
  ASSERT_EQ(rows->waiting.size(), 1u);
  advance(399ms);
  EXPECT_FALSE(answer) << "nobody knows yet whether the call would survive";
  rows->settle({});
  drain();
  EXPECT_EQ(answer, announced_call::verdict::accepted);
  EXPECT_EQ(ended_for, "");
}

TEST_F(calls_test, let_the_caller_in_when_the_disk_is_late) {
  announce("CA1");
  advance(400ms);
  EXPECT_EQ(answer, announced_call::verdict::accepted);
  rows->settle(failure{failure_kind::unavailable, "the disk is full", true});
  drain();
  EXPECT_EQ(ended_for, "") << "the caller is talking by now";
}

TEST_F(calls_test, ask_for_a_message_when_the_call_cannot_be_stored) {
  announce("CA1");
  rows->settle(failure{failure_kind::unavailable, "the disk is full", true});
  drain();
  EXPECT_EQ(answer, announced_call::verdict::full);
  EXPECT_EQ(ended_for, "not_stored");
}

TEST_F(calls_test, ask_for_a_message_when_the_store_takes_nothing) {
  rows->refuse = true;
  announce("CA1");
  EXPECT_EQ(answer, announced_call::verdict::full);
  EXPECT_EQ(ended_for, "not_stored");
}

TEST_F(calls_test, find_room_by_the_limits_of_their_assistant_and_tenant) {
  auto one = testing::sample_assistant(), two = stays(), other = stays();
  one.max_calls = 1;
  one.tenant_max_calls = 2;
  other.id = "other";
  other.tenant_id = "another";
  other.numbers = {"+15550100888"};
  roster->exchange(
      std::make_shared<const assistant_directory>(std::vector<assistant>{one, two, other}));
  const auto taken_after = [&](const char* sid, const char* to) {
    announce(sid, to);
    return taken.size();
  };
  EXPECT_EQ(taken_after("CA1", "+15550100000"), 1u);
  EXPECT_EQ(taken_after("CA2", "+15550100000"), 1u) << "its own limit";
  EXPECT_EQ(answer, announced_call::verdict::full);
  EXPECT_EQ(taken_after("CA3", "+15550100777"), 2u) << "of the same tenant, without a limit";
  end_call("CA1");
  EXPECT_EQ(taken_after("CA4", "+15550100777"), 3u);
  EXPECT_EQ(taken_after("CA5", "+15550100000"), 3u) << "two of its tenant are on the line";
  EXPECT_EQ(taken_after("CA6", "+15550100888"), 4u) << "another tenant's";
  end_call("CA3");
  EXPECT_EQ(taken_after("CA7", "+15550100000"), 5u);
}

TEST_F(calls_test, under_overload_begin_elsewhere_and_are_moved_when_it_lasts) {
  announce("CA1");
  announce("CA2", "+15550100777");
  lag = 300ms;
  advance(2500ms);
  announce("CA3");
  announce("CA4", "+15550100777");
  ASSERT_EQ(taken.size(), 4u);
  EXPECT_EQ(taken[0].channel, "media_stream");
  EXPECT_EQ(taken[2].channel, "gather");
  EXPECT_EQ(taken[3].channel, "media_stream") << "its assistant wants it to stay";
  advance(9s);
  EXPECT_TRUE(moved.empty()) << "not before it lasts";
  advance(3s);
  EXPECT_EQ(moved, std::vector<std::string>{"CA1 gather"}) << "once, and only who may";
}

TEST_F(calls_test, keep_the_version_a_call_began_with_and_give_new_calls_the_new_one) {
  const auto first = serve("v1");
  announce("CA1");
  const auto second = serve("v2");
  announce("CA2");
  ASSERT_EQ(taken.size(), 2u);
  EXPECT_EQ(taken[0].assistant_version, "v1");
  EXPECT_EQ(taken[1].assistant_version, "v2");
  EXPECT_EQ(used, second.lock());
  EXPECT_FALSE(first.expired()) << "CA1 is live";
  announce("CA3");
  end_call("CA3");
  advance(calls_state::return_within + 1s);
  EXPECT_FALSE(first.expired());
  EXPECT_FALSE(second.expired());
}

TEST_F(calls_test, let_go_of_a_replaced_version_when_nobody_can_come_back_to_it) {
  const auto first = serve("v1");
  announce("CA1");
  serve("v2");
  end_call("CA1");
  advance(calls_state::return_within - 1s);
  EXPECT_FALSE(first.expired()) << "its caller may have been cut off";
  advance(2s);
  EXPECT_TRUE(first.expired());
}

TEST_F(calls_test, bring_a_caller_back_to_the_version_of_the_call) {
  const auto first = serve("v1");
  announce("CA1");
  serve("v2");
  end_call("CA1");
  resume(taken[0]);
  ASSERT_EQ(taken.size(), 2u);
  EXPECT_EQ(taken[1].assistant_version, "v1");
  EXPECT_EQ(used, first.lock());
  end_call("CA1");
  advance(calls_state::return_within + 1s);
  resume(taken[0]);
  ASSERT_EQ(taken.size(), 3u);
  EXPECT_EQ(taken[2].assistant_version, "v2") << "the other one is gone, and the record says so";
}

TEST_F(calls_test, bring_a_caller_of_an_earlier_run_back_to_a_version_that_is_kept) {
  auto who = std::make_shared<assistant>(testing::sample_assistant());
  who->version = "v0";
  const auto use = std::make_shared<const assistant_services>();
  const auto second = serve("v1");
  roster->exchange(std::make_shared<const assistant_directory>(
      roster->now()->all(), std::vector<served_assistant>{{who, use, true}}));
  call_record record;
  record.call_sid = "CA9";
  record.assistant_id = who->id;
  record.assistant_version = "v0";
  resume(record);
  ASSERT_EQ(taken.size(), 1u);
  EXPECT_EQ(taken[0].assistant_version, "v0");
  EXPECT_EQ(used, use);
}

TEST_F(calls_test, take_a_call_whose_row_was_shed_for_want_of_room) {
  announce("CA1");
  rows->settle(failure{failure_kind::overloaded, "shed", false});
  drain();
  EXPECT_EQ(answer, announced_call::verdict::accepted);
}

} // namespace
} // namespace trunkline
