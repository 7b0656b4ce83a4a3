#include "infra/providers/utterance_stt.hpp"

#include "bench/providers/chat_stand_ins.hpp"
#include "protocol/openai/transcription.hpp"
#include "tests/infra/providers/listening_bench.hpp"

#include <random>

namespace trunkline {
namespace {

using namespace testing;
using ::testing::HasSubstr;

struct transcriber {
  std::string name, path;

  friend void PrintTo(const transcriber& one, std::ostream* to) { *to << one.name; }
};

const transcriber transcribers[] = {{"openai", "/v1"}, {"whisper.cpp", ""}, {"speaches", "/v1"}};

class utterance_bench : public listening_bench {
public:
  void serve_transcriber(const transcriber& which) {
    chat_stand_in_settings settings;
    settings.words = words;
    settings.transcription = {10ms, 0};
    serve(openai_stand_in(std::move(settings)));
    use(which);
  }
  void use(const transcriber& which) {
    auto profile = openai_transcription_profile(which.name);
    ASSERT_TRUE(profile);
    utterance_stt_settings settings;
    settings.endpoint = {which.name, server->base_url() + which.path, {400ms, 400ms, 3000ms}};
    stt = std::make_shared<utterance_stt>(loop, settings,
                                          std::make_shared<openai_transcription>(*profile));
  }
};

class utterance_stt_test : public ::testing::TestWithParam<transcriber>, public utterance_bench {};

TEST_P(utterance_stt_test, understands_utterances_in_their_order_on_one_connection) {
  serve_transcriber(GetParam());
  words->will_hear("I would like a cleaning");
  words->will_hear("on Tuesday please");
  open();
  ASSERT_TRUE(run_until([&] { return server->counts().connections == 1; }));
  run_for(20ms);
  say_something();
  ASSERT_TRUE(run_until([&] { return finals.size() == 1 || why; }));
  ASSERT_FALSE(why) << why->context;
  run_for(10ms);
  say_something();
  ASSERT_TRUE(run_until([&] { return finals.size() == 2 || why; }));
  ASSERT_FALSE(why) << why->context;
  EXPECT_EQ(finals[0].text, "I would like a cleaning");
  EXPECT_EQ(finals[1].text, "on Tuesday please");
  EXPECT_EQ(finals[0].utterance, 1u);
  EXPECT_EQ(finals[1].utterance, 2u);
  EXPECT_TRUE(interims.empty());
  EXPECT_EQ(server->counts().connections, 1u);
  EXPECT_EQ(server->counts().requests, 2u);
}

TEST_P(utterance_stt_test, a_click_is_not_asked_about_and_has_its_empty_final) {
  serve_transcriber(GetParam());
  words->always_hears("Thanks for watching!");
  open();
  session->speech_started();
  hear(std::vector<uint8_t>(8 * 120, 0x20));
  session->speech_ended();
  ASSERT_EQ(finals.size(), 1u);
  EXPECT_EQ(finals[0].text, "");
  EXPECT_EQ(finals[0].utterance, 1u);
  run_for(30ms);
  EXPECT_EQ(server->counts().requests, 0u);
}

TEST_P(utterance_stt_test, what_a_model_invents_of_noise_is_rejected) {
  serve_transcriber(GetParam());
  words->always_hears("Thanks for watching!");
  open();
  say_something();
  ASSERT_TRUE(run_until([&] { return finals.size() == 1 || why; }));
  EXPECT_EQ(finals.at(0).text, "");
  EXPECT_TRUE(finals.at(0).rejected);
}

TEST_P(utterance_stt_test, is_silent_once_its_session_is_gone) {
  serve_transcriber(GetParam());
  words->always_hears("gone before it is understood");
  std::mt19937 random{13};
  for (int round = 0; round < 25; ++round) {
    open();
    run_for(milliseconds{random() % 4});
    say_something();
    if (round % 2 == 0)
      say_something();
    run_for(milliseconds{random() % 16});
    session.reset();
    const auto before = events;
    run_for(15ms);
    EXPECT_EQ(events, before);
  }
}

INSTANTIATE_TEST_SUITE_P(transcribers, utterance_stt_test, ::testing::ValuesIn(transcribers),
                         [](const auto& given) { return test_name(given.param.name); });

const fault_outcome transcription_faults[] = {
    {"refuse", failure_kind::unreachable},
    {"hang", failure_kind::timeout},
    {"hang_after_head", failure_kind::timeout},
    {"status=400", failure_kind::bad_input},
    {"status=401", failure_kind::unauthorized},
    {"status=402", failure_kind::quota},
    {"status=403", failure_kind::unauthorized},
    {"status=404", failure_kind::not_found},
    {"status=429,retry_after=7", failure_kind::rate_limited},
    {"status=500", failure_kind::unavailable},
    {"status=529", failure_kind::unavailable}, // server_error
    {"reset,pieces=0", failure_kind::unreachable},
    {"stop,pieces=0", failure_kind::timeout},
    {"stall,pieces=1,pause=1500", failure_kind::timeout},
    {"garbage", failure_kind::bad_input},
    {"huge", failure_kind::bad_input},
    {"drip,pause=60", failure_kind::timeout},
    {"empty", failure_kind::bad_input},
};

class utterance_stt_faults
    : public ::testing::TestWithParam<std::tuple<transcriber, fault_outcome>>,
      public utterance_bench {};

TEST_P(utterance_stt_faults, end_a_session_with_one_failure_in_time) {
  const auto& [which, expected] = GetParam();
  const std::string fault = expected.fault;
  serve_transcriber(which);
  words->always_hears("hello there");
  meet(fault);
  open();
  say_something();
  ASSERT_TRUE(run_until([&] { return why || !finals.empty(); }, 1300ms)) << "no end in time";
  ASSERT_TRUE(why) << finals[0].text;
  EXPECT_EQ(why->kind, *expected.kind) << why->context;
  EXPECT_EQ(why->retry_after, fault.find("retry_after") != std::string::npos ? 7000ms : 0ms);
  if (fault.starts_with("status")) {
    EXPECT_THAT(why->context, HasSubstr("stand-in trouble"));
  }
  const auto before = events;
  meet("none");
  say_something(); // a failed session is told more until its owner has noticed
  run_for(30ms);
  EXPECT_EQ(events, before);
  open();
  say_something();
  ASSERT_TRUE(run_until([&] { return why || !finals.empty(); }));
  ASSERT_FALSE(why) << "it does not recover: " << why->context;
  EXPECT_EQ(finals[0].text, "hello there");
}

INSTANTIATE_TEST_SUITE_P(faults, utterance_stt_faults,
                         ::testing::Combine(::testing::Values(transcribers[0], transcribers[1]),
                                            ::testing::ValuesIn(transcription_faults)),
                         [](const auto& given) {
                           return test_name(std::get<0>(given.param).name + "_" +
                                            std::get<1>(given.param).fault);
                         });

TEST(utterance_stt_answers, a_status_counts_even_when_its_body_is_lost) {
  utterance_bench bench;
  bench.serve(std::make_unique<scripted_service>([](const http_request&) {
    return error_answer(401, R"({"error":{"message":"no such key"}})");
  }));
  bench.use(transcribers[0]);
  bench.meet("stop,pieces=0"); // the head leaves, its body does not
  bench.open();
  bench.say_something();
  ASSERT_TRUE(bench.run_until([&] { return bench.why.has_value(); }));
  EXPECT_EQ(bench.why->kind, failure_kind::unauthorized) << bench.why->context;
}

} // namespace
} // namespace trunkline
