#include "bench/carrier/scripted_caller.hpp"

#include "protocol/audio/mulaw.hpp"
#include "schema/embedded.hpp"

#include <gtest/gtest.h>

namespace trunkline {
namespace {

using namespace std::chrono_literals;

std::vector<uint8_t> tone(std::chrono::milliseconds length) {
  std::vector<uint8_t> audio(static_cast<size_t>(length.count()) * mulaw_bytes_per_ms);
  for (size_t i = 0; i < audio.size(); ++i)
    audio[i] = mulaw_encode(i / 8 % 2 == 0 ? 8000 : -8000);
  return audio;
}

// A script whose lines say their own first paraphrase, in no time.
spoken_script script(const std::string& toml) {
  const auto parsed = parse_caller_script(toml, "test.toml");
  if (!parsed) {
    ADD_FAILURE() << parsed.error().context;
    return {};
  }
  spoken_script spoken{*parsed, {}};
  for (const auto& line : parsed->lines) {
    auto& made = spoken.lines.emplace_back(spoken_line{line, {}});
    for (unsigned i = 0; i < line.max_uses; ++i)
      made.uses.push_back({line.say.empty() ? "" : line.say[0], nullptr});
  }
  return spoken;
}

// Plays agent speech and asks the caller every 20 ms.
class scripted_caller_test : public ::testing::Test {
protected:
  void agent_speaks(std::chrono::milliseconds length, const std::string& text = "") {
    ear.play(tone(length), now);
    if (!text.empty())
      caller->agent_said(index, text);
    index += 2;
  }

  // The next thing the caller does within `limit`; `now` is then the moment.
  std::optional<scripted_caller::action> wait(std::chrono::milliseconds limit = 30s) {
    for (const auto end = now + limit; now < end; now += 20ms) {
      (void)ear.advance(now);
      caller->words_known_until(now);
      if (auto action = caller->decide(now, ear)) {
        caller->line_ended(now);
        return action;
      }
    }
    return std::nullopt;
  }

  void start(const std::string& toml, bool knows_words) {
    caller.emplace(script(toml), caller_habits{});
    if (knows_words)
      caller->will_know_words();
  }

  virtual_ear ear;
  std::optional<scripted_caller> caller;
  media_time now{};
  int index = 0;
};

const std::string two_lines = R"(
[[line]]
say = ["first"]
[[line]]
say = ["second"]
pause_ms = 500
)";

TEST_F(scripted_caller_test, waits_for_the_agent_to_finish_and_be_silent) {
  start(two_lines, false);
  EXPECT_FALSE(wait(5s)); // nothing heard yet: nothing to answer
  agent_speaks(1000ms);
  EXPECT_EQ(wait()->text, "first");
  EXPECT_EQ(now, 5000ms + 1000ms + 700ms);
  agent_speaks(400ms);
  EXPECT_EQ(wait()->text, "second");
  EXPECT_EQ(now, 6700ms + 400ms + 700ms + 500ms); // thought about it
  agent_speaks(400ms);
  const auto last = wait();
  ASSERT_TRUE(last);
  EXPECT_TRUE(last->hang_up);
}

TEST_F(scripted_caller_test, answers_what_was_asked_before_going_on) {
  start(R"(
[[line]]
say = ["I want a cleaning"]
[[line]]
when = "your name"
say = ["Jane Doe"]
[[line]]
when = "is that (right|correct)[,?]"
say = ["yes"]
max_uses = 2
[[line]]
say = ["thank you, bye"]
hang_up = true
)",
        true);
  agent_speaks(300ms, "How can I help?");
  EXPECT_EQ(wait()->text, "I want a cleaning");
  agent_speaks(300ms, "Tuesday at ten, is that right?");
  EXPECT_EQ(wait()->text, "yes");
  agent_speaks(300ms, "What is YOUR NAME?");
  EXPECT_EQ(wait()->text, "Jane Doe");
  agent_speaks(300ms, "Jane Doe, is that correct?");
  EXPECT_EQ(wait()->text, "yes");
  agent_speaks(300ms, "Is that right, really?"); // both uses are gone
  const auto bye = wait();
  EXPECT_EQ(bye->text, "thank you, bye");
  EXPECT_TRUE(bye->hang_up);
}

