// A caller who is remembered, in a call: known without a wait, noted after the end, forgotten.

#include "tests/support/call_fixture.hpp"
#include "tests/support/sample_assistant.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trunkline {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

/// Reads are held until the test lets them go.
class held_reads : public testing::immediate_store {
public:
  bool read(job work, done finished) override {
    if (!hold)
      return write(std::move(work), std::move(finished));
    held.push_back([this, work, finished] { (void)write(work, finished); });
    return true;
  }
  bool away() const override { return is_away; }
  void let_go() {
    for (auto& one : std::exchange(held, {}))
      one();
  }
  bool hold = false, is_away = false;
  std::vector<std::function<void()>> held;
};

class call_memory_test : public testing::call_fixture {
protected:
  call_memory_test() {
    rows = reads;
    setup.rows = rows;
    setup.prompt = "You are Ava.";
    remember(true);
  }
  void remember(bool on) {
    auto who = *setup.who;
    who.remember_callers = on;
    setup.who = std::make_shared<const assistant>(who);
    setup.record.tenant_id = who.tenant_id;
  }
  memory_users& users() { return rows->rows.users(); }
  void know_emily(const std::string& tenant = {}) {
    call_note_record note{"CA0000",
                          tenant.empty() ? setup.record.tenant_id : tenant,
                          setup.record.caller_number,
                          "2026-11-02: booked a cleaning",
                          {},
                          true,
                          "Emily Clark",
                          ""};
    ASSERT_TRUE(users().put_note(note));
  }
  void hang_up() {
    tell_from_outside(call, stream_stopped_by_carrier{});
    drain();
  }
  void forget() {
    caller_says("forget me please");
    tell_from_outside(call, tool_wanted{reply_id, attempt, {"t1", "forget_caller", "{}"}});
    drain();
    ASSERT_FALSE(tools.empty());
    ASSERT_TRUE(users().forget({"CA0001", setup.record.tenant_id, setup.record.caller_number, {}}));
    tell_from_outside(call, tool_done{reply_id,
                                      tools.back().call.id,
                                      "forget_caller",
                                      R"({"ok":true,"status":"forgotten"})",
                                      {tool_effect_kind::forgotten, {}, {}}});
    drain();
  }

  std::shared_ptr<held_reads> reads = std::make_shared<held_reads>();
};

TEST_F(call_memory_test, a_known_caller_is_told_to_models) {
  know_emily();
  answer_call();
  caller_says("i need a cleaning");
  ASSERT_EQ(requests.size(), 1u);
  EXPECT_THAT(requests[0].prompt, HasSubstr("You are Ava."));
  EXPECT_THAT(requests[0].prompt, HasSubstr("Emily Clark"));
  EXPECT_THAT(requests[0].prompt, HasSubstr("2026-11-02: booked a cleaning"));
  EXPECT_EQ(requests[0].facts.caller_name, "Emily Clark");
  EXPECT_TRUE(requests[0].facts.remembered);
}

TEST_F(call_memory_test, nobody_is_known_unless_the_assistant_remembers) {
  remember(false);
  know_emily();
  answer_call();
  caller_says("i need a cleaning");
  EXPECT_EQ(requests.at(0).prompt, "You are Ava.");
  EXPECT_EQ(requests[0].facts.caller_name, "");
  hang_up();
  EXPECT_EQ((users().users.at({setup.record.tenant_id, setup.record.caller_number}).calls), 1);
  EXPECT_THAT(users().notes.at("CA0001").summary, HasSubstr("nothing was arranged"))
      << "the call has its line all the same";
}

TEST_F(call_memory_test, a_caller_of_another_tenant_is_a_stranger) {
  know_emily("another");
  answer_call();
  caller_says("i need a cleaning");
  EXPECT_EQ(requests.at(0).prompt, "You are Ava.");
}

