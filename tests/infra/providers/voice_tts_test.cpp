#include "infra/providers/voice_tts.hpp"

#include "bench/providers/chat_stand_ins.hpp"
#include "bench/providers/deepgram_stand_in.hpp"
#include "bench/providers/recogniser_stand_ins.hpp"
#include "bench/providers/voice_stand_ins.hpp"
#include "protocol/azure/synthesis.hpp"
#include "protocol/coqui/speech.hpp"
#include "protocol/deepgram/speak.hpp"
#include "protocol/elevenlabs/speech.hpp"
#include "protocol/openai/speech.hpp"
#include "protocol/polly/speech.hpp"
#include "tests/infra/providers/speaking_bench.hpp"

#include <random>

namespace trunkline {
namespace {

using namespace testing;
using ::testing::HasSubstr;

struct voice {
  std::string name, path;
  std::unique_ptr<stand_in_service> (*stand_in)();
  std::shared_ptr<const voice_codec> (*codec)();
  std::string words = "stand-in trouble"; ///< of its refusals
  bool headless = true;                   ///< garbage cannot be told from sound

  friend void PrintTo(const voice& one, std::ostream* to) { *to << one.name; }
};

voice_stand_in_settings quick() {
  voice_stand_in_settings settings;
  settings.first_audio = {5ms, 0};
  settings.between_chunks = 1ms;
  return settings;
}

std::unique_ptr<stand_in_service> quick_openai() {
  chat_stand_in_settings settings;
  settings.voice = {5ms, 0};
  return openai_stand_in(std::move(settings));
}

std::unique_ptr<stand_in_service> quick_azure() {
  recogniser_stand_in_settings settings;
  settings.voice = {5ms, 0};
  return azure_stand_in(std::move(settings));
}

std::unique_ptr<stand_in_service> quick_deepgram() {
  deepgram_stand_in_settings settings;
  settings.voice = {5ms, 0};
  return deepgram_stand_in(std::move(settings));
}

std::shared_ptr<const voice_codec> polly_codec(bool mulaw) {
  polly_speech_settings settings;
  settings.credentials = {"AKIDEXAMPLE", "secret", {}};
  settings.host = "127.0.0.1";
  settings.mulaw = mulaw;
  settings.amz_date = [] { return std::string{"20260131T101500Z"}; };
  return std::make_shared<polly_speech>(std::move(settings));
}

const voice voices[] = {
    {"openai", "/v1", quick_openai,
     []() -> std::shared_ptr<const voice_codec> {
       return std::make_shared<openai_speech>(openai_speech_settings{});
     }},
    {"polly", "", [] { return polly_stand_in(quick()); }, [] { return polly_codec(false); }},
    {"azure", "", quick_azure,
     []() -> std::shared_ptr<const voice_codec> {
       return std::make_shared<azure_synthesis>(azure_synthesis_settings{});
     },
     ""},
    {"aura", "", quick_deepgram,
     []() -> std::shared_ptr<const voice_codec> {
       return std::make_shared<deepgram_speak>(deepgram_speak_settings{});
     }},
    {"coqui", "", [] { return coqui_stand_in(quick()); },
     []() -> std::shared_ptr<const voice_codec> {
       return std::make_shared<coqui_speech>(coqui_speech_settings{});
     },
     "Internal Server Error", false},
    {"elevenlabs", "", [] { return elevenlabs_stand_in(quick()); },
     []() -> std::shared_ptr<const voice_codec> {
       return std::make_shared<elevenlabs_speech>(elevenlabs_speech_settings{});
     }},
    {"polly_mulaw", "", [] { return polly_stand_in(quick()); }, [] { return polly_codec(true); }},
};

class voice_bench : public speaking_bench {
public:
  void serve_voice(const voice& which) {
    serve(which.stand_in());
    use(which);
  }
  void use(const voice& which) {
    voice_tts_settings settings;
    settings.endpoint = {which.name, server->base_url() + which.path, {400ms, 400ms, 4000ms}};
    settings.voice = "en-US-Voice";
    settings.first_audio = settings.between_chunks = 400ms;
    tts = std::make_shared<voice_tts>(loop, settings, which.codec());
  }
};

class voice_tts_test : public ::testing::TestWithParam<voice>, public voice_bench {};

TEST_P(voice_tts_test, speaks_each_sentence_whole_on_kept_connections) {
  serve_voice(GetParam());
  open();
  const std::string first = "We have Tuesday at nine.", second = "Or Wednesday at two.";
  session->speak(1, first);
  session->speak(2, second);
  session->speak(3, first);
  ASSERT_TRUE(run_until([&] { return ended() == 3; }));
  for (const auto& [id, text] : {std::pair{1, first}, {2, second}, {3, first}}) {
    EXPECT_FALSE(spoken[id].why) << spoken[id].why->context;
    const auto expected = static_cast<double>(humming(text).size());
    EXPECT_NEAR(static_cast<double>(spoken[id].bytes), expected, expected / 50 + 80);
  }
  EXPECT_LE(server->counts().connections, 3u); // one warmed ahead, two at once at most
  EXPECT_EQ(server->counts().requests, 3u);
  run_for(20ms);
  session->speak(4, second);
  ASSERT_TRUE(run_until([&] { return ended() == 4; }));
  EXPECT_LE(server->counts().connections, 3u);
}

TEST_P(voice_tts_test, nothing_comes_of_sentences_that_were_cancelled) {
  serve_voice(GetParam());
  open();
  std::mt19937 random{17};
  for (uint64_t id = 1; id < 60; id += 3) {
    for (uint64_t i = 0; i < 3; ++i)
      session->speak(id + i, "A sentence that is interrupted soon.");
    run_for(milliseconds{random() % 14});
    session->cancel();
    const auto before = events;
    run_for(8ms);
    EXPECT_EQ(events, before);
  }
  session->speak(100, "Now listen.");
  ASSERT_TRUE(run_until([&] { return spoken[100].ended; }));
  EXPECT_FALSE(spoken[100].why);
}

TEST_P(voice_tts_test, is_silent_once_its_session_is_gone) {
  serve_voice(GetParam());
  std::mt19937 random{19};
  for (int round = 0; round < 20; ++round) {
    open();
    session->speak(1, "A sentence that nobody waits for.");
    session->speak(2, "Nor for this one.");
    run_for(milliseconds{random() % 14});
    session.reset();
    const auto before = events;
    run_for(8ms);
    EXPECT_EQ(events, before);
  }
}

INSTANTIATE_TEST_SUITE_P(voices, voice_tts_test, ::testing::ValuesIn(voices),
                         [](const auto& given) { return given.param.name; });

const fault_outcome voice_faults[] = {
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
    {"reset,pieces=1", failure_kind::unreachable},
    {"stop,pieces=0", failure_kind::timeout},
    {"stop,pieces=1", failure_kind::timeout},
    {"stall,pieces=1,pause=1500", failure_kind::timeout},
    {"garbage", std::nullopt},
    {"huge", failure_kind::unavailable},
    {"drip,pause=20", failure_kind::timeout},
    {"empty", failure_kind::unavailable},
};

// What single services make of it.
std::optional<failure_kind> kind_of(const voice& which, const fault_outcome& expected) {
  const std::string fault = expected.fault;
  const auto is = [&](const char* name) { return which.name.starts_with(name); };
  if (fault == "status=529" && (is("openai") || is("polly")))
    return failure_kind::unavailable; // server_error, ServiceFailureException
  if (fault == "status=400" && is("elevenlabs"))
    return failure_kind::too_large; // max_character_limit_exceeded
  if (fault == "status=500" && is("elevenlabs"))
    return failure_kind::overloaded; // system_busy
  if (fault.starts_with("status=429") && is("elevenlabs"))
    return failure_kind::overloaded; // too_many_concurrent_requests
  if (fault == "garbage" && !which.headless)
    return failure_kind::bad_input;
  if (fault == "huge" && !which.headless)
    return failure_kind::bad_input; // no head of a WAV
  if (fault == "empty" && !which.headless)
    return failure_kind::unreachable; // the sound was cut
  return expected.kind;
}

class voice_tts_faults : public ::testing::TestWithParam<std::tuple<voice, fault_outcome>>,
                         public voice_bench {};

TEST_P(voice_tts_faults, end_a_sentence_with_one_failure_in_time) {
  const auto& [which, expected] = GetParam();
  const std::string fault = expected.fault;
  const auto kind = kind_of(which, expected);
  serve_voice(which);
  meet(fault);
  open();
  session->speak(1, "We have Tuesday at nine, or Wednesday at two.");
  ASSERT_TRUE(run_until([&] { return spoken[1].ended; }, 2000ms)) << "no end in time";
  const auto& one = spoken[1];
  ASSERT_EQ(one.why.has_value(), kind.has_value()) << (one.why ? one.why->context : "");
  if (kind) {
    EXPECT_EQ(one.why->kind, *kind) << one.why->context;
    EXPECT_EQ(one.why->retry_after, fault.find("retry_after") != std::string::npos ? 7000ms : 0ms);
    if (fault.starts_with("status")) {
      EXPECT_THAT(one.why->context, HasSubstr(which.words));
    }
  }
  EXPECT_LE(one.bytes, 8u * 25000) << "no end of sound";
  const auto before = events;
  run_for(30ms);
  EXPECT_EQ(events, before);
  meet("none");
  session->speak(2, "Good morning.");
  ASSERT_TRUE(run_until([&] { return spoken[2].ended; }));
  EXPECT_FALSE(spoken[2].why) << "it does not recover: " << spoken[2].why->context;
}

INSTANTIATE_TEST_SUITE_P(
    faults, voice_tts_faults,
    // The last differs from another in its format only.
    ::testing::Combine(::testing::ValuesIn(std::begin(voices), std::end(voices) - 1),
                       ::testing::ValuesIn(voice_faults)),
    [](const auto& given) {
      return test_name(std::get<0>(given.param).name + "_" + std::get<1>(given.param).fault);
    });

TEST(voice_tts_answers, a_page_is_never_played) {
  voice_bench bench;
  bench.serve(std::make_unique<scripted_service>([](const http_request&) {
    return stand_in_answer{200, "text/html", {}, {{0ms, "<html>Welcome to the hotel</html>"}}};
  }));
  for (const auto& which : voices) {
    bench.use(which);
    bench.open();
    bench.session->speak(1, "Good morning.");
    ASSERT_TRUE(bench.run_until([&] { return bench.spoken[1].ended; }));
    EXPECT_TRUE(bench.spoken[1].why) << which.name;
    EXPECT_EQ(bench.spoken[1].bytes, 0u) << which.name;
  }
}

} // namespace
} // namespace trunkline
