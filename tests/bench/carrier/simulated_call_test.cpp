#include "bench/carrier/rest_stand_in.hpp"
#include "bench/carrier/simulated_call.hpp"

#include "protocol/text/base64.hpp"
#include "tests/bench/carrier/small_engine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace trunkline {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using kind = call_event::kind;

using testing::line_audio;
using testing::small_engine;
using testing::token;
using testing::tone;

class simulated_call_test : public ::testing::Test {
protected:
  simulated_call_test() {
    carrier.url = engine.base;
    carrier.webhooks.token = token;
    plan.habits.silence = 150ms;
    plan.habits.hang_up = 500ms;
    plan.habits.patience = 3000ms;
  }

  void TearDown() override {
    engine.server->close_all();
    if (rest)
      rest->close();
    io.restart();
    io.run_for(50ms);
    call.reset();
    rest.reset();
    engine.server.reset();
  }

  void line(script_line what, std::chrono::milliseconds length = 200ms) {
    what.say = {"line " + std::to_string(plan.script.lines.size())};
    plan.script.lines.push_back(
        {what, {{what.say[0], length > 0ms ? line_audio(length) : nullptr}}});
  }

  void place() {
    call = std::make_shared<simulated_call>(io, carrier, plan, [this](const call_event& event) {
      events.push_back(event);
      if (on_event)
        on_event(event);
    });
    if (rest)
      rest->add(call);
    call->start([this] { finished = true; });
  }

  void run(std::chrono::milliseconds limit = 10s) {
    place();
    wait(limit);
    EXPECT_TRUE(finished);
  }

  void wait(std::chrono::milliseconds limit = 10s) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!finished && std::chrono::steady_clock::now() < end)
      io.run_one_for(100ms);
  }

  size_t count(kind what) const {
    return static_cast<size_t>(std::count_if(
        events.begin(), events.end(), [&](const auto& event) { return event.what == what; }));
  }

  media_time measured(kind what) const {
    const auto found = std::find_if(events.begin(), events.end(),
                                    [&](const auto& event) { return event.what == what; });
    return found == events.end() ? media_time{-1} : found->measured;
  }

  boost::asio::io_context io{1};
  small_engine engine{io};
  carrier_settings carrier;
  call_plan plan;
  std::shared_ptr<simulated_call> call;
  std::unique_ptr<rest_stand_in> rest;
  std::vector<call_event> events;
  std::function<void(const call_event&)> on_event;
  bool finished = false;
};

TEST_F(simulated_call_test, talks_over_a_media_stream_and_hangs_up) {
  plan.record = true;
  plan.caller_name = "Jane \"J\" Doe";
  line({.dtmf = "12#"});
  run();
  EXPECT_THAT(call->facts().ended_by, HasSubstr("nothing left to say"));
  EXPECT_FALSE(call->facts().lost);
  const auto incoming = engine.last("/voice/incoming");
  EXPECT_EQ(incoming.bytes("CallStatus"), "ringing");
  EXPECT_EQ(incoming.bytes("CallerName"), "Jane \"J\" Doe");
  EXPECT_THAT(incoming.text("CallSid"), ::testing::MatchesRegex("CA[0-9a-f]{32}"));
  EXPECT_THAT(engine.statuses(), ElementsAre("0 in-progress", "1 completed"));
  ASSERT_EQ(engine.starts.size(), 1u);
  EXPECT_EQ(engine.starts[0].call_sid, call->facts().call_sid);
  EXPECT_EQ(engine.starts[0].parameters,
            (std::vector<std::pair<std::string, std::string>>{{"token", "one"}}));
  EXPECT_EQ(engine.digits, "12#");
  EXPECT_EQ(engine.stops, 1);
  EXPECT_THAT(engine.marks, ElementsAre("greeting", "answer"));
  // The greeting took 200 ms, the line 200 ms; the engine answers 5 frames after the last word.
  ASSERT_EQ(call->facts().gaps.size(), 1u);
  EXPECT_GE(call->facts().gaps[0], 80ms);
  EXPECT_LE(call->facts().gaps[0], 200ms);
  ASSERT_FALSE(call->spoken().empty());
  EXPECT_TRUE(std::any_of(call->spoken().begin(), call->spoken().end(),
                          [](uint8_t byte) { return byte == tone(1ms)[0]; }));
  EXPECT_TRUE(std::any_of(call->ear().heard().begin(), call->ear().heard().end(),
                          [](uint8_t byte) { return byte == tone(1ms)[0]; }));
}