TEST_F(scripted_caller_test, waits_until_the_words_are_known) {
  start("[[line]]\nwhen = \"name\"\nsay = [\"Jane\"]\n[[line]]\nsay = [\"hello\"]\n", true);
  ear.play(tone(300ms), 0ms);
  for (; now < 3000ms; now += 20ms) {
    (void)ear.advance(now);
    caller->words_known_until(200ms); // an old look: the last word came at 300 ms
    EXPECT_FALSE(caller->decide(now, ear));
  }
  caller->agent_said(0, "Your name, please?");
  EXPECT_EQ(wait()->text, "Jane");
}

TEST_F(scripted_caller_test, interrupts_the_agent) {
  start("[[line]]\nsay = [\"hello\"]\n[[line]]\nsay = [\"stop\"]\nbarge_in_ms = 800\n", false);
  agent_speaks(300ms);
  EXPECT_EQ(wait()->text, "hello");
  const auto began = now;
  agent_speaks(5000ms);
  EXPECT_EQ(wait()->text, "stop");
  EXPECT_GE(now - began, 800ms);
  EXPECT_LE(now - began, 840ms);
}

TEST_F(scripted_caller_test, an_interruption_is_said_also_when_the_agent_was_brief) {
  start("[[line]]\nsay = [\"hello\"]\n[[line]]\nsay = [\"stop\"]\nbarge_in_ms = 3000\n", false);
  agent_speaks(300ms);
  wait();
  agent_speaks(500ms);
  EXPECT_EQ(wait()->text, "stop");
}

TEST_F(scripted_caller_test, gives_up_when_nothing_is_ever_heard) {
  start(two_lines, false);
  const auto action = wait();
  ASSERT_TRUE(action);
  EXPECT_TRUE(action->hang_up);
  EXPECT_EQ(now, 20s);
}

TEST_F(scripted_caller_test, leaves_the_next_line_as_message) {
  start("[[line]]\nwhen = \"tone\"\nsay = [\"x\"]\n[[line]]\nsay = [\"call me\"]\n", true);
  EXPECT_EQ(caller->message().text, "call me");
  EXPECT_FALSE(caller->message().text.empty());
}

TEST_F(scripted_caller_test, says_it_again_when_asked_to) {
  start("[[line]]\nwhen = \"(?i)HELP\"\nsay = [\"a cleaning\"]\n", true);
  agent_speaks(300ms, "How can I help?");
  EXPECT_EQ(wait()->text, "a cleaning");
  for (int i = 0; i < 4; ++i) {
    agent_speaks(300ms, "Sorry, I did not catch that.");
    EXPECT_EQ(wait()->text, "a cleaning");
  }
  agent_speaks(300ms, "Sorry, I did not catch that.");
  EXPECT_TRUE(wait()->hang_up);
}

TEST_F(scripted_caller_test, interrupts_when_the_words_fit_or_says_it_afterwards) {
  const std::string toml = "[[line]]\nwhen = \"monday\"\nbarge_in_ms = 400\nsay = [\"wait\"]\n";
  start(toml, true);
  agent_speaks(3000ms, "We open on Monday");
  EXPECT_EQ(wait()->text, "wait");
  EXPECT_LE(now, 440ms);
  start(toml, true);
  agent_speaks(200ms, "Monday.");
  EXPECT_EQ(wait()->text, "wait");
}

TEST(caller_script_test, every_script_that_ships_is_well_formed) {
  size_t scripts = 0;
  for (const auto& file : embedded_files()) {
    if (!file.path.starts_with("bench/scripts/"))
      continue;
    ++scripts;
    const auto parsed = load_caller_script(std::filesystem::path{file.path}.stem().string());
    ASSERT_TRUE(parsed) << parsed.error().context;
    EXPECT_FALSE(parsed->outcome.empty() && parsed->said.empty()) << file.path;
  }
  EXPECT_GE(scripts, 5u);
}

TEST(appointment_check_test, finds_the_calls_own_booking_in_local_time) {
  const std::string rows = R"({"appointments":[5,
    {"call_sid":"CA1","status":"booked","service_id":"cleaning",
     "starts_at":"2026-11-24T19:30:00.000Z"},
    {"call_sid":"CA2","status":"cancelled","service_id":"filling",
     "starts_at":"2026-07-01T14:00:00.000Z"}]})";
  EXPECT_TRUE(has_appointment(rows, "CA1", {"cleaning", "tuesday", "14:30"}));
  EXPECT_TRUE(has_appointment(rows, "CA1", {}));
  EXPECT_FALSE(has_appointment(rows, "CA1", {"cleaning", "tuesday", "19:30"}));
  EXPECT_TRUE(has_appointment(rows, "CA1", {"cleaning", "tuesday", "19:30", "UTC"}));
  EXPECT_FALSE(has_appointment(rows, "CA1", {"cleaning", "monday", "14:30"}));
  EXPECT_FALSE(has_appointment(rows, "CA1", {"filling", "tuesday", "14:30"}));
  EXPECT_FALSE(has_appointment(rows, "CA2", {"filling", "", ""})); // cancelled
  EXPECT_FALSE(has_appointment(rows, "CA3", {}));
  for (const auto* broken : {"", "[]", "{}", R"({"appointments":5})",
                             R"({"appointments":[{"call_sid":"CA1","status":"booked"}]})"})
    EXPECT_FALSE(has_appointment(broken, "CA1", {})) << broken;
}

