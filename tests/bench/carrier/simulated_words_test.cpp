// The simulated carrier on the channels where it hears and speaks itself: relay and gather.

#include "bench/carrier/simulated_call.hpp"
#include "tests/bench/carrier/word_engine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace trunkline {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using kind = call_event::kind;

using testing::line_audio;
using testing::token;
using testing::word_engine;

class simulated_words_test : public ::testing::Test {
protected:
  simulated_words_test() {
    carrier.url = engine.base;
    carrier.webhooks.token = token;
    plan.habits.silence = 150ms;
    plan.habits.hang_up = 1500ms;
    plan.habits.patience = 4000ms;
  }
  void TearDown() override {
    engine.server->close_all();
    io.restart();
    io.run_for(50ms);
    call.reset();
    engine.server.reset();
  }

  void line(const std::string& text, script_line what = {},
            std::chrono::milliseconds length = 600ms) {
    what.say = {text};
    plan.script.lines.push_back({what, {{text, length > 0ms ? line_audio(length) : nullptr}}});
    plan.script.script.lines.push_back(what);
  }
  void run() {
    bool finished = false;
    call = std::make_shared<simulated_call>(
        io, carrier, plan, [this](const call_event& one) { events.push_back(one); });
    call->start([&] { finished = true; });
    const auto limit = std::chrono::steady_clock::now() + 15s;
    while (!finished && std::chrono::steady_clock::now() < limit)
      io.run_one_for(50ms);
    EXPECT_TRUE(finished);
  }
  std::vector<std::string> texts(kind wanted) const {
    std::vector<std::string> all;
    for (const auto& one : events)
      if (one.what == wanted)
        all.push_back(one.text);
    return all;
  }

  boost::asio::io_context io;
  word_engine engine{io};
  carrier_settings carrier;
  call_plan plan;
  std::shared_ptr<simulated_call> call;
  std::vector<call_event> events;
};

TEST_F(simulated_words_test, a_relay_call_is_set_up_spoken_and_ended) {
  line("I would like to book a cleaning");
  engine.on_heard = [](word_engine::relay& to, const relay_heard& heard) {
    const auto* prompt = std::get_if<relay_prompt>(&heard);
    if (!prompt || !prompt->last)
      return;
    to.say(relay_text{"Good ", false, "", {}, {}});
    to.say(relay_text{"bye.", true, "", {}, {}});
    to.say(relay_end{R"({"reason":"done"})"});
  };
  run();
  const auto setups = engine.all<relay_setup>();
  ASSERT_EQ(setups.size(), 1u);
  EXPECT_EQ(setups[0].call_sid, call->facts().call_sid);
  EXPECT_EQ(setups[0].parameters,
            (std::vector<std::pair<std::string, std::string>>{{"token", "one"}}));
  EXPECT_TRUE(std::holds_alternative<relay_setup>(engine.heard.front()));
  const auto prompts = engine.all<relay_prompt>();
  ASSERT_GE(prompts.size(), 2u);
  EXPECT_FALSE(prompts.front().last);
  EXPECT_TRUE(prompts.back().last);
  EXPECT_EQ(prompts.back().text, "I would like to book a cleaning");
  EXPECT_TRUE(prompts.back().text.starts_with(prompts.front().text));
  EXPECT_THAT(texts(kind::carrier_says), ElementsAre("Hello there.", "Good bye."));
  const auto action = engine.last("/relay/action");
  EXPECT_EQ(action.text("SessionStatus"), "ended");
  EXPECT_EQ(action.text("HandoffData"), R"({"reason":"done"})");
  EXPECT_EQ(call->facts().ended_by, "hung up by TwiML");
}

