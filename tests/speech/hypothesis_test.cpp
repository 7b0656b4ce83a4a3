#include "infra/speech/hypothesis.hpp"

#include <gtest/gtest.h>

namespace trunkline {
namespace {

hypothesis heard(const char* text, float confidence, float language, float acoustic = 0) {
  return {text, confidence, acoustic, language, 100};
}

TEST(trust, words_that_follow_from_each_other_need_not_stand_out) {
  EXPECT_GT(trust(heard("next tuesday please", 0.4f, -2.0f)), 0);
  EXPECT_LT(trust(heard("the eighth quarter by him", 0.4f, -5.5f)), 0);
}

TEST(trust, words_that_stand_out_need_not_follow_from_each_other) {
  EXPECT_GT(trust(heard("wants me in for a filling", 0.8f, -5.5f)), 0);
}

TEST(trust, nothing_heard_is_not_trusted) {
  EXPECT_LT(trust({}), 0);
}

TEST(ear_choice, the_ear_with_likelier_frames_leads) {
  ear_choice ears;
  EXPECT_FALSE(ears.second());
  EXPECT_TRUE(ears.second_leads(heard("a", 1, 0, -30), heard("b", 1, 0, -29)));
  EXPECT_TRUE(ears.second());
}

TEST(ear_choice, one_utterance_does_not_undo_what_many_showed) {
  ear_choice ears;
  for (int i = 0; i < 5; ++i)
    EXPECT_FALSE(ears.second_leads(heard("a", 1, 0, -29), heard("b", 1, 0, -30)));
  EXPECT_FALSE(ears.second_leads(heard("a", 1, 0, -30), heard("b", 1, 0, -29)));
}

TEST(ear_choice, an_ear_that_heard_nothing_is_passed_over_and_teaches_nothing) {
  ear_choice ears;
  EXPECT_TRUE(ears.second_leads({}, heard("b", 1, 0, -30)));
  EXPECT_FALSE(ears.second());
  EXPECT_FALSE(ears.second_leads(heard("a", 1, 0, -30), {}));
  EXPECT_FALSE(ears.second_leads({}, {}));
}

} // namespace
} // namespace trunkline