TEST_F(call_memory_test, the_greeting_waits_for_no_database_and_who_is_late_is_a_stranger) {
  know_emily();
  reads->hold = true;
  spawn_call();
  attach();
  ASSERT_FALSE(reads->held.empty());
  EXPECT_TRUE(said(setup.who->greeting.substr(0, 10))) << "while the database has not answered";
  playout_starts();
  playout_ends();
  advance(call_state::caller_deadline + 10ms);
  reads->let_go(); // too late to matter
  drain();
  caller_says("i need a cleaning");
  EXPECT_EQ(requests.at(0).prompt, "You are Ava.");
  EXPECT_FALSE(requests[0].facts.remembered);
}

TEST_F(call_memory_test, a_database_that_is_away_or_broken_costs_nothing) {
  know_emily();
  users().broken = failure{failure_kind::unavailable, "locked", true};
  answer_call();
  caller_says("i need a cleaning");
  EXPECT_EQ(requests.at(0).prompt, "You are Ava.");
}

TEST_F(call_memory_test, a_database_that_is_away_is_not_asked) {
  reads->is_away = true;
  reads->hold = true;
  answer_call();
  caller_says("i need a cleaning");
  EXPECT_EQ(requests.at(0).prompt, "You are Ava.");
}

TEST_F(call_memory_test, the_call_is_noted_when_it_is_over) {
  answer_call();
  caller_says("i need a cleaning");
  EXPECT_TRUE(users().notes.empty());
  hang_up();
  ASSERT_EQ(users().notes.count("CA0001"), 1u);
  EXPECT_TRUE(users().notes.at("CA0001").remember);
  EXPECT_EQ((users().users.at({setup.record.tenant_id, setup.record.caller_number}).calls), 1);
}

TEST_F(call_memory_test, who_said_nothing_is_not_remembered) {
  answer_call();
  hang_up();
  EXPECT_TRUE(users().users.empty());
  EXPECT_THAT(users().notes.at("CA0001").summary, HasSubstr("said nothing"));
}

TEST_F(call_memory_test, who_asks_to_be_forgotten_is_unknown_from_the_next_reply_on) {
  know_emily();
  answer_call();
  forget();
  reply("I have deleted what I remembered.");
  finish_reply();
  playout_starts();
  playout_ends();
  caller_says("thanks and a cleaning please");
  EXPECT_EQ(requests.back().prompt, "You are Ava.");
  hang_up();
  EXPECT_TRUE(users().notes.empty()) << "the call in which it was said is not noted";
}

TEST_F(call_memory_test, a_call_is_asked_about_when_it_is_over) {
  remember(false);
  unsigned asked_about = 0;
  setup.start.extract = [&](auto, const call_record& of, const std::vector<turn_record>& turns) {
    EXPECT_EQ(of.outcome, "answered");
    EXPECT_FALSE(turns.empty());
    ++asked_about;
  };
  know_emily();
  answer_call();
  caller_says("i need a cleaning");
  EXPECT_EQ(requests.at(0).prompt, "You are Ava.") << "the assistant does not remember callers";
  hang_up();
  EXPECT_EQ(asked_about, 1u);
}

TEST_F(call_memory_test, nobody_is_asked_about_a_caller_who_was_forgotten) {
  remember(false);
  setup.start.extract = [&](auto, auto&, auto&) { ADD_FAILURE(); };
  ASSERT_TRUE(users().forget({"CA0000", setup.record.tenant_id, setup.record.caller_number, {}}));
  answer_call();
  caller_says("i need a cleaning");
  hang_up();
}

TEST_F(call_memory_test, who_was_forgotten_stays_a_stranger) {
  ASSERT_TRUE(users().forget({"CA0000", setup.record.tenant_id, setup.record.caller_number, {}}));
  answer_call();
  caller_says("i need a cleaning");
  EXPECT_EQ(requests.at(0).prompt, "You are Ava.");
  hang_up();
  EXPECT_TRUE(users().notes.empty());
}

} // namespace
} // namespace trunkline
