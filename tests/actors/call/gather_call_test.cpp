// A call by <Gather>: the real channel and supervisor, a fake model, on the test's own clock.

#include "actors/gather/gather_actor.hpp"
#include "protocol/phrases/catalogue.hpp"
#include "tests/support/call_fixture.hpp"

#include <gmock/gmock.h>

using namespace trunkline;
using namespace trunkline::testing;
using namespace std::chrono_literals;
using ::testing::HasSubstr;

namespace {

using page_kind = gather_page::kind;
using turn_kind = gather_turn::kind;

class gather_call_test : public call_fixture {
protected:
  gather_call_test() {
    setup.record.channel = "gather";
    auto who = *setup.who;
    spoken_language spanish;
    spanish.tag = "es-US";
    who.languages = {spanish};
    setup.who = std::make_shared<const assistant>(who);
    setup.in_language = [who](const std::string& tag) {
      call_language to;
      to.who = std::make_shared<const assistant>(in_language(who, tag));
      return to;
    };
    setup.start.words = [this](call_actor::pointer parent) -> words_actor {
      auto child = parent->spawn<words_actor::stateful_impl<gather_state>>(
          setup.who->turns, self_handle<call_actor>(parent));
      children[child_role::media] = caf::actor_cast<caf::strong_actor_ptr>(child);
      return child;
    };
    spawn_call();
  }

  /// Posts a webhook; its answers go to `pages`.
  void post(turn_kind what, unsigned page = 0, const std::string& words = {}, unsigned part = 0) {
    gather_turn turn;
    turn.call_sid = "CA0001";
    turn.what = what;
    turn.page = page;
    turn.part = part;
    turn.words = words;
    turn.confidence = confidence;
    turn.answer = [this](gather_page given) { pages.push_back(std::move(given)); };
    tell_from_outside(call, std::move(turn));
    drain();
  }
  /// The caller says something on the page that was given last, and the model answers.
  void exchange_words(const std::string& words, const std::string& answer) {
    post(turn_kind::heard, pages.back().page, words);
    reply(answer);
    finish_reply();
  }
  /// The model asks for another language, and the tool answers.
  void switch_to(const std::string& tag) {
    tell_from_outside(call, tool_wanted{reply_id, attempt, {"t1", "switch_language", "{}"}});
    drain();
    tool_done done{reply_id, "t1", "switch_language", R"({"ok":true})", {}};
    done.effect.kind = tool_effect_kind::language;
    done.effect.language = tag;
    tell_from_outside(call, std::move(done));
    drain();
  }
  const gather_page& last() const { return pages.back(); }