TEST_F(simulated_call_test, sends_frames_on_an_absolute_schedule_with_true_numbers) {
  line({});
  run();
  const auto& frames = engine.frames;
  ASSERT_GT(frames.size(), 40u);
  for (size_t i = 0; i < frames.size(); ++i) {
    EXPECT_EQ(frames[i].chunk, i + 1);
    EXPECT_EQ(frames[i].timestamp_ms, (i + 1) * 20);
    if (i > 0) {
      EXPECT_GT(frames[i].sequence, frames[i - 1].sequence);
    }
  }
  const auto elapsed = call->facts().duration;
  EXPECT_LE(frames.size() * 20ms, elapsed);
  EXPECT_GE(frames.size() * 20ms, elapsed - 250ms);
}

TEST_F(simulated_call_test, interrupts_and_hears_the_rest_no_more) {
  engine.greeting = 5000ms;
  engine.barge_in = true;
  line({.barge_in = 200ms}, 600ms);
  run();
  EXPECT_EQ(call->facts().media.clears, 1u);
  EXPECT_THAT(engine.marks, ElementsAre("greeting", "answer"));
  ASSERT_EQ(call->ear().utterances().size(), 2u);
  EXPECT_LT(call->ear().utterances()[0].to, 600ms);
  ASSERT_EQ(count(kind::interrupted), 1u);
  EXPECT_LT(measured(kind::interrupted), 60ms); // the engine clears at the first loud frame
}

TEST_F(simulated_call_test, times_an_answer_that_begins_in_the_silence_at_the_end_of_a_line) {
  auto audio = tone(200ms);
  audio.insert(audio.end(), 400 * mulaw_bytes_per_ms, mulaw_silence);
  plan.script.lines.push_back(
      {{.say = {"hello"}},
       {{"hello", std::make_shared<const std::vector<uint8_t>>(std::move(audio))}}});
  run();
  ASSERT_EQ(call->facts().gaps.size(), 1u);
  EXPECT_GE(call->facts().gaps[0], 80ms); // five silent frames
  EXPECT_LE(call->facts().gaps[0], 200ms);
  EXPECT_EQ(count(kind::answer_timed), 1u);
  EXPECT_EQ(count(kind::dead_air), 1u);
  EXPECT_EQ(count(kind::unanswered), 0u);
}

TEST_F(simulated_call_test, speaks_again_when_nobody_answers) {
  engine.greeting = 100ms;
  engine.answers = false;
  plan.habits.speak_anyway = 300ms;
  plan.habits.starts_over = true;
  plan.duration_max = 2500ms;
  line({});
  run();
  EXPECT_GE(count(kind::caller_speaks), 3u);
  EXPECT_EQ(count(kind::unanswered), count(kind::caller_speaks) - 1);
  ASSERT_EQ(count(kind::dead_air), 1u);
  EXPECT_GE(measured(kind::dead_air), 1500ms) << "since the first unanswered words";
}

TEST_F(simulated_call_test, follows_the_redirect_when_the_server_closes_the_stream) {
  engine.on_message = [](auto& stream, const stream_message& message) {
    if (std::holds_alternative<stream_mark>(message))
      stream.socket->close(1000, "done");
  };
  run();
  EXPECT_THAT(engine.paths(), ElementsAre("/voice/incoming", "/voice/after"));
  EXPECT_EQ(engine.last("/voice/after").bytes("CallStatus"), "in-progress");
  EXPECT_THAT(call->facts().carrier_said, ElementsAre("Good bye."));
  EXPECT_EQ(call->facts().ended_by, "hung up by TwiML");
}

TEST_F(simulated_call_test, follows_the_redirect_when_the_stream_is_refused) {
  engine.pages["/voice/incoming"] = twiml::connect_stream({.url = "ws://127.0.0.1:1/voice/stream",
                                                           .parameters = {},
                                                           .action = "",
                                                           .redirect = "/voice/after",
                                                           .say_first = {}});
  run();
  EXPECT_EQ(call->facts().streams, 0u);
  EXPECT_EQ(call->facts().troubles, 1u);
  EXPECT_THAT(call->facts().carrier_said, ElementsAre("Good bye."));
}

