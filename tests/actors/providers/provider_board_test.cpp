#include "actors/providers/provider_board.hpp"

#include "actors/providers/watched.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trunkline {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const failure lost{failure_kind::unreachable, "lost", true};

/// A model, a recogniser and a voice whose events the test makes.
struct puppet_llm : llm_provider {
  std::string name() const override { return "puppet"; }
  std::unique_ptr<llm_stream> start(llm_request, llm_sink given) override {
    ++asked;
    sink = std::move(given);
    return std::make_unique<llm_stream>();
  }
  llm_sink sink;
  int asked = 0;
};

struct puppet_stt : stt_provider {
  struct session : stt_session {
    void speech_started() override {}
    void audio(audio_chunk) override {}
    void speech_ended() override {}
  };
  std::string name() const override { return "puppet"; }
  std::unique_ptr<stt_session> open(stt_sink given) override {
    sink = std::move(given);
    return std::make_unique<session>();
  }
  stt_sink sink;
};

struct puppet_tts : tts_provider {
  struct session : tts_session {
    void speak(uint64_t, std::string) override {}
    void cancel() override {}
  };
  std::string name() const override { return "puppet"; }
  std::unique_ptr<tts_session> open(const std::string&, tts_sink given) override {
    sink = std::move(given);
    return std::make_unique<session>();
  }
  tts_sink sink;
};

class board_test : public ::testing::Test {
protected:
  board_test() {
    board->observe({[this](const provider_transition& change) {
                      changes.push_back(change.key + " " + std::string{to_string(change.to)});
                    },
                    [this](std::string_view, const failure* why, std::chrono::milliseconds) {
                      why ? ++failures : ++successes;
                    }});
  }
  provider_status status() const { return board->list().at(0); }

  provider_board::clock::time_point now{1h};
  std::shared_ptr<provider_board> board =
      std::make_shared<provider_board>(breaker_settings{}, [this] { return now; });
  size_t endpoint = board->add("llm:puppet", {2, 2500ms});
  std::vector<std::string> changes;
  int failures = 0, successes = 0;
};

TEST_F(board_test, knows_an_endpoint_by_its_key) {
  EXPECT_EQ(board->add("llm:puppet", {}), endpoint);
  EXPECT_NE(board->add("tts:puppet", {}), endpoint);
}

TEST_F(board_test, lets_only_so_many_requests_through_at_once) {
  auto first = board->begin(endpoint);
  auto second = board->begin(endpoint);
  ASSERT_TRUE(first && second);
  EXPECT_FALSE(board->usable(endpoint));
  EXPECT_FALSE(board->begin(endpoint));
  first.reset();
  EXPECT_TRUE(board->usable(endpoint));
  EXPECT_EQ(status().at_once, 1u);
}

TEST_F(board_test, tells_each_change_of_a_breaker_once) {
  for (int i = 0; i < 6; ++i)
    if (auto attempt = board->begin(endpoint))
      attempt->failed(lost);
  EXPECT_THAT(changes, ElementsAre("llm:puppet open"));
  EXPECT_EQ(status().last_error, "unreachable: lost");
  now += 7s;
  board->poll();
  board->poll();
  EXPECT_THAT(changes, ElementsAre("llm:puppet open", "llm:puppet half_open"));
  for (int i = 0; i < 3; ++i)
    board->begin(endpoint)->good(100ms);
  EXPECT_THAT(changes, ElementsAre("llm:puppet open", "llm:puppet half_open", "llm:puppet closed"));
  EXPECT_EQ(status().last_error, "");
  EXPECT_EQ(failures, 5);
  EXPECT_EQ(successes, 3);
}

TEST_F(board_test, is_tripped_and_reset_by_key_or_by_name_of_the_service) {
  board->add("tts:puppet", {});
  board->add("tts:other", {});
  EXPECT_FALSE(board->trip("nobody"));
  EXPECT_TRUE(board->trip("puppet"));
  EXPECT_THAT(changes, ElementsAre("llm:puppet open", "tts:puppet open"));
  EXPECT_TRUE(board->reset("llm:puppet"));
  EXPECT_TRUE(board->usable(endpoint));
  EXPECT_EQ(board->list()[1].state, breaker_state::open);
}