TEST_F(simulated_words_test, speaking_over_the_agent_interrupts_and_tells_what_was_heard) {
  line("hello");
  script_line over;
  over.barge_in = 700ms;
  line("wait, not that", over);
  script_line keys;
  keys.dtmf = "1";
  keys.hang_up = true;
  line("", keys, 0ms);
  const std::string reply = "We have a slot on Tuesday at ten, and one on Wednesday at noon too.";
  engine.on_heard = [&](word_engine::relay& to, const relay_heard& heard) {
    const auto* prompt = std::get_if<relay_prompt>(&heard);
    if (prompt && prompt->last)
      to.say(relay_text{prompt->text == "hello" ? reply : "Sorry.", true, "", {}, {}});
  };
  run();
  const auto interrupts = engine.all<relay_interrupt>();
  ASSERT_EQ(interrupts.size(), 1u);
  EXPECT_TRUE(reply.starts_with(interrupts[0].heard)) << interrupts[0].heard;
  EXPECT_FALSE(interrupts[0].heard.empty());
  EXPECT_LT(interrupts[0].heard.size(), reply.size() / 2);
  EXPECT_GE(interrupts[0].after, 700ms);
  EXPECT_EQ(engine.all<relay_digit>().size(), 1u);
}

TEST_F(simulated_words_test, ten_bad_messages_close_the_relay_and_the_action_hears_of_it) {
  engine.on_heard = [](word_engine::relay& to, const relay_heard& heard) {
    if (std::holds_alternative<relay_setup>(heard))
      for (int i = 0; i < 10; ++i)
        to.socket->send_text(R"({"type":"text"})");
  };
  run();
  EXPECT_EQ(engine.all<relay_error>().size(), 10u);
  EXPECT_THAT(engine.closes, ElementsAre(1007));
  EXPECT_EQ(engine.last("/relay/action").text("SessionStatus"), "failed");
  EXPECT_EQ(engine.last("/relay/action").text("ErrorCode"), "64105");
}

TEST_F(simulated_words_test, gather_posts_speech_partials_keys_and_falls_through_on_silence) {
  twiml::gather first;
  first.prompt = {"How can I help?", "", ""};
  first.action = "/call/process-speech?turn=1";
  first.otherwise = "/voice/after";
  first.partial_callback = "/call/partial";
  auto second = first;
  second.prompt.text = "Press one to confirm.";
  second.action = "/call/process-speech-2";
  second.digits = 1;
  auto third = first;
  third.prompt.text = "Anything else?";
  third.timeout_s = 1;
  engine.pages["/voice/incoming"] = twiml::gather_turn(first);
  engine.pages["/call/process-speech"] = twiml::gather_turn(second);
  engine.pages["/call/process-speech-2"] = twiml::gather_turn(third);
  engine.pages["/call/partial"] = "";
  line("I want to book a cleaning for Tuesday");
  script_line keys;
  keys.when = "press one";
  keys.dtmf = "1";
  line("", keys, 0ms);
  run();
  const auto spoken = engine.last("/call/process-speech");
  EXPECT_EQ(spoken.text("SpeechResult"), "I want to book a cleaning for Tuesday");
  EXPECT_EQ(spoken.text("Confidence"), "0.92");
  EXPECT_THAT(engine.paths(), Contains("/call/partial"));
  EXPECT_EQ(engine.last("/call/process-speech-2").text("Digits"), "1");
  EXPECT_THAT(engine.paths(), Contains("/voice/after")); // the silence
  EXPECT_THAT(texts(kind::carrier_says), ElementsAre("How can I help?", "Press one to confirm.",
                                                     "Anything else?", "Good bye."));
}

TEST_F(simulated_words_test, a_caller_who_pressed_keys_waits_for_what_comes_of_them) {
  twiml::gather number;
  number.prompt = {"What is your number?", "", ""};
  number.action = "/call/process-speech";
  number.otherwise = "/voice/after";
  engine.pages["/voice/incoming"] = twiml::gather_turn(number);
  number.prompt.text = "Good bye.";
  number.timeout_s = 1;
  engine.pages["/call/process-speech"] = twiml::gather_turn(number);
  script_line keys;
  keys.when = "your number";
  keys.dtmf = "55";
  line("", keys, 0ms); // complete after a pause that is longer than this caller's silences
  run();
  EXPECT_EQ(engine.last("/call/process-speech").text("Digits"), "55");
}

} // namespace
} // namespace trunkline