TEST_F(simulated_call_test, comes_back_on_a_second_stream) {
  engine.pages["/voice/after"] = engine.pages["/voice/incoming"];
  int marks = 0;
  engine.on_message = [&](auto& stream, const stream_message& message) {
    if (std::holds_alternative<stream_mark>(message) && ++marks == 1)
      stream.socket->close(1011, "broken");
  };
  line({});
  run();
  ASSERT_EQ(engine.starts.size(), 2u);
  EXPECT_NE(engine.starts[0].stream_sid, engine.starts[1].stream_sid);
  EXPECT_EQ(engine.starts[0].call_sid, engine.starts[1].call_sid);
  EXPECT_EQ(call->facts().streams, 2u);
}

TEST_F(simulated_call_test, retries_once_then_takes_the_fallback_url) {
  engine.silent = {"/voice/incoming"};
  engine.pages["/fallback"] = twiml::say({"Please call later.", ""});
  carrier.webhooks.read = 60ms;
  carrier.webhooks.fallback_url = engine.base + "/fallback";
  run();
  EXPECT_THAT(engine.paths(), ElementsAre("/voice/incoming", "/voice/incoming", "/fallback"));
  EXPECT_EQ(engine.last("/fallback").bytes("ErrorUrl"), engine.base + "/voice/incoming");
  EXPECT_THAT(call->facts().carrier_said, ElementsAre("Please call later."));
  EXPECT_EQ(call->facts().troubles, 2u);
}

TEST_F(simulated_call_test, an_error_status_is_not_retried_and_loses_the_call) {
  engine.pages.erase("/voice/incoming");
  run();
  EXPECT_THAT(engine.paths(), ElementsAre("/voice/incoming"));
  EXPECT_TRUE(call->facts().lost);
  EXPECT_THAT(call->facts().ended_by, StartsWith("lost: "));
  EXPECT_THAT(engine.statuses(), ElementsAre("0 failed"));
}

TEST_F(simulated_call_test, text_that_is_not_twiml_loses_the_call) {
  engine.pages["/voice/incoming"] = "<Response><Say>";
  run();
  EXPECT_TRUE(call->facts().lost);
}

TEST_F(simulated_call_test, says_so_when_nobody_is_there) {
  carrier.url = "http://127.0.0.1:1";
  run();
  EXPECT_TRUE(call->facts().lost);
  EXPECT_EQ(call->facts().troubles, 2u); // with its retry
}

TEST_F(simulated_call_test, leaves_a_message_as_the_carrier_records_it) {
  engine.pages["/voice/incoming"] =
      twiml::say_and_record({.prompt = {"After the tone.", ""},
                             .action = "/voice/after?recorded=1",
                             .recording_status_callback = "/voice/recording",
                             .otherwise = {}});
  line({}, 2000ms);
  run();
  EXPECT_THAT(call->facts().messages_left, ElementsAre("line 0"));
  const auto action = engine.last("/voice/after");
  EXPECT_EQ(action.bytes("RecordingDuration"), "2");
  EXPECT_THAT(action.text("RecordingUrl"), StartsWith("https://"));
  const auto callback = engine.last("/voice/recording");
  EXPECT_EQ(callback.bytes("RecordingStatus"), "completed");
  EXPECT_EQ(callback.bytes("RecordingSid"), action.bytes("RecordingSid"));
  EXPECT_THAT(call->facts().carrier_said, ElementsAre("After the tone.", "Good bye."));
}

TEST_F(simulated_call_test, transfers_and_reports_how_it_went) {
  carrier.dial_status = "no-answer";
  engine.pages["/voice/incoming"] = twiml::dial({.say_first = {"Connecting.", ""},
                                                 .number = "+15551230009",
                                                 .action = "/voice/after",
                                                 .caller_id = ""});
  run();
  EXPECT_THAT(call->facts().dialled, ElementsAre("+15551230009"));
  EXPECT_EQ(engine.last("/voice/after").bytes("DialCallStatus"), "no-answer");
  EXPECT_EQ(engine.last("/voice/after").bytes("DialBridged"), "false");
}