TEST_F(board_test, counts_a_request_that_was_left_late_as_a_failure_and_an_early_one_as_nothing) {
  board->begin(endpoint)->left(2400ms);
  EXPECT_EQ(failures, 0);
  board->begin(endpoint)->left(2600ms);
  EXPECT_EQ(failures, 1);
  EXPECT_EQ(status().at_once, 0u);
}

TEST_F(board_test, watches_replies) {
  const auto puppet = std::make_shared<puppet_llm>();
  const auto model = watched(std::shared_ptr<llm_provider>{puppet}, board, endpoint);
  std::vector<size_t> heard;
  const auto sink = [&](llm_event event) { heard.push_back(event.index()); };
  auto good = model->start({}, sink);
  EXPECT_EQ(status().at_once, 1u);
  puppet->sink(reply_delta{"yes"});
  puppet->sink(llm_done{});
  EXPECT_EQ(status().good, 1u);
  EXPECT_EQ(status().at_once, 0u) << "the place is free when the reply is over";
  auto bad = model->start({}, sink);
  puppet->sink(lost);
  EXPECT_EQ(status().failed, 1u);
  EXPECT_THAT(heard, ElementsAre(0u, 2u, 3u));
  {
    auto cut = model->start({}, sink);
    puppet->sink(reply_delta{"well"});
  }
  EXPECT_EQ(status().good, 2u) << "a reply that was cut had answered";
  { auto unanswered = model->start({}, sink); }
  EXPECT_EQ(status().good + status().failed, 3u);
  EXPECT_EQ(status().at_once, 0u);
}

TEST_F(board_test, does_not_ask_a_provider_whose_breaker_is_open) {
  const auto puppet = std::make_shared<puppet_llm>();
  const auto model = watched(std::shared_ptr<llm_provider>{puppet}, board, endpoint);
  board->trip("puppet");
  std::string why;
  const auto stream =
      model->start({}, [&](llm_event event) { why = to_string(std::get<failure>(event)); });
  EXPECT_EQ(puppet->asked, 0);
  EXPECT_THAT(why, HasSubstr("unavailable: puppet"));
}

TEST_F(board_test, watches_recognisers_for_their_finals_after_speech) {
  const auto puppet = std::make_shared<puppet_stt>();
  const auto recogniser = watched(std::shared_ptr<stt_provider>{puppet}, board, endpoint);
  auto session = recogniser->open([](stt_event) {});
  EXPECT_EQ(status().at_once, 1u);
  transcript words;
  words.is_final = true;
  puppet->sink(words);
  EXPECT_EQ(status().good, 0u) << "a final while the caller speaks says nothing of its delay";
  session->speech_started();
  session->speech_ended();
  puppet->sink(words);
  puppet->sink(words);
  EXPECT_EQ(status().good, 1u);
  puppet->sink(lost);
  EXPECT_EQ(status().failed, 1u);
  session.reset();
  puppet->sink = nullptr;
  EXPECT_EQ(status().at_once, 0u);
}

TEST_F(board_test, watches_each_sentence_of_a_voice) {
  const auto puppet = std::make_shared<puppet_tts>();
  const auto voice = watched(std::shared_ptr<tts_provider>{puppet}, board, endpoint);
  std::vector<uint64_t> refused;
  auto session = voice->open("", [&](tts_event event) {
    if (std::holds_alternative<failure>(event.what))
      refused.push_back(event.sentence);
  });
  for (uint64_t i = 1; i <= 3; ++i)
    session->speak(i, "text");
  EXPECT_THAT(refused, ElementsAre(3u)) << "two at once";
  puppet->sink({1, audio_chunk{}});
  puppet->sink({1, tts_done{}});
  EXPECT_EQ(status().good, 1u);
  puppet->sink({2, lost});
  EXPECT_EQ(status().failed, 1u);
  session->speak(4, "text");
  session->cancel();
  EXPECT_EQ(status().at_once, 0u);
}

} // namespace
} // namespace trunkline