  std::vector<gather_page> pages;
  std::optional<double> confidence;
};

TEST_F(gather_call_test, answers_the_first_webhook_with_the_greeting_and_words_with_the_reply) {
  post(turn_kind::begin);
  ASSERT_EQ(pages.size(), 1u);
  EXPECT_EQ(last().what, page_kind::listen);
  EXPECT_EQ(last().say, setup.who->greeting);
  EXPECT_EQ(last().page, 1u);
  ASSERT_EQ(rows->rows.turns.size(), 1u) << "for another engine, should this one die";
  exchange_words("when are you open", "We are open until five. Anything else?");
  ASSERT_EQ(pages.size(), 2u);
  EXPECT_EQ(last().what, page_kind::listen);
  EXPECT_EQ(last().say, "We are open until five. Anything else?");
  EXPECT_EQ(last().page, 2u);
  ASSERT_FALSE(requests.empty());
  EXPECT_EQ(requests.back().messages.back().text, "when are you open");
}

TEST_F(gather_call_test, has_a_page_for_each_language_of_a_turn_and_goes_on_in_the_new_one) {
  post(turn_kind::begin);
  EXPECT_EQ(last().language, "");
  post(turn_kind::heard, last().page, "en español, por favor");
  reply("Of course. ");
  switch_to("es-US");
  reply("Hablemos en español. ¿Qué desea?");
  finish_reply();
  ASSERT_EQ(pages.size(), 2u);
  EXPECT_EQ(last().what, page_kind::wait) << "the rest is collected at once";
  EXPECT_EQ(last().say, "Of course.");
  EXPECT_EQ(last().language, "");
  post(turn_kind::waited, last().page, {}, last().part);
  ASSERT_EQ(pages.size(), 3u);
  EXPECT_EQ(last().what, page_kind::listen);
  EXPECT_EQ(last().say, "Hablemos en español. ¿Qué desea?");
  EXPECT_EQ(last().language, "es-US");
  post(turn_kind::heard, last().page, "¿a qué hora abren?");
  advance(3010ms);
  EXPECT_EQ(last().what, page_kind::wait);
  EXPECT_EQ(last().say, phrase_text(phrase::one_moment, "es"));
  EXPECT_EQ(last().language, "es-US");
}

TEST_F(gather_call_test, gives_a_repeated_webhook_the_same_answer_and_asks_no_model_for_it) {
  post(turn_kind::begin);
  post(turn_kind::begin);
  exchange_words("when are you open", "Until five.");
  const auto models = requests.size();
  post(turn_kind::heard, 1, "when are you open");
  ASSERT_EQ(pages.size(), 4u);
  EXPECT_EQ(pages[0].say, pages[1].say);
  EXPECT_EQ(pages[2].say, pages[3].say);
  EXPECT_EQ(pages[2].page, pages[3].page);
  EXPECT_EQ(requests.size(), models);
}

TEST_F(gather_call_test, answers_copies_of_one_webhook_together) {
  post(turn_kind::begin);
  post(turn_kind::heard, 1, "when are you open");
  post(turn_kind::heard, 1, "when are you open");
  EXPECT_EQ(requests.size(), 1u);
  reply("Until five.");
  finish_reply();
  ASSERT_EQ(pages.size(), 3u);
  EXPECT_EQ(pages[1].say, "Until five.");
  EXPECT_EQ(pages[2].say, "Until five.");
}

TEST_F(gather_call_test, passes_the_time_when_a_reply_is_late_and_lets_it_be_collected) {
  post(turn_kind::begin);
  post(turn_kind::heard, 1, "is Tuesday free");
  advance(2990ms);
  EXPECT_EQ(pages.size(), 1u);
  advance(20ms);
  ASSERT_EQ(pages.size(), 2u);
  EXPECT_EQ(last().what, page_kind::wait);
  EXPECT_EQ(last().say, phrase_text(phrase::one_moment, "en-US"));
  post(turn_kind::waited, last().page, {}, last().part);
  reply("Tuesday is free.");
  finish_reply();
  ASSERT_EQ(pages.size(), 3u);
  EXPECT_EQ(last().what, page_kind::listen);
  EXPECT_EQ(last().say, "Tuesday is free.");
}

TEST_F(gather_call_test, says_what_there_is_of_a_late_reply_and_the_rest_later) {
  post(turn_kind::begin);
  post(turn_kind::heard, 1, "tell me about Tuesday");
  reply("Tuesday is a good day. Ten ");
  advance(3010ms);
  ASSERT_EQ(pages.size(), 2u);
  EXPECT_EQ(last().what, page_kind::wait);
  EXPECT_EQ(last().say, "Tuesday is a good day.");
  post(turn_kind::waited, last().page, {}, last().part);
  reply("is free.");
  finish_reply();
  EXPECT_EQ(last().say, "Ten is free.");
}

TEST_F(gather_call_test, gives_a_reply_up_as_other_channels_do) {
  post(turn_kind::begin);
  post(turn_kind::heard, 1, "is Tuesday free");
  advance(3010ms);
  post(turn_kind::waited, last().page, {}, last().part);
  advance(3010ms);
  EXPECT_EQ(last().what, page_kind::listen);
  EXPECT_EQ(last().say, phrase_text(phrase::ask_again, "en-US"));
}

TEST_F(gather_call_test, asks_a_silent_caller_twice_then_for_keys_then_for_a_message) {
  post(turn_kind::begin);
  for (int i = 0; i < 2; ++i) {
    post(turn_kind::nothing, last().page);
    reply("Are you still there?");
    finish_reply();
    EXPECT_EQ(last().what, page_kind::listen);
    EXPECT_EQ(last().say, "Are you still there?");
  }
  post(turn_kind::nothing, last().page);
  EXPECT_EQ(last().what, page_kind::keys);
  EXPECT_EQ(last().say, phrase_text(phrase::keypad_menu, "en-US"));
  post(turn_kind::nothing, last().page);
  EXPECT_EQ(last().what, page_kind::over);
  EXPECT_TRUE(ended);
  EXPECT_THAT(stored_call()->next_step, HasSubstr("message"));
}

TEST_F(gather_call_test, does_not_trust_a_bad_guess_and_connects_who_presses_the_key_for_staff) {
  post(turn_kind::begin);
  advance(2s);
  confidence = 0.1;
  for (int i = 0; i < 2; ++i) {
    exchange_words("mumble", "I did not catch that.");
    EXPECT_TRUE(requests.back().messages.back().text.empty() ||
                requests.back().messages.back().text != "mumble");
  }
  post(turn_kind::heard, last().page, "mumble");
  ASSERT_EQ(last().what, page_kind::keys);
  gather_turn turn;
  turn.call_sid = "CA0001";
  turn.what = turn_kind::heard;
  turn.page = last().page;
  turn.keys = "2";
  turn.answer = [this](gather_page given) { pages.push_back(std::move(given)); };
  tell_from_outside(call, std::move(turn));
  drain();
  EXPECT_EQ(last().what, page_kind::over);
  EXPECT_THAT(stored_call()->next_step, HasSubstr("transfer"));
  EXPECT_THAT(stored_call()->next_step, HasSubstr("maria"));
}

TEST_F(gather_call_test, believes_words_whose_confidence_is_zero_or_missing) {
  post(turn_kind::begin);
  confidence = 0.0;
  exchange_words("when are you open", "Until five.");
  EXPECT_EQ(last().say, "Until five.");
  EXPECT_EQ(requests.back().messages.back().text, "when are you open");
}

TEST_F(gather_call_test, puts_an_emergency_through_without_asking_a_model) {
  post(turn_kind::begin);
  post(turn_kind::heard, 1, "I can't breathe");
  EXPECT_EQ(last().what, page_kind::over);
  EXPECT_EQ(last().say, setup.who->emergency_line);
  EXPECT_TRUE(requests.empty());
  EXPECT_TRUE(ended);
  EXPECT_EQ(stored_call()->outcome, "emergency");
  EXPECT_THAT(stored_call()->next_step, HasSubstr("transfer"));
}

TEST_F(gather_call_test, ends_when_no_webhook_comes_any_more) {
  post(turn_kind::begin);
  advance(239s);
  EXPECT_FALSE(ended);
  advance(2s);
  EXPECT_TRUE(ended);
  EXPECT_EQ(stored_call()->end_reason, "media_lost");
}

TEST_F(gather_call_test, does_not_talk_to_itself_while_the_carrier_listens) {
  post(turn_kind::begin);
  advance(60s);
  EXPECT_TRUE(requests.empty());
  EXPECT_EQ(pages.size(), 1u);
}

TEST_F(gather_call_test, leaves_a_caller_to_the_after_page_when_its_channel_dies) {
  post(turn_kind::begin);
  post(turn_kind::heard, 1, "is Tuesday free");
  fail(child_role::media);
  EXPECT_EQ(last().what, page_kind::over) << "nobody waits for a dead channel";
  EXPECT_TRUE(ended);
  EXPECT_THAT(stored_call()->next_step, HasSubstr("resume"));
}

TEST_F(gather_call_test, takes_words_that_were_meant_for_the_tree_before_it) {
  post(turn_kind::heard, 7, "yes please");
  reply("It is done.");
  finish_reply();
  ASSERT_EQ(pages.size(), 1u);
  EXPECT_EQ(last().say, "It is done.");
  EXPECT_EQ(last().page, 8u);
}

} // namespace