TEST_F(simulated_call_test, a_rejected_call_ends_as_busy) {
  engine.pages["/voice/incoming"] = twiml::reject("busy");
  run();
  EXPECT_EQ(call->facts().ended_by, "rejected");
  EXPECT_THAT(engine.statuses(), ElementsAre("0 busy"));
}

TEST_F(simulated_call_test, a_redirect_loop_loses_the_call) {
  engine.pages["/voice/incoming"] = twiml::redirect("/voice/incoming");
  run();
  EXPECT_TRUE(call->facts().lost);
}

TEST_F(simulated_call_test, rest_replaces_the_twiml_of_a_live_call) {
  rest = std::move(*rest_stand_in::start(io, carrier.account_sid, token));
  std::vector<unsigned> statuses;
  const auto post = [&](const std::string& sid, const std::string& secret, form_fields fields,
                        std::function<void()> then) {
    client_request request;
    request.method = "POST";
    request.url = rest->base_url() + "/2010-04-01/Accounts/" + carrier.account_sid + "/Calls/" +
                  sid + ".json";
    request.headers = {
        {"Authorization", "Basic " + base64_encode(carrier.account_sid + ":" + secret)}};
    request.body = render_form(fields);
    http_fetch(io, std::move(request), [&statuses, then](auto answer) {
      statuses.push_back(answer ? answer->status : 0);
      then();
    });
  };
  on_event = [&](const call_event& event) {
    if (event.what != kind::agent_quiet)
      return;
    const auto sid = call->facts().call_sid;
    post(sid, "wrong", {{"Twiml", "<Response/>"}}, [&, sid] {
      post("CA0", token, {{"Twiml", "<Response/>"}}, [&, sid] {
        post(sid, token, {{"Twiml", "<Response><Broken"}}, [&, sid] {
          post(sid, token, {{"Twiml", twiml::say({"Our staff will call you.", ""})}}, [] {});
        });
      });
    });
  };
  run();
  EXPECT_THAT(statuses, ElementsAre(401u, 404u, 400u, 200u));
  EXPECT_EQ(engine.stops, 1);
  EXPECT_THAT(engine.paths(), ElementsAre("/voice/incoming")); // the redirect is not followed
  EXPECT_THAT(call->facts().carrier_said, ElementsAre("Our staff will call you."));
  finished = false;
  post(call->facts().call_sid, token, {{"Status", "completed"}}, [&] { finished = true; });
  wait();
  EXPECT_EQ(statuses.back(), 400u); // over already
}

TEST_F(simulated_call_test, many_calls_run_on_one_thread) {
  constexpr size_t calls = 40;
  http_server_options options;
  std::vector<std::shared_ptr<simulated_call>> all;
  size_t over = 0;
  plan.habits.hang_up = 300ms;
  line({});
  for (size_t i = 0; i < calls; ++i)
    all.push_back(std::make_shared<simulated_call>(io, carrier, plan, nullptr));
  // A few at a time: the engine's door lets 20 unsigned connections of one address in.
  size_t next = 0;
  std::function<void()> start_one = [&] {
    if (next < calls)
      all[next++]->start([&] {
        ++over;
        start_one();
      });
  };
  for (int i = 0; i < 15; ++i)
    start_one();
  const auto end = std::chrono::steady_clock::now() + 30s;
  while (over < calls && std::chrono::steady_clock::now() < end)
    io.run_one_for(100ms);
  EXPECT_EQ(over, calls);
  for (const auto& one : all) {
    EXPECT_FALSE(one->facts().lost);
    EXPECT_EQ(one->facts().gaps.size(), 1u);
  }
}

TEST(resolve_url_test, resolves_as_a_carrier_does) {
  const std::string document = "https://h:1/a/b?c=d#e";
  EXPECT_EQ(resolve_url(document, "/x?y"), "https://h:1/x?y");
  EXPECT_EQ(resolve_url(document, "x"), "https://h:1/a/x");
  EXPECT_EQ(resolve_url(document, ""), "https://h:1/a/b?c=d");
  EXPECT_EQ(resolve_url(document, "http://other/"), "http://other/");
  EXPECT_EQ(resolve_url("https://h", "x"), "https://h/x");
}

} // namespace
} // namespace trunkline
