// Whole calls over real sockets, with told speech: what the caller gets and what is stored.

#include "tests/support/running_engine.hpp"

#include <nlohmann/json.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trunkline {
namespace {

using testing::running_engine;
using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(call, books_an_appointment_and_the_row_is_there) {
  running_engine engine;
  const auto call =
      engine.place(engine.says({"I want to book a cleaning next Tuesday at two thirty",
                                "my name is Emily Clark", "yes please", "no thank you"}));
  ASSERT_TRUE(engine.wait_for_end(call));
  EXPECT_FALSE(call->facts().lost) << call->facts().ended_by;
  EXPECT_EQ(call->facts().streams, 1u);
  const auto stored = engine.ended_call(call->facts().call_sid);
  EXPECT_EQ(stored["outcome"], "booked") << stored.dump(1);
  for (const auto& turn : stored["turns"])
    if (turn["role"] == "agent") {
      EXPECT_EQ(turn["heard"], turn["text"]);
    }
  const auto rows = engine.stored("appointments");
  ASSERT_EQ(rows.size(), 1u) << stored.dump(1);
  EXPECT_EQ(rows[0]["starts_at"], "2026-11-24T19:30:00.000Z");
  EXPECT_EQ(rows[0]["service_id"], "cleaning");
  EXPECT_EQ(rows[0]["call_sid"], call->facts().call_sid);
  EXPECT_EQ(rows[0]["status"], "booked");
  for (const auto gap : call->facts().gaps)
    EXPECT_LT(gap, 2500ms);
}

TEST(call, keeps_a_hostile_caller_name_harmless) {
  running_engine engine;
  auto plan = engine.says({});
  plan.habits.hang_up = 200ms;
  plan.caller_name = "\"'); DROP TABLE calls;-- </Say><Dial>+1</Dial>\x01\x1b[2J\xef\xbf\xbe&\xff";
  const auto call = engine.place(std::move(plan));
  ASSERT_TRUE(engine.wait_for_end(call));
  EXPECT_FALSE(call->facts().lost) << call->facts().ended_by;
  EXPECT_TRUE(call->facts().dialled.empty());
  const auto stored = engine.ended_call(call->facts().call_sid);
  ASSERT_TRUE(stored.is_object());
  const auto name = stored["caller_name"].get<std::string>();
  EXPECT_THAT(name, HasSubstr("DROP TABLE calls;--"));
  for (const auto* bad : {"\x01", "\x1b", "\xef\xbf\xbe", "\xff"})
    EXPECT_THAT(name, Not(HasSubstr(bad)));
  EXPECT_EQ(engine.stored("calls").size(), 1u);
}

TEST(call, beyond_the_limit_is_asked_for_a_message_and_the_limit_is_exact) {
  running_engine engine([](engine_config& config) { config.limits.max_calls = 3; });
  unsigned streams = 0, messages = 0, answered = 0;
  for (int i = 0; i < 8; ++i)
    http_fetch(engine.io,
               engine.webhook("/voice/incoming", engine.ringing("CA" + std::to_string(i))),
               [&](result<http_response> answer) {
                 ++answered;
                 ASSERT_TRUE(answer);
                 streams += testing::offer_in(answer->body).url.empty() ? 0 : 1;
                 messages += answer->body.find("<Record") == std::string::npos ? 0 : 1;
               });
  ASSERT_TRUE(engine.wait([&] { return answered == 8; }));
  EXPECT_EQ(streams, 3u);
  EXPECT_EQ(messages, 5u);
}

TEST(call, that_finds_all_lines_busy_can_leave_a_message_and_the_next_one_gets_the_free_line) {
  running_engine engine([](engine_config& config) { config.limits.max_calls = 1; });
  const auto first = engine.place(engine.says({}));
  ASSERT_TRUE(engine.wait([&] { return first->streaming(); }));
  const auto second = engine.place(engine.says({"please call me back"}));
  ASSERT_TRUE(engine.wait_for_end(second));
  EXPECT_EQ(second->facts().streams, 0u);
  ASSERT_EQ(second->facts().messages_left.size(), 1u);
  ASSERT_FALSE(second->facts().carrier_said.empty());
  EXPECT_THAT(second->facts().carrier_said[0], HasSubstr("lines are busy"));
  const auto rows = engine.stored("messages");
  ASSERT_EQ(rows.size(), 1u) << "the page and its callback are one message";
  EXPECT_EQ(rows[0]["call_sid"], second->facts().call_sid);
  first->hang_up("enough");
  ASSERT_TRUE(engine.wait_for_end(first));
  EXPECT_EQ(engine.ended_call(first->facts().call_sid)["carrier_status"], "completed");
  const auto third = engine.place(engine.says({}));
  EXPECT_TRUE(engine.wait([&] { return third->streaming(); }));
}

TEST(call, beyond_the_limit_of_its_assistant_is_asked_for_a_message_while_others_are_taken) {
  running_engine engine([](engine_config& config) {
    auto other = config.assistants[0];
    config.assistants[0].max_calls = 1;
    other.id = other.tenant_id = "other";
    other.is_default = false;
    other.numbers = {"+15550100777"};
    config.assistants.push_back(std::move(other));
  });
  const auto first = engine.place(engine.says({}));
  ASSERT_TRUE(engine.wait([&] { return first->streaming(); }));
  const auto second = engine.place(engine.says({"please call me back"}));
  auto plan = engine.says({});
  plan.to = "+15550100777";
  const auto others = engine.place(std::move(plan));
  EXPECT_TRUE(engine.wait([&] { return others->streaming(); }));
  ASSERT_TRUE(engine.wait_for_end(second));
  EXPECT_EQ(second->facts().streams, 0u);
  EXPECT_EQ(second->facts().messages_left.size(), 1u);
  EXPECT_THAT(engine.get("/metrics").body,
              HasSubstr("trunkline_calls_refused_total{why=\"assistant_full\"} 1\n"));
  EXPECT_TRUE(first->live());
}

TEST(call, goes_on_while_the_engine_drains_and_new_ones_leave_a_message) {
  running_engine engine;
  const auto live = engine.place(engine.says({"what are your opening hours"}));
  ASSERT_TRUE(engine.wait([&] { return live->streaming(); }));
  std::atomic<bool> drained{false};
  engine.running->request_drain([&] { drained = true; });
  ASSERT_TRUE(engine.wait([&] { return engine.get("/ready").status == 503; }));
  EXPECT_EQ(engine.get("/healthz").status, 200u);
  const auto late = engine.place(engine.says({}));
  ASSERT_TRUE(engine.wait_for_end(late));
  EXPECT_EQ(late->facts().streams, 0u);
  EXPECT_EQ(late->facts().messages_left.size(), 1u);
  EXPECT_FALSE(drained);
  EXPECT_TRUE(live->live());
  ASSERT_TRUE(engine.wait_for_end(live));
  EXPECT_EQ(live->facts().streams, 1u);
  EXPECT_FALSE(live->facts().gaps.empty()) << "nobody answered the question";
  EXPECT_TRUE(engine.wait([&] { return drained.load(); }));
}

TEST(call, keeps_the_carriers_last_word_when_its_callbacks_come_out_of_order) {
  running_engine engine;
  const auto call = engine.place(engine.says({}));
  ASSERT_TRUE(engine.wait([&] { return call->streaming(); }));
  call->hang_up("enough");
  ASSERT_TRUE(engine.wait_for_end(call));
  const auto sid = call->facts().call_sid;
  ASSERT_EQ(engine.ended_call(sid)["carrier_status"], "completed");
  for (const auto* late : {"0", "7"}) {
    auto fields = engine.ringing(sid);
    fields.back().second = "in-progress";
    fields.emplace_back("SequenceNumber", late);
    EXPECT_EQ(engine.post("/voice/status", fields).status, 204u);
  }
  EXPECT_EQ(engine.call(sid)["carrier_status"], "completed");
}

TEST(call, stores_a_recording_once_however_often_it_is_told) {
  running_engine engine;
  const auto call = engine.place(engine.says({}));
  ASSERT_TRUE(engine.wait([&] { return call->streaming(); }));
  call->hang_up("enough");
  ASSERT_TRUE(engine.wait_for_end(call));
  auto fields = engine.ringing(call->facts().call_sid);
  fields.emplace_back("RecordingSid", "RE1");
  fields.emplace_back("RecordingUrl", "https://api.twilio.com/Recordings/RE1");
  fields.emplace_back("RecordingDuration", "12");
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(engine.post("/voice/status", fields).status, 204u);
    EXPECT_EQ(engine.post("/voice/after?step=recorded", fields).status, 200u);
  }
  const auto rows = engine.stored("messages");
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0]["recording_seconds"], 12);
  EXPECT_EQ(rows[0]["recording_url"], "https://api.twilio.com/Recordings/RE1");
}

} // namespace
} // namespace trunkline
