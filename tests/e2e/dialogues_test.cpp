// The five things a caller comes with, each with a correction, keys and an interruption, are the
// same call on every channel. On gather the carrier stops its voice and does not say where: there
// the agent takes all of a prompt as heard.

#include "bench/carrier/appointment_check.hpp"
#include "tests/support/channel_call.hpp"
#include "tests/support/paths.hpp"
#include "tests/support/script_plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <regex>

namespace trunkline {
namespace {

using testing::channel_call;
using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr auto calm = 14ms; // a character of the agent's voice: what is read back lasts a second

struct dialogue {
  const char* name;
  const char* tool; ///< one that was used, with a part of its arguments
  const char* keys; ///< the caller's turn that was typed
  std::vector<std::string> dialled;
  const char* message;      ///< in the one that is stored; empty: there is none
  const char* passage = ""; ///< of the knowledge base, that a turn was given
};

const dialogue dialogues[] = {
    {"booking", "schedule_appointment {", "key 3", {}, ""},
    {"message",
     R"("callback_number":"+15550100142")",
     "key 5 key 5 key 5 key 0 key 1 key 0 key 0 key 1 key 4 key 2",
     {},
     "my crown came off on Sunday"},
    {"faq", "which bus lines stop", "key 2", {}, "", "Visiting the practice > Bus and train"},
    {"transfer",
     R"(transfer_to_staff {"staff":"front_desk"})",
     "key 5 key 5 key 5 key 0 key 1 key 0 key 0 key 1 key 4 key 2",
     {"+15550100202"},
     ""},
    {"emergency", "check_availability {", "key 3", {"+15550100299"}, ""},
};

std::string file_of(const char* name) {
  return (testing::source_dir() / "tests/dialogues" / (std::string{name} + ".toml")).string();
}

// Documents only where they are asked for: elsewhere a lookup that comes late would be a
// difference.
channel_call play(const char* channel, const dialogue& meant) {
  auto plan = testing::plan_of(file_of(meant.name), testing::manners::interrupts);
  plan.habits.hang_up = 5000ms;
  const auto documents = testing::source_dir() / "docs/examples/knowledge";
  return testing::carry(channel, std::move(plan), calm, *meant.passage ? documents.string() : "");
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const auto& one : texts)
    all += one + "\n";
  return all;
}

/// The dialogue went as its script wants it: the keys were understood, the correction won.
void expect_as_meant(const dialogue& meant, const channel_call& call) {
  const auto script = load_caller_script(file_of(meant.name));
  ASSERT_TRUE(script) << to_string(script.error());
  EXPECT_EQ(call.outcome, script->outcome) << call.row;
  EXPECT_THAT(joined(call.tools), HasSubstr(meant.tool));
  for (const auto& pattern : script->said)
    EXPECT_TRUE(std::regex_search(joined(call.said()), agent_pattern(pattern))) << pattern;
  EXPECT_THAT(joined(call.knowledge()), HasSubstr(meant.passage));
  EXPECT_THAT(call.caller, Contains(meant.keys));
  EXPECT_EQ(call.facts.dialled, meant.dialled);
  if (script->appointment)
    EXPECT_TRUE(has_appointment(call.appointments_json, call.facts.call_sid, *script->appointment))
        << call.appointments_json;
  else
    EXPECT_THAT(call.appointments, IsEmpty());
  if (*meant.message)
    EXPECT_THAT(call.messages, ElementsAre(HasSubstr(meant.message)));
  else
    EXPECT_THAT(call.messages, IsEmpty());
}

void expect_same(const channel_call& one, const channel_call& other) {
  EXPECT_EQ(one.outcome, other.outcome) << one.row;
  EXPECT_EQ(one.end_reason, other.end_reason);
  EXPECT_EQ(one.tools, other.tools);
  EXPECT_EQ(one.caller, other.caller);
  EXPECT_EQ(one.said(), other.said());
  EXPECT_EQ(one.knowledge(), other.knowledge());
  EXPECT_EQ(one.appointments, other.appointments);
  EXPECT_EQ(one.messages, other.messages);
  EXPECT_EQ(one.facts.dialled, other.facts.dialled);
  EXPECT_EQ(one.facts.troubles, 0u);
}

void PrintTo(const dialogue& meant, std::ostream* out) {
  *out << meant.name;
}

class dialogue_on_every_channel : public ::testing::TestWithParam<dialogue> {};

TEST_P(dialogue_on_every_channel, is_the_same_call) {
  auto over_relay = std::async(std::launch::async, play, "relay", GetParam());
  auto by_gather = std::async(std::launch::async, play, "gather", GetParam());
  const auto media = play("media_stream", GetParam());
  const auto relay = over_relay.get(), gather = by_gather.get();
  expect_as_meant(GetParam(), media);
  {
    SCOPED_TRACE("relay");
    expect_same(relay, media);
  }
  {
    SCOPED_TRACE("gather");
    expect_same(gather, media);
  }
  for (const auto* call : {&media, &relay, &gather})
    EXPECT_EQ(call->talked_over, 1u) << call->row;
  EXPECT_EQ(media.cut_off().size(), 1u) << media.row;
  EXPECT_EQ(relay.cut_off(), media.cut_off()) << relay.row;
  EXPECT_THAT(gather.cut_off(), IsEmpty()) << gather.row;
}

INSTANTIATE_TEST_SUITE_P(scripts, dialogue_on_every_channel, ::testing::ValuesIn(dialogues),
                         [](const auto& info) { return std::string{info.param.name}; });

} // namespace
} // namespace trunkline
