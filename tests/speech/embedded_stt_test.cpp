#include "infra/speech/embedded_stt.hpp"

#include "infra/speech/flite_voice.hpp"
#include "infra/speech/sphinx_decoder.hpp"
#include "protocol/text/emergency.hpp"
#include "tests/support/sample_assistant.hpp"
#include "tests/support/spoken_caller.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <sstream>

namespace trunkline {
namespace {

using testing::spoken_caller;
using testing::transcript_recorder;

// One recogniser for all tests: making it is what takes long.
struct shared_recogniser {
  worker_pool pool{"speech", 2, 256};
  std::unique_ptr<embedded_stt> stt =
      embedded_stt::make(pool, testing::sample_assistant(), {}).value();
};

embedded_stt& recogniser() {
  static shared_recogniser shared;
  return *shared.stt;
}

bool has_all(const std::string& text, const std::string& keywords) {
  std::istringstream in{keywords};
  const auto padded = " " + text + " ";
  for (std::string word; in >> word;)
    if (padded.find(" " + word + " ") == std::string::npos)
      return false;
  return true;
}

struct keyword_line {
  const char* say;
  const char* must_have;
};

constexpr keyword_line booking_lines[] = {
    {"I would like to schedule a cleaning", "cleaning"},
    {"I want to book a cleaning for next Tuesday", "cleaning next tuesday"},
    {"a teeth cleaning", "teeth cleaning"},
    {"how about next Tuesday", "next tuesday"},
    {"Tuesday please", "tuesday"},
    {"at half past two please", "half past two"},
    {"two thirty in the afternoon", "two thirty afternoon"},
    {"ten o'clock please", "ten o'clock"},
    {"the third of December", "third december"},
    {"tomorrow morning", "tomorrow morning"},
    {"no Wednesday", "no wednesday"},
    {"yes please", "yes"},
    {"that's right", "right"},
    {"no thank you", "no thank"},
    {"I'd like to cancel my appointment", "cancel appointment"},
    {"can I leave a message for Doctor Lee", "message doctor lee"},
    {"do you take insurance", "insurance"},
};

// How many of the lines arrive with their meaning, and what became of the others.
std::pair<int, std::string> booking_lines_understood(const char* voice) {
  spoken_caller caller{recogniser(), voice};
  std::pair<int, std::string> result;
  for (const auto& line : booking_lines) {
    const auto heard = caller.say(line.say);
    if (has_all(heard.text, line.must_have))
      ++result.first;
    else
      result.second += std::string{"\n  "} + line.say + " -> " + heard.text;
  }
  return result;
}

TEST(embedded_stt, booking_calls_are_understood_in_every_voice) {
  // Of 17 lines, three calls at once; tests/slow measures the rates over all scripts.
  recogniser();
  auto rms = std::async(std::launch::async, booking_lines_understood, "rms");
  auto slt = std::async(std::launch::async, booking_lines_understood, "slt");
  const auto awb = booking_lines_understood("awb");
  EXPECT_GE(awb.first, 14) << awb.second;
  const auto second = slt.get();
  EXPECT_GE(second.first, 11) << second.second;
  const auto third = rms.get();
  EXPECT_GE(third.first, 15) << third.second;
}

TEST(embedded_stt, unrelated_speech_is_mostly_rejected) {
  size_t accepted = 0, count = 0;
  for (const char* voice : {"rms", "awb"}) {
    spoken_caller caller{recogniser(), voice};
    for (const char* line : {"the weather in chicago will be cloudy with a light breeze",
                             "interest rates were raised by the central bank",
                             "the senator refused to comment on the report",
                             "our cat sleeps all day on top of the refrigerator",
                             "this recipe needs flour sugar butter and three eggs",
                             "the rocket launch was delayed because of strong winds"}) {
      const auto heard = caller.say(line);
      EXPECT_GE(heard.utterances, 1u);
      accepted += heard.rejected == 0 ? 1 : 0;
      ++count;
    }
  }
  EXPECT_LE(accepted * 6, count);
}

TEST(embedded_stt, emergencies_are_found_in_the_text_or_the_alternatives) {
  const auto who = testing::sample_assistant();
  size_t found = 0, count = 0;
  for (const char* voice : {"rms", "slt", "awb"}) {
    spoken_caller caller{recogniser(), voice};
    for (const char* line : {"I can't breathe", "I have chest pain", "the bleeding won't stop",
                             "my daughter is unconscious", "this is an emergency"}) {
      const auto heard = caller.say(line);
      bool danger = has_emergency(heard.text, who);
      for (const auto& other : heard.alternatives)
        danger |= has_emergency(other, who);
      found += danger ? 1 : 0;
      ++count;
    }
  }
  EXPECT_GE(found * 10, count * 8) << found << " of " << count;
}

TEST(embedded_stt, interims_come_while_the_caller_speaks) {
  spoken_caller caller{recogniser(), "rms"};
  caller.say("hello"); // the line is known after the first utterance
  EXPECT_GE(caller.say("I would like to book a cleaning for next Tuesday please").interims, 2u);
}

TEST(embedded_stt, a_quiet_caller_is_understood_from_the_first_words) {
  spoken_caller caller{recogniser(), "rms"};
  EXPECT_TRUE(has_all(caller.say("I would like to book a cleaning", 0.1f).text, "book cleaning"));
}

TEST(embedded_stt, each_utterance_gets_one_final_in_order_even_when_decoders_are_scarce) {
  auto& stt = recogniser(); // two pairs of decoders
  const auto sound = synthesize_mulaw("rms", "I would like to book a cleaning").value();
  const auto bytes = std::make_shared<const std::vector<uint8_t>>(sound);
  constexpr size_t callers = 6, utterances = 3;
  std::vector<transcript_recorder> recorders(callers);
  std::vector<std::unique_ptr<stt_session>> sessions;
  for (auto& recorder : recorders)
    sessions.push_back(stt.open(recorder.sink()));
  for (size_t i = 0; i < utterances; ++i)
    for (auto& session : sessions) {
      session->speech_started();
      session->audio({bytes, milliseconds{4000 * i}});
      session->speech_ended();
    }
  for (auto& recorder : recorders) {
    uint64_t next = 1;
    for (const auto& heard : recorder.wait_for_finals(utterances))
      if (heard.is_final) {
        EXPECT_EQ(heard.utterance, next++);
        EXPECT_TRUE(has_all(heard.text, "book cleaning")) << heard.text;
      }
    EXPECT_EQ(next, utterances + 1);
  }
}

TEST(embedded_stt, sessions_that_go_away_give_their_decoders_back) {
  const auto sound = synthesize_mulaw("rms", "I would like to book a cleaning").value();
  const auto bytes = std::make_shared<const std::vector<uint8_t>>(sound);
  for (int i = 0; i < 20; ++i) {
    transcript_recorder dropped;
    const auto session = recogniser().open(dropped.sink());
    session->speech_started();
    session->audio({bytes, milliseconds{0}});
  }
  spoken_caller caller{recogniser(), "rms"};
  EXPECT_TRUE(has_all(caller.say("next Tuesday please").text, "tuesday"));
}

TEST(embedded_stt, beyond_the_waiting_room_an_utterance_is_rejected_at_once) {
  worker_pool pool{"speech", 1, 8};
  embedded_stt_settings settings;
  settings.decoders = 1;
  settings.utterances_waiting_max = 1;
  const auto stt = embedded_stt::make(pool, testing::sample_assistant(), settings).value();
  transcript_recorder first, second, third;
  const auto a = stt->open(first.sink()), b = stt->open(second.sink()), c = stt->open(third.sink());
  a->speech_started();
  b->speech_started();
  c->speech_started();
  const auto refused = third.wait_for_finals(1);
  EXPECT_TRUE(refused.at(0).rejected);
  c->speech_ended(); // too late for another final
  a->speech_ended();
  b->speech_ended();
  EXPECT_FALSE(first.wait_for_finals(1).empty());
  EXPECT_FALSE(second.wait_for_finals(1).empty());
  EXPECT_EQ(third.wait_for_finals(1).size(), 1u);
}

TEST(embedded_stt, a_pool_that_refuses_means_rejected_not_stuck) {
  worker_pool pool{"speech", 1, 8};
  embedded_stt_settings settings;
  settings.decoders = 1;
  const auto stt = embedded_stt::make(pool, testing::sample_assistant(), settings).value();
  pool.stop();
  transcript_recorder recorder;
  const auto session = stt->open(recorder.sink());
  session->speech_started();
  session->speech_ended();
  EXPECT_TRUE(recorder.wait_for_finals(1).at(0).rejected);
}

TEST(embedded_stt, strange_names_are_given_a_pronunciation_and_reported) {
  auto who = testing::sample_assistant();
  who.services.push_back({"invisalign", "Invisalign fitting", {"zyq 3d x9"}, {}});
  who.extra_phrases = {"d\xc3\xa9j\xc3\xa0 vu", "", "24/7 please"};
  auto dictionary = pronunciations::load(sphinx_model_dir / "cmudict-en-us.dict").value();
  const auto gaps = dictionary_gaps(who, dictionary);
  const auto found = [&](const std::string& word) {
    return std::find_if(gaps.begin(), gaps.end(),
                        [&](const auto& gap) { return gap.word == word; });
  };
  ASSERT_NE(found("invisalign"), gaps.end());
  EXPECT_EQ(found("invisalign")->source, "services: Invisalign fitting");
  EXPECT_FALSE(found("invisalign")->pronunciation.empty());
  ASSERT_NE(found("zyq 3d x9"), gaps.end());
  EXPECT_TRUE(found("zyq 3d x9")->pronunciation.empty());
}

TEST(embedded_stt, making_and_using_it_prints_nothing) {
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  {
    worker_pool pool{"speech", 1, 64};
    embedded_stt_settings settings;
    settings.decoders = 1;
    const auto stt = embedded_stt::make(pool, testing::sample_assistant(), settings).value();
    spoken_caller{*stt, "rms"}.say("hello");
  }
  EXPECT_EQ(::testing::internal::GetCapturedStdout(), "");
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(embedded_stt, an_unwritable_scratch_directory_is_a_failure_that_names_it) {
  worker_pool pool{"speech", 1, 8};
  embedded_stt_settings settings;
  settings.scratch = "/nonexistent/place";
  const auto stt = embedded_stt::make(pool, testing::sample_assistant(), settings);
  ASSERT_FALSE(stt);
  EXPECT_EQ(stt.error().kind, failure_kind::unavailable);
  EXPECT_NE(stt.error().context.find("/nonexistent/place"), std::string::npos);
}

} // namespace
} // namespace trunkline
