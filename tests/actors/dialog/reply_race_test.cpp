#include "actors/dialog/reply_race.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trunkline {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using kind = race_order::kind;

const failure cut_off{failure_kind::unreachable, "cut off", true};
const failure silent{failure_kind::timeout, "silent", true};
const failure refused_key{failure_kind::unauthorized, "no key", false};

class race_test : public ::testing::Test {
protected:
  /// "ask 1 at 0 L0", "drop 1", "template 2", ...
  static std::vector<std::string> shown(const reply_race::orders& all) {
    std::vector<std::string> texts;
    for (const auto& one : all) {
      const auto number = std::to_string(one.attempt);
      switch (one.what) {
      case kind::ask:
        texts.push_back("ask " + number + " at " + std::to_string(one.provider) + " " +
                        std::string{to_string(one.at)} + (one.first ? " first" : "") +
                        (one.shorter ? " shorter" : ""));
        break;
      case kind::drop:
        texts.push_back("drop " + number);
        break;
      case kind::templated:
        texts.push_back("template " + number);
        break;
      case kind::decline:
        texts.push_back("decline");
        break;
      case kind::give_up:
        texts.push_back("give up");
      }
    }
    return texts;
  }
  std::vector<std::string> begin() { return shown(race.begin(view, now)); }
  std::vector<std::string> output(unsigned attempt) { return shown(race.output(attempt)); }
  std::vector<std::string> fail(unsigned attempt, const failure& why) {
    return shown(race.failed(attempt, why, view, now));
  }
  std::vector<std::string> after(std::chrono::milliseconds wait) {
    now += wait;
    return shown(race.tick(view, now));
  }

  reply_race race{ladder{}, race_settings{}};
  race_view view{{true, true}, true};
  reply_race::time_point now{1h};
};

TEST_F(race_test, asks_the_first_model_and_takes_its_words) {
  EXPECT_THAT(begin(), ElementsAre("ask 1 at 0 L0 first"));
  EXPECT_THAT(output(1), IsEmpty());
  EXPECT_EQ(race.winner(), 1u);
  EXPECT_FALSE(race.next_deadline());
  EXPECT_THAT(after(20s), IsEmpty());
}

TEST_F(race_test, starts_at_the_second_when_the_firsts_breaker_is_open) {
  view.usable[0] = false;
  EXPECT_THAT(begin(), ElementsAre("ask 1 at 1 L1"));
}

TEST_F(race_test, begins_with_the_template_when_no_model_may_be_asked) {
  view.usable = {false, false};
  EXPECT_THAT(begin(), ElementsAre("template 1"));
}

TEST_F(race_test, asks_the_next_as_well_when_the_first_is_late_and_takes_who_speaks_first) {
  begin();
  EXPECT_EQ(*race.next_deadline() - now, 2500ms);
  EXPECT_THAT(after(2499ms), IsEmpty());
  EXPECT_THAT(after(1ms), ElementsAre("ask 2 at 1 L1"));
  EXPECT_THAT(output(2), ElementsAre("drop 1"));
  EXPECT_EQ(race.winner(), 2u);
  EXPECT_THAT(fail(1, silent), IsEmpty()) << "dropped already";
}

TEST_F(race_test, lets_the_late_first_win_over_its_hedge) {
  begin();
  after(2500ms);
  EXPECT_THAT(output(1), ElementsAre("drop 2"));
  EXPECT_FALSE(race.running(2));
}

TEST_F(race_test, waits_for_the_other_when_one_of_two_fails) {
  begin();
  after(2500ms);
  EXPECT_THAT(fail(1, silent), IsEmpty());
  EXPECT_THAT(fail(2, cut_off), ElementsAre("ask 3 at 1 L0"));
}

TEST_F(race_test, asks_the_same_once_more_then_the_next_then_the_template) {
  begin();
  EXPECT_THAT(fail(1, cut_off), ElementsAre("ask 2 at 0 L0"));
  EXPECT_THAT(fail(2, cut_off), ElementsAre("ask 3 at 1 L1"));
  EXPECT_THAT(fail(3, cut_off), ElementsAre("ask 4 at 1 L0"));
  EXPECT_THAT(fail(4, cut_off), ElementsAre("template 5"));
  EXPECT_THAT(fail(5, cut_off), ElementsAre("give up"));
}

TEST_F(race_test, does_not_ask_again_who_refused_or_was_silent_or_without_budget) {
  begin();
  EXPECT_THAT(fail(1, refused_key), ElementsAre("ask 2 at 1 L1"));
  EXPECT_THAT(fail(2, silent), ElementsAre("template 3"));
  race = reply_race{ladder{}, race_settings{}};
  view.retry_allowed = false;
  begin();
  EXPECT_THAT(fail(1, cut_off), ElementsAre("ask 2 at 1 L1"));
}

TEST_F(race_test, asks_with_less_context_once_when_it_was_too_long) {
  begin();
  const failure long_one{failure_kind::too_large, "context", false};
  EXPECT_THAT(fail(1, long_one), ElementsAre("ask 2 at 0 L0 shorter"));
  EXPECT_THAT(fail(2, long_one), ElementsAre("ask 3 at 1 L1"));
}

TEST_F(race_test, declines_what_the_model_will_not_say) {
  begin();
  EXPECT_THAT(fail(1, {failure_kind::refused, "content", false}), ElementsAre("decline"));
}

TEST_F(race_test, replaces_a_winner_that_fails_in_the_middle) {
  begin();
  output(1);
  EXPECT_THAT(fail(1, silent), ElementsAre("ask 2 at 1 L1"));
  EXPECT_FALSE(race.winner());
  EXPECT_THAT(output(2), IsEmpty());
  EXPECT_EQ(race.winner(), 2u);
}

TEST_F(race_test, takes_the_template_when_nobody_answered_in_five_seconds) {
  begin();
  after(2500ms);
  EXPECT_THAT(after(2499ms), IsEmpty());
  EXPECT_THAT(after(1ms), ElementsAre("drop 1", "drop 2", "template 3"));
  EXPECT_THAT(after(60s), IsEmpty()) << "the turn's own clock watches the template";
}

TEST_F(race_test, has_each_rung_only_if_the_ladder_has_it) {
  ladder rungs;
  rungs.take_out(child_role::llm, rung::L0);
  race = reply_race{rungs, race_settings{}};
  begin();
  EXPECT_THAT(fail(1, cut_off), ElementsAre("ask 2 at 1 L1"));
  rungs.take_out(child_role::llm, rung::L1);
  race = reply_race{rungs, race_settings{}};
  begin();
  EXPECT_THAT(after(2500ms), IsEmpty()) << "no hedge without L1";
  EXPECT_THAT(fail(1, cut_off), ElementsAre("template 2"));
  rungs.take_out(child_role::llm, rung::L2);
  race = reply_race{rungs, race_settings{}};
  begin();
  EXPECT_THAT(fail(1, cut_off), ElementsAre("give up"));
}

} // namespace
} // namespace trunkline
