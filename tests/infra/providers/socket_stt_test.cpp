#include "infra/providers/socket_stt.hpp"

#include "bench/providers/recogniser_stand_ins.hpp"
#include "protocol/azure/recognition.hpp"
#include "protocol/deepgram/flux.hpp"
#include "protocol/deepgram/listen.hpp"
#include "protocol/vosk/recognition.hpp"
#include "tests/infra/providers/listening_bench.hpp"

#include <random>

namespace trunkline {
namespace {

using namespace testing;
using ::testing::AnyOf;
using ::testing::HasSubstr;

struct recogniser {
  std::string name;
  std::function<std::unique_ptr<recogniser_codec>()> codec;
  bool has_words = true; ///< its refusals say why

  friend void PrintTo(const recogniser& one, std::ostream* to) { *to << one.name; }
};

std::unique_ptr<recogniser_codec> make_azure() {
  azure_recognition_settings settings;
  settings.key = "key";
  settings.segmentation = 300ms;
  settings.new_id = [] { return std::string(32, 'a'); };
  return std::make_unique<azure_recognition>(settings);
}

const recogniser recognisers[] = {
    {"nova", [] { return std::make_unique<deepgram_listen>(deepgram_listen_settings{}); }},
    {"flux",
     [] {
       deepgram_flux_settings settings;
       settings.eager_eot_threshold = 0.5;
       return std::make_unique<deepgram_flux>(settings);
     }},
    {"vosk", [] { return std::make_unique<vosk_recognition>(vosk_recognition_settings{}); }},
    {"azure", make_azure, false},
};

class socket_bench : public listening_bench {
public:
  void serve_recogniser(const recogniser& which) {
    const latency_spread latency{10ms, 0};
    if (which.name == "vosk" || which.name == "azure") {
      recogniser_stand_in_settings settings{words, latency};
      serve(which.name == "vosk" ? vosk_stand_in(settings) : azure_stand_in(settings));
    } else {
      deepgram_stand_in_settings settings;
      settings.words = words;
      settings.latency = latency;
      serve(deepgram_stand_in(settings));
    }
    use(which);
  }
  void use(const recogniser& which) {
    socket_stt_settings settings;
    settings.endpoint = {which.name, server->base_url(), {400ms, 400ms, 2000ms}};
    settings.assembly.final_within = 500ms;
    stt = std::make_shared<socket_stt>(loop, settings, which.codec);
  }
};

class socket_stt_test : public ::testing::TestWithParam<recogniser>, public socket_bench {};

TEST_P(socket_stt_test, understands_one_utterance_after_the_other) {
  serve_recogniser(GetParam());
  words->will_hear("I would like a cleaning");
  words->will_hear("on Tuesday please");
  open();
  be_silent(100ms); // before the socket is open
  say_something();
  ASSERT_TRUE(run_until([&] { return !finals.empty() || why; }));
  ASSERT_FALSE(why) << why->context;
  EXPECT_EQ(finals[0].text, "I would like a cleaning");
  EXPECT_EQ(finals[0].utterance, 1u);
  run_for(30ms);
  say_something();
  ASSERT_TRUE(run_until([&] { return finals.size() > 1 || why; }));
  ASSERT_FALSE(why) << why->context;
  EXPECT_EQ(finals[1].text, "on Tuesday please");
  EXPECT_EQ(finals[1].utterance, 2u);
  run_for(30ms);
  EXPECT_EQ(finals.size(), 2u);
  EXPECT_EQ(server->counts().sockets, 1u);
}

TEST_P(socket_stt_test, what_was_said_before_the_socket_was_open_is_not_lost) {
  serve_recogniser(GetParam());
  words->will_hear("quick caller");
  open();
  say_something(); // nothing has run on the loop yet
  ASSERT_TRUE(run_until([&] { return !finals.empty() || why; }));
  ASSERT_FALSE(why) << why->context;
  EXPECT_EQ(finals[0].text, "quick caller");
}

TEST_P(socket_stt_test, is_silent_once_its_session_is_gone) {
  serve_recogniser(GetParam());
  words->always_hears("gone before it is understood");
  std::mt19937 random{11};
  for (int round = 0; round < 25; ++round) {
    open();
    if (round % 3 != 0)
      run_for(milliseconds{random() % 8});
    say_something();
    run_for(milliseconds{random() % 20});
    session.reset();
    const auto before = events;
    run_for(15ms);
    EXPECT_EQ(events, before);
  }
}

INSTANTIATE_TEST_SUITE_P(recognisers, socket_stt_test, ::testing::ValuesIn(recognisers),
                         [](const auto& given) { return given.param.name; });

/// `kind`: of the failure that ends the session, at once or at the end of the utterance; none: the
/// utterance ends with what was understood so far.
const fault_outcome socket_faults[] = {
    {"refuse", failure_kind::unreachable},
    {"hang", failure_kind::timeout},
    {"hang_after_head", failure_kind::timeout},
    {"status=400", failure_kind::bad_input},
    {"status=401", failure_kind::unauthorized},
    {"status=402", failure_kind::quota},
    {"status=403", failure_kind::unauthorized},
    {"status=429,retry_after=7", failure_kind::rate_limited},
    {"status=500", failure_kind::unavailable},
    {"status=529", failure_kind::overloaded},
    {"reset,pieces=0", failure_kind::unreachable},
    {"stop,pieces=0", failure_kind::timeout},
    {"garbage", failure_kind::bad_input},
    {"huge", failure_kind::too_large},
    {"empty", failure_kind::timeout},
};

class socket_stt_faults : public ::testing::TestWithParam<std::tuple<recogniser, fault_outcome>>,
                          public socket_bench {};

TEST_P(socket_stt_faults, end_a_session_with_one_failure_in_time) {
  const auto& [which, expected] = GetParam();
  const std::string fault = expected.fault;
  serve_recogniser(which);
  words->always_hears("hello there");
  meet(fault);
  open();
  say_something();
  ASSERT_TRUE(run_until([&] { return why || !finals.empty(); }, 2500ms)) << "no end in time";
  ASSERT_TRUE(why) << "understood: " << finals[0].text;
  // To Azure's codec a message of no known form is none.
  const bool deaf = which.name == "azure" && fault == "garbage";
  EXPECT_EQ(why->kind, deaf ? failure_kind::timeout : *expected.kind) << why->context;
  EXPECT_EQ(why->retry_after, fault.find("retry_after") != std::string::npos ? 7000ms : 0ms);
  if (fault.starts_with("status") && which.has_words) {
    EXPECT_THAT(why->context, HasSubstr("stand-in trouble"));
  }
  const auto before = events;
  say_something(); // a failed session is told more until its owner has noticed
  run_for(30ms);
  EXPECT_EQ(events, before);
  meet("none");
  open();
  say_something();
  ASSERT_TRUE(run_until([&] { return why || !finals.empty(); }));
  ASSERT_FALSE(why) << "it does not recover: " << why->context;
  EXPECT_EQ(finals[0].text, "hello there");
}

INSTANTIATE_TEST_SUITE_P(faults, socket_stt_faults,
                         ::testing::Combine(::testing::ValuesIn(recognisers),
                                            ::testing::ValuesIn(socket_faults)),
                         [](const auto& given) {
                           return test_name(std::get<0>(given.param).name + "_" +
                                            std::get<1>(given.param).fault);
                         });

class socket_stt_midway : public ::testing::TestWithParam<recogniser>, public socket_bench {
protected:
  void meet_when_open(const char* fault) {
    serve_recogniser(GetParam());
    words->always_hears("hello there");
    open();
    ASSERT_TRUE(run_until([&] { return server->counts().sockets == 1; }));
    run_for(20ms);
    meet(fault);
    say_something();
    ASSERT_TRUE(run_until([&] { return why || !finals.empty(); }, 2500ms));
  }
};

TEST_P(socket_stt_midway, a_service_that_goes_away_is_noticed_at_once) {
  serve_recogniser(GetParam());
  open();
  ASSERT_TRUE(run_until([&] { return server->counts().sockets == 1; }));
  run_for(20ms);
  meet("refuse");
  ASSERT_TRUE(run_until([&] { return why.has_value(); }, 300ms));
  EXPECT_EQ(why->kind, failure_kind::unreachable);
  EXPECT_TRUE(why->retryable);
}

TEST_P(socket_stt_midway, an_open_socket_is_reset) {
  meet_when_open("reset,pieces=1");
  ASSERT_TRUE(why);
  EXPECT_EQ(why->kind, failure_kind::unreachable) << why->context;
}

TEST_P(socket_stt_midway, an_open_socket_is_closed_with_an_error) {
  meet_when_open("status=500");
  ASSERT_TRUE(why);
  EXPECT_EQ(why->kind, failure_kind::unavailable) << why->context;
  EXPECT_THAT(why->context, HasSubstr("stand-in trouble"));
}

TEST_P(socket_stt_midway, a_service_that_stalls_costs_the_utterance_its_deadline_and_no_more) {
  meet_when_open("stall,pieces=1,pause=1200");
  const auto ended = events;
  EXPECT_TRUE(why || finals.size() == 1);
  run_for(1000ms); // what comes too late is of no utterance
  EXPECT_LE(finals.size(), 1u);
  if (why) {
    EXPECT_EQ(events, ended);
  }
}

INSTANTIATE_TEST_SUITE_P(recognisers, socket_stt_midway, ::testing::ValuesIn(recognisers),
                         [](const auto& given) { return given.param.name; });

class socket_stt_answers : public ::testing::Test, public socket_bench {};

/// Closes as soon as it hears something.
class closing_socket : public stand_in_socket {
public:
  closing_socket(uint16_t code, std::string reason) : code_(code), reason_(std::move(reason)) {}
  void on_message(std::string_view, bool) override { out_.close(code_, reason_); }

private:
  const uint16_t code_;
  const std::string reason_;
};

TEST_F(socket_stt_answers, a_close_is_understood_by_the_vendors_reason) {
  struct example {
    size_t which;
    uint16_t code;
    const char* reason;
    failure_kind kind;
    bool retryable;
  };
  for (const auto& one : {example{0, 1008, "DATA-0000", failure_kind::bad_input, false},
                          example{0, 1011, "NET-0001", failure_kind::timeout, true},
                          example{3, 1007, "Quota exceeded", failure_kind::quota, false},
                          example{3, 4429, "", failure_kind::rate_limited, true},
                          example{2, 1011, "", failure_kind::unavailable, true}}) {
    serve(std::make_unique<scripted_service>(
        [](const http_request&) { return error_answer(404, "{}"); },
        [one](const http_request&) {
          return std::make_unique<closing_socket>(one.code, one.reason);
        }));
    use(recognisers[one.which]);
    open();
    say_something();
    ASSERT_TRUE(run_until([&] { return why.has_value(); })) << one.reason;
    EXPECT_EQ(why->kind, one.kind) << why->context;
    EXPECT_EQ(why->retryable, one.retryable) << why->context;
    session.reset();
    server.reset();
  }
}

} // namespace
} // namespace trunkline