TEST(caller_script_test, reads_every_key) {
  const auto parsed = parse_caller_script(R"(
[[line]]
when = "a|b"
say = ["one", "two"]
unseen = ["three"]
pause_ms = 10
barge_in_ms = 20
dtmf = "12w#"
hang_up = true
max_uses = 3
[[line]]
wav = "x.wav"
[expect]
outcome = "booked"
said = ["see you"]
)",
                                          "t.toml");
  ASSERT_TRUE(parsed) << parsed.error().context;
  ASSERT_EQ(parsed->lines.size(), 2u);
  const auto& line = parsed->lines[0];
  EXPECT_EQ(line.when, "a|b");
  EXPECT_EQ(line.say, (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(line.unseen, std::vector<std::string>{"three"});
  EXPECT_EQ(line.pause, 10ms);
  EXPECT_EQ(line.barge_in, 20ms);
  EXPECT_EQ(line.dtmf, "12w#");
  EXPECT_TRUE(line.hang_up);
  EXPECT_EQ(line.max_uses, 3u);
  EXPECT_EQ(parsed->lines[1].wav, "x.wav");
  EXPECT_EQ(parsed->outcome, "booked");
  EXPECT_EQ(parsed->said, std::vector<std::string>{"see you"});
}

TEST(caller_script_test, says_where_it_is_wrong) {
  const std::pair<const char*, const char*> cases[] = {
      {"[[line]]\nsay = [\"a\"]\nfoo = 1\n", "t.toml:3:1: "},
      {"[[line]]\nsay = 5\n", "t.toml:2:"},
      {"[[line]]\nsay = [5]\n", "t.toml:2:"},
      {"[[line]]\nwhen = \"(\"\nsay = [\"a\"]\n", "t.toml:2:"},
      {"[[line]]\nsay = [\"a\"]\nmax_uses = -1\n", "t.toml:3:"},
      {"[[line]]\ndtmf = \"12x\"\n", "t.toml:2:"},
      {"[[line]]\npause_ms = 5\n", "t.toml:1:"},
      {"[expect]\nresult = \"x\"\n", "t.toml:2:1"},
      {"[expect.appointment]\nweekday = \"someday\"\n", "t.toml:1:"},
      {"[expect.appointment]\ntime = \"half past\"\n", "t.toml:1:"},
      {"[expect.appointment]\nday = \"x\"\n", "t.toml:2:"},
      {"[[lines]]\nsay = [\"a\"]\n", "t.toml:1:3"},
      {"line = 5\n", "t.toml:1:1"},
      {"[[line]\n", "t.toml:1:"},
  };
  for (const auto& [text, where] : cases) {
    const auto parsed = parse_caller_script(text, "t.toml");
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().kind, failure_kind::bad_input);
    EXPECT_TRUE(parsed.error().context.starts_with(where)) << parsed.error().context;
  }
}

TEST(caller_script_test, the_same_seed_draws_the_same_words) {
  const auto parsed = parse_caller_script(
      "[[line]]\nsay = [\"a\", \"b\", \"c\", \"d\"]\nunseen = [\"e\", \"f\"]\nmax_uses = 8\n", "t");
  const auto words = [&](uint64_t seed, paraphrases which) {
    std::string all;
    const auto spoken = speak_script(*parsed, "kal16", seed, which);
    for (const auto& use : spoken->lines[0].uses)
      all += use.text;
    return all;
  };
  EXPECT_EQ(words(7, paraphrases::seen), words(7, paraphrases::seen));
  EXPECT_NE(words(7, paraphrases::seen), words(8, paraphrases::seen));
  EXPECT_EQ(words(7, paraphrases::unseen).find_first_not_of("ef"), std::string::npos);
  EXPECT_NE(words(7, paraphrases::all).find_first_of("ef"), std::string::npos);
  EXPECT_FALSE(speak_script(*parsed, "nobody", 1, paraphrases::seen));
}

} // namespace
} // namespace trunkline
