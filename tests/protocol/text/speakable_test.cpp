#include "protocol/text/speakable.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace trunkline {
namespace {

TEST(speakable, abbreviations_dates_and_times_are_written_as_they_are_said) {
  const std::pair<const char*, const char*> golden[] = {
      {"Dr. Lee is in on Tue., Nov. 24.", "Doctor Lee is in on Tuesday, November 24."},
      {"We open Mon-Fri at 8:00AM.", "We open Monday to Friday at 8:00 a.m."},
      {"10:15pm, please", "10:15 p.m., please"},
      {"on 2026-11-24 or 12/3/2026.", "on November 24th, 2026 or December 3rd, 2026."},
      {"the 2026-11-21, 2026-11-22, 2026-11-13",
       "the November 21st, 2026, November 22nd, 2026, November 13th, 2026"},
      {"Dial 911!", "Dial nine one one!"},
      {"Write to ava@bright-smile.com.", "Write to ava at bright dash smile dot com."},
      {"Smith & Jones, room #5", "Smith and Jones, room number 5"},
      {"It costs $90.50", "It costs $90.50"},
  };
  for (auto [written, said] : golden)
    EXPECT_EQ(speakable(written), said);
}

TEST(speakable, what_is_not_ascii_gets_its_reading_or_a_space) {
  EXPECT_EQ(speakable("Ren\xc3\xa9"
                      "e\xe2\x80\x99s caf\xc3\xa9 \xe2\x80\x94 open"),
            "Renee's cafe , open");
  EXPECT_EQ(speakable("\xf0\x9f\x98\x80 smile \xe6\xad\xaf"), "smile");
}

TEST(speakable, control_characters_and_broken_utf8_are_harmless) {
  using namespace std::string_literals;
  EXPECT_EQ(speakable("a\0b\n\tc\x7f"s), "a b c");
  EXPECT_EQ(speakable("bad \xff\xc3 \xe2\x80 end \xc3"), "bad end");
  EXPECT_EQ(speakable(""), "");
  EXPECT_EQ(speakable("<say>&amp;</say>"), "say and amp; say");
}

TEST(speakable, impossible_dates_are_left_alone) {
  EXPECT_EQ(speakable("2026-13-41"), "2026-13-41");
  EXPECT_EQ(speakable("1/2"), "1 2");
}

} // namespace
} // namespace trunkline
