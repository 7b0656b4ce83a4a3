// Whether a call is recorded: from its start, or after the caller's plain yes.

#include "protocol/phrases/catalogue.hpp"
#include "tests/support/call_fixture.hpp"
#include "tests/support/sample_assistant.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace trunkline {
namespace {

using namespace std::chrono_literals;

class silent_tape : public recording_tape {
public:
  bool write(std::string) override { return true; }
  void end(std::string) override {}
};

class call_recording_test : public testing::call_fixture {
protected:
  void with(const std::string& mode) {
    auto who = *setup.who;
    who.recording.mode = mode;
    who.recording.announcement = "This call is recorded.";
    setup.who = std::make_shared<const assistant>(std::move(who));
    setup.new_recording = [this](const call_record& call) -> std::shared_ptr<recording_tape> {
      EXPECT_EQ(call.call_sid, "CA0001");
      return none_left ? nullptr : std::make_shared<silent_tape>();
    };
  }
  bool audited(const std::string& action, const std::string& detail) const {
    const auto& all = rows->rows.audits;
    return std::any_of(all.begin(), all.end(), [&](const audit_record& one) {
      return one.action == action && one.detail == detail;
    });
  }

  bool none_left = false;
};

TEST_F(call_recording_test, is_off_by_default_and_nothing_is_said_of_it) {
  with("off");
  answer_call();
  caller_says("yes");
  EXPECT_TRUE(tapes.empty());
  EXPECT_FALSE(said("record"));
  EXPECT_EQ(requests.size(), 1u);
}

TEST_F(call_recording_test, that_is_on_begins_with_the_stream_and_is_announced_after_the_greeting) {
  with("on");
  answer_call();
  EXPECT_EQ(tapes.size(), 1u);
  ASSERT_EQ(spoken().size(), 2u);
  EXPECT_EQ(spoken()[1], "This call is recorded.");
  EXPECT_TRUE(audited("recording.started", R"({"by":"configuration"})"));
  caller_says("yes");
  EXPECT_EQ(requests.size(), 1u) << "nothing was asked";
}

TEST_F(call_recording_test, that_cannot_be_made_does_not_harm_the_call) {
  with("on");
  none_left = true;
  answer_call();
  EXPECT_TRUE(tapes.empty());
  caller_says("I need a cleaning");
  EXPECT_EQ(requests.size(), 1u);
}

TEST_F(call_recording_test, begins_with_the_callers_yes_which_is_not_for_the_model) {
  with("after_consent");
  answer_call();
  EXPECT_TRUE(said("May we record this call?"));
  EXPECT_TRUE(tapes.empty()) << "not before the answer";
  caller_says("yes that's fine");
  EXPECT_EQ(tapes.size(), 1u);
  EXPECT_TRUE(requests.empty());
  EXPECT_TRUE(said("Thank you."));
  EXPECT_TRUE(audited("recording.started", R"({"by":"caller"})"));
  playout_starts();
  playout_ends();
  caller_says("yes please");
  EXPECT_EQ(tapes.size(), 1u) << "asked once";
  EXPECT_EQ(requests.size(), 1u);
}

TEST_F(call_recording_test, is_not_made_after_a_no) {
  with("after_consent");
  answer_call();
  caller_says("no thank you");
  EXPECT_TRUE(tapes.empty());
  EXPECT_TRUE(requests.empty());
  EXPECT_TRUE(said("this call is not recorded"));
  EXPECT_TRUE(audited("recording.not_allowed", R"({"why":"refused"})"));
  playout_starts();
  playout_ends();
  caller_says("yes");
  EXPECT_TRUE(tapes.empty()) << "the answer was given";
}

TEST_F(call_recording_test, is_not_made_when_the_caller_speaks_of_something_else) {
  with("after_consent");
  answer_call();
  caller_says("I want to book a cleaning");
  EXPECT_TRUE(tapes.empty());
  ASSERT_EQ(requests.size(), 1u);
  EXPECT_EQ(requests[0].messages.back().text, "I want to book a cleaning");
  EXPECT_TRUE(audited("recording.not_allowed", R"({"why":"unclear"})"));
}

TEST_F(call_recording_test, a_yes_with_a_wish_starts_it_and_the_wish_goes_to_the_model) {
  with("after_consent");
  answer_call();
  caller_says("yes I need a cleaning next Tuesday");
  EXPECT_EQ(tapes.size(), 1u);
  EXPECT_EQ(requests.size(), 1u);
}

TEST_F(call_recording_test, is_not_made_when_the_caller_says_nothing_and_then_yes) {
  with("after_consent");
  answer_call();
  advance(9s); // "are you still there?"
  ASSERT_EQ(requests.size(), 1u);
  EXPECT_TRUE(audited("recording.not_allowed", R"({"why":"silent"})"));
  reply("Are you still there?");
  finish_reply();
  playout_starts();
  playout_ends();
  caller_says("yes");
  EXPECT_TRUE(tapes.empty());
}

TEST_F(call_recording_test, a_yes_before_the_question_was_heard_is_none) {
  with("after_consent");
  spawn_call();
  attach();
  playout_starts();
  caller_says("yes I agree to that");
  EXPECT_TRUE(tapes.empty());
  EXPECT_TRUE(audited("recording.not_allowed", R"({"why":"not_heard"})"));
}

TEST_F(call_recording_test, goes_on_for_a_caller_who_agreed_before_being_cut_off) {
  with("after_consent");
  setup.resumed = true;
  turn_record agreed;
  agreed.call_sid = "CA0001";
  agreed.role = "agent";
  agreed.text = agreed.heard = phrase_text(phrase::is_recorded, "en-US");
  agreed.action = "recording_consent";
  setup.earlier = {agreed};
  answer_call();
  EXPECT_EQ(tapes.size(), 1u);
  EXPECT_FALSE(said("May we record"));
}

TEST_F(call_recording_test, is_not_made_of_a_caller_who_was_cut_off_before_agreeing) {
  with("after_consent");
  setup.resumed = true;
  answer_call();
  EXPECT_TRUE(tapes.empty());
}

} // namespace
} // namespace trunkline
