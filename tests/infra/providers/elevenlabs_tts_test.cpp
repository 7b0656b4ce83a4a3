#include "infra/providers/elevenlabs_tts.hpp"

#include "bench/providers/deepgram_stand_in.hpp"
#include "bench/providers/voice_stand_ins.hpp"
#include "protocol/text/base64.hpp"
#include "protocol/text/json.hpp"
#include "tests/infra/providers/speaking_bench.hpp"

#include <nlohmann/json.hpp>

#include <random>

namespace trunkline {
namespace {

using namespace testing;
using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class eleven_bench : public speaking_bench {
public:
  void serve_voice(milliseconds first_audio = 5ms) {
    voice_stand_in_settings settings;
    settings.first_audio = {first_audio, 0};
    settings.between_chunks = 1ms;
    serve(elevenlabs_stand_in(settings));
    use();
  }
  void use() {
    elevenlabs_tts_settings settings;
    settings.endpoint = {"elevenlabs", server->base_url(), {400ms, 400ms, 2000ms}};
    settings.stream.voice = "voice";
    settings.stream.api_key = "key";
    settings.first_audio = settings.between_chunks = 400ms;
    tts = std::make_shared<elevenlabs_tts>(loop, settings);
  }
};

class elevenlabs_tts_test : public ::testing::Test, public eleven_bench {};

TEST_F(elevenlabs_tts_test, speaks_sentences_in_order_on_one_socket) {
  serve_voice();
  open();
  const std::string text = "We have Tuesday at nine.";
  for (uint64_t id = 1; id <= 5; ++id)
    session->speak(id, text);
  ASSERT_TRUE(run_until([&] { return ended() == 5; }));
  EXPECT_THAT(order, ElementsAre(1, 2, 3, 4, 5));
  for (const auto& [id, one] : spoken) {
    EXPECT_FALSE(one.why) << one.why->context;
    EXPECT_EQ(one.bytes, humming(" " + text + " ").size()) << id;
  }
  EXPECT_EQ(server->counts().sockets, 1u);
}

TEST_F(elevenlabs_tts_test, the_socket_is_there_before_the_first_sentence) {
  serve_voice();
  open();
  ASSERT_TRUE(run_until([&] { return server->counts().sockets == 1; }));
}

TEST_F(elevenlabs_tts_test, what_was_interrupted_is_not_heard_and_costs_no_connection) {
  serve_voice(15ms);
  open();
  session->speak(1, "This is going to be interrupted.");
  session->speak(2, "This as well.");
  ASSERT_TRUE(run_until([&] { return spoken[1].chunks > 0; }));
  session->cancel();
  const auto before = events;
  session->speak(3, "Now listen.");
  ASSERT_TRUE(run_until([&] { return spoken[3].ended; }));
  EXPECT_FALSE(spoken[3].why);
  EXPECT_FALSE(spoken[1].ended || spoken[2].ended);
  EXPECT_EQ(events, before + spoken[3].chunks + 1);
  EXPECT_EQ(server->counts().sockets, 1u);
}

TEST_F(elevenlabs_tts_test, many_interruptions_never_open_a_sixth_context) {
  serve_voice(60ms); // its contexts take long to close
  open();
  uint64_t id = 0;
  for (int round = 0; round < 12; ++round) {
    session->speak(++id, "This is going to be interrupted.");
    session->speak(++id, "This as well.");
    run_for(10ms);
    session->cancel();
  }
  session->speak(++id, "Now listen.");
  ASSERT_TRUE(run_until([&] { return spoken[id].ended; }));
  EXPECT_FALSE(spoken[id].why) << spoken[id].why->context;
  EXPECT_GT(server->counts().sockets, 1u);
  EXPECT_EQ(ended(), 1u);
}

TEST_F(elevenlabs_tts_test, is_silent_once_its_session_is_gone) {
  serve_voice();
  std::mt19937 random{23};
  for (int round = 0; round < 25; ++round) {
    open();
    session->speak(1, "Nobody waits for this.");
    session->speak(2, "Nor for this.");
    run_for(milliseconds{random() % 16});
    if (round % 4 == 0)
      session->cancel();
    session.reset();
    const auto before = events;
    run_for(10ms);
    EXPECT_EQ(events, before);
  }
}

const fault_outcome faults[] = {
    {"refuse", failure_kind::unreachable},
    {"hang", failure_kind::timeout},
    {"hang_after_head", failure_kind::timeout},
    {"status=401", failure_kind::unauthorized},
    {"status=402", failure_kind::quota}, // its 401 that is none
    {"status=429,retry_after=7", failure_kind::overloaded},
    {"status=500", failure_kind::overloaded},
    {"reset,pieces=0", failure_kind::unreachable},
    {"reset,pieces=2", failure_kind::unreachable},
    {"stop,pieces=0", failure_kind::timeout},
    {"stop,pieces=2", failure_kind::timeout},
    {"stall,pieces=2,pause=1500", failure_kind::timeout},
    {"garbage", failure_kind::bad_input},
    {"huge", failure_kind::too_large},
    {"drip,pause=500", failure_kind::timeout},
    {"empty", failure_kind::timeout},
};

class elevenlabs_tts_faults : public ::testing::TestWithParam<fault_outcome>, public eleven_bench {
protected:
  void expect_failure(uint64_t id) {
    const std::string fault = GetParam().fault;
    ASSERT_TRUE(run_until([&] { return spoken[id].ended; }, 2500ms)) << "no end in time";
    const auto& why = spoken[id].why;
    ASSERT_TRUE(why);
    EXPECT_EQ(why->kind, *GetParam().kind) << why->context;
    EXPECT_EQ(why->retry_after, fault.find("retry_after") != std::string::npos ? 7000ms : 0ms);
    if (fault.starts_with("status")) {
      EXPECT_THAT(why->context, HasSubstr("stand-in trouble"));
    }
    const auto before = events;
    run_for(30ms);
    EXPECT_EQ(events, before);
  }
  void expect_recovery(uint64_t id) {
    meet("none");
    session->speak(id, "Good morning.");
    ASSERT_TRUE(run_until([&] { return spoken[id].ended; }));
    EXPECT_FALSE(spoken[id].why) << "it does not recover: " << spoken[id].why->context;
  }
};

TEST_P(elevenlabs_tts_faults, end_a_sentence_with_one_failure_in_time) {
  serve_voice();
  meet(GetParam().fault);
  open();
  session->speak(1, "We have Tuesday at nine, or Wednesday at two.");
  expect_failure(1);
  expect_recovery(2);
}

INSTANTIATE_TEST_SUITE_P(faults, elevenlabs_tts_faults, ::testing::ValuesIn(faults),
                         [](const auto& given) { return test_name(given.param.fault); });

TEST_F(elevenlabs_tts_test, a_socket_that_does_not_open_is_told_to_the_next_sentence_at_once) {
  serve_voice();
  meet("status=401");
  open();
  ASSERT_TRUE(run_until([&] { return server->counts().sockets == 1; }));
  run_for(30ms);
  session->speak(1, "Good morning.");
  ASSERT_TRUE(spoken[1].ended);
  EXPECT_EQ(spoken[1].why->kind, failure_kind::unauthorized);
  meet("none");
  session->speak(2, "Good morning.");
  ASSERT_TRUE(run_until([&] { return spoken[2].ended; }));
  EXPECT_FALSE(spoken[2].why) << spoken[2].why->context;
}

/// Takes orders and says what the test tells it to.
struct puppet_socket : stand_in_socket {
  explicit puppet_socket(std::vector<puppet_socket*>& all) { all.push_back(this); }
  void on_message(std::string_view bytes, bool) override {
    orders.push_back(json::parse(bytes));
    if (auto text = string_member(orders.back(), "text"); text.size() > 1)
      context = string_member(orders.back(), "context_id");
  }
  void say(const json& message) { out_.send(0ms, message.dump(), false); }
  void say_audio(const std::string& of, size_t bytes) {
    say({{"audio", base64_encode(std::string(bytes, 'a'))}, {"contextId", of}});
  }
  void finish(const std::string& which) { say({{"isFinal", true}, {"contextId", which}}); }
  void close(uint16_t code, const std::string& reason) { out_.close(code, reason); }
  std::vector<json> orders;
  std::string context; ///< of the last text
};

class elevenlabs_puppet : public elevenlabs_tts_test {
protected:
  void SetUp() override {
    serve(std::make_unique<scripted_service>(
        [](const http_request&) { return error_answer(404, "{}"); },
        [this](const http_request&) { return std::make_unique<puppet_socket>(sockets); }));
    use();
    open();
    ASSERT_TRUE(run_until([&] { return sockets.size() == 1; }));
    run_for(10ms);
  }
  std::string context_of(size_t socket, const std::string& text) {
    const auto sent = [&] {
      for (const auto& one : sockets[socket]->orders)
        if (string_member(one, "text") == text + " ")
          return string_member(one, "context_id");
      return std::string{};
    };
    EXPECT_TRUE(run_until([&] { return sockets.size() > socket && !sent().empty(); }));
    return sent();
  }
  std::vector<puppet_socket*> sockets;
};

TEST_F(elevenlabs_puppet, an_idle_close_is_reopened_with_the_next_sentence) {
  sockets[0]->close(1008, "input_timeout_exceeded");
  run_for(20ms);
  session->speak(1, "Good morning.");
  const auto context = context_of(1, "Good morning.");
  sockets[1]->say_audio(context, 1600);
  sockets[1]->finish(context);
  ASSERT_TRUE(run_until([&] { return spoken[1].ended; }));
  EXPECT_FALSE(spoken[1].why) << spoken[1].why->context;
}

TEST_F(elevenlabs_puppet, so_is_one_that_was_complained_of_before) {
  sockets[0]->say({{"error", "input_timeout_exceeded"}, {"message", "no input"}, {"code", 1008}});
  run_for(10ms);
  sockets[0]->close(1008, "input_timeout_exceeded");
  run_for(20ms);
  session->speak(1, "Good morning.");
  const auto context = context_of(1, "Good morning.");
  sockets[1]->say_audio(context, 1600);
  sockets[1]->finish(context);
  ASSERT_TRUE(run_until([&] { return spoken[1].ended; }));
  EXPECT_FALSE(spoken[1].why) << spoken[1].why->context;
}

TEST_F(elevenlabs_puppet, barge_in_leaves_other_contexts_alone) {
  session->speak(1, "One.");
  const auto first = context_of(0, "One.");
  session->cancel();
  session->speak(2, "Two.");
  const auto second = context_of(0, "Two.");
  EXPECT_NE(first, second);
  size_t closed = 0;
  for (const auto& order : sockets[0]->orders)
    closed += order.value("close_context", false) && string_member(order, "context_id") == first;
  EXPECT_EQ(closed, 1u);
  sockets[0]->say_audio(first, 1600); // still comes, and late
  sockets[0]->say_audio(second, 800);
  sockets[0]->finish(first);
  sockets[0]->say_audio("unknown", 800);
  sockets[0]->finish(second);
  ASSERT_TRUE(run_until([&] { return spoken[2].ended; }));
  EXPECT_EQ(spoken[2].bytes, 800u);
  EXPECT_EQ(spoken.count(1), 0u);
  EXPECT_THAT(sockets, SizeIs(1));
}

TEST_F(elevenlabs_puppet, sound_that_drips_is_no_progress) {
  session->speak(1, "One.");
  const auto context = context_of(0, "One.");
  for (int i = 0; i < 40 && !spoken[1].ended; ++i) {
    sockets[0]->say_audio(context, 8); // a millisecond of it
    run_for(30ms);
  }
  ASSERT_TRUE(spoken[1].why);
  EXPECT_EQ(spoken[1].why->kind, failure_kind::timeout);
  EXPECT_THAT(spoken[1].why->context, HasSubstr("more"));
}

TEST_F(elevenlabs_puppet, sound_without_end_is_given_up) {
  session->speak(1, "One.");
  const auto context = context_of(0, "One.");
  for (int i = 0; i < 100 && !spoken[1].ended; ++i) {
    sockets[0]->say_audio(context, 8000);
    run_for(1ms);
  }
  ASSERT_TRUE(spoken[1].why);
  EXPECT_EQ(spoken[1].why->kind, failure_kind::unavailable);
}

TEST_F(elevenlabs_puppet, a_socket_lost_under_a_sentence_is_its_failure) {
  session->speak(1, "One.");
  const auto context = context_of(0, "One.");
  sockets[0]->say_audio(context, 1600);
  ASSERT_TRUE(run_until([&] { return spoken[1].chunks > 0; }));
  sockets[0]->close(1008, "quota_exceeded: no credits");
  ASSERT_TRUE(run_until([&] { return spoken[1].ended; }));
  EXPECT_EQ(spoken[1].why->kind, failure_kind::quota);
  EXPECT_EQ(spoken[1].bytes, 1600u);
}

} // namespace
} // namespace trunkline
