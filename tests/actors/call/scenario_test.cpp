// Whole calls as data: the timelines of tests/scenarios/*.json played through the real supervisor
// with fake children, on the test's clock. docs of the steps: tests/scenarios/README.md.

#include "infra/store/record_json.hpp"
#include "protocol/text/json.hpp"
#include "tests/support/call_fixture.hpp"
#include "tests/support/paths.hpp"

#include <nlohmann/json.hpp>

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <functional>

using namespace trunkline;
using namespace trunkline::testing;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

namespace {

using nlohmann::json;

struct scenario {
  std::string name;
  json script;
};

void PrintTo(const scenario& one, std::ostream* out) {
  *out << one.name;
}

std::vector<scenario> all_scenarios() {
  std::vector<scenario> all;
  for (const auto& file : std::filesystem::directory_iterator(source_dir() / "tests/scenarios")) {
    if (file.path().extension() != ".json")
      continue;
    for (const auto& one : json::parse(read_file(file.path())))
      all.push_back({file.path().stem().string() + "_" + one.at("name").get<std::string>(), one});
  }
  std::sort(all.begin(), all.end(), [](auto& a, auto& b) { return a.name < b.name; });
  return all;
}

child_role role_of(const json& step) {
  child_role role = child_role::media;
  EXPECT_TRUE(role_from(step.at("role").get<std::string>(), role)) << step;
  return role;
}

failure failure_of(const std::string& kind) {
  using k = failure_kind;
  const std::map<std::string, failure> known{
      {"cut_off", {k::unreachable, "cut off", true}},
      {"silent", {k::timeout, "silent", true}},
      {"wrong_key", {k::unauthorized, "wrong key", false}},
      {"unavailable", {k::unavailable, "503", true}},
      {"refused_content", {k::refused, "content", false}},
      {"too_long", {k::too_large, "context", false}},
  };
  return known.at(kind);
}

class scenario_test : public call_fixture, public ::testing::WithParamInterface<scenario> {
protected:
  using action = std::function<void(const json&)>;

  scenario_test() {
    const auto& script = GetParam().script;
    const auto services = script.value("services", json::object());
    for (const auto& [name, list] : services.items()) {
      child_role role;
      role_from(name, role);
      setup.services.names[role] = list.get<std::vector<std::string>>();
    }
    setup.services.usable = [this](child_role role, size_t index) {
      return !open_breakers.count({role, index});
    };
    setup.speculate = script.value("speculate", false);
    if (script.value("carrier_rest", false))
      setup.update_by_rest = [this](const call_record& record, const assistant&,
                                    const std::function<void()>&) {
        rest_updated = record.next_step;
      };
  }

  const std::map<std::string, action> actions{
      {"answer", [this](const json&) { answer_call(); }},
      {"advance",
       [this](const json& step) { advance(std::chrono::milliseconds{step.at("ms").get<int>()}); }},
      {"caller_says", [this](const json& step) { caller_says(step.at("text")); }},
      {"voice", [this](const json& step) { voice(step.at("on")); }},
      {"interim", [this](const json& step) { hear(step.at("text"), false); }},
      {"final", [this](const json& step) { hear(step.at("text")); }},
      {"reply", [this](const json& step) { reply(step.at("text")); }},
      {"reply_ends", [this](const json&) { finish_reply(); }},
      {"tool",
       [this](const json& step) {
         tell_from_outside(call, tool_wanted{reply_id, attempt, {"t1", step.at("name"), "{}"}});
         drain();
       }},
      {"heard_begins", [this](const json&) { playout_starts(); }},
      {"heard",
       [this](const json&) {
         playout_starts();
         playout_ends();
       }},
      {"dies", [this](const json& step) { fail(role_of(step)); }},
      {"hangs", [this](const json& step) { hang(role_of(step)); }},
      {"service_fails",
       [this](const json& step) { lose_service(role_of(step), failure_of(step.at("how"))); }},
      {"breaker_opens",
       [this](const json& step) {
         open_breakers.insert({role_of(step), step.at("service")});
       }},
      {"key",
       [this](const json& step) {
         tell_from_outside(call, key_pressed{step.at("digit").get<std::string>().at(0)});
         drain();
       }},
      {"carrier_stops",
       [this](const json&) {
         tell_from_outside(call, stream_stopped_by_carrier{});
         drain();
       }},
  };

  const std::map<std::string, action> expectations{
      {"said", [this](const json& step) { EXPECT_TRUE(said(step.at("text"))) << heard_so_far(); }},
      {"not_said",
       [this](const json& step) { EXPECT_FALSE(said(step.at("text"))) << heard_so_far(); }},
      {"asked",
       [this](const json& step) {
         ASSERT_EQ(asked.size(), step.at("times").get<size_t>());
         if (asked.empty())
           return;
         if (step.contains("service")) {
           EXPECT_EQ(asked.back().service, step["service"].get<size_t>());
         }
         EXPECT_EQ(asked.back().templated, step.value("template", false));
       }},
      {"started_with",
       [this](const json& step) {
         std::vector<size_t> got = services[role_of(step)];
         for (auto& one : got) // the voice kept in memory has no number
           one = one == child_starters::phrase_service ? 99 : one;
         EXPECT_EQ(got, step.at("services").get<std::vector<size_t>>());
       }},
      {"tools_run",
       [this](const json& step) { EXPECT_EQ(tools.size(), step.at("count").get<size_t>()); }},
      {"replays",
       [this](const json& step) { EXPECT_EQ(replays, step.at("count").get<unsigned>()); }},
      {"live", [this](const json&) { EXPECT_FALSE(ended); }},
      {"ended",
       [this](const json& step) {
         EXPECT_TRUE(ended);
         if (step.contains("reason")) {
           EXPECT_EQ(stored_call()->end_reason, step["reason"]);
         }
       }},
      {"rest_updated", [this](const json&) { EXPECT_TRUE(rest_updated); }},
      {"next",
       [this](const json& step) {
         const auto stored = json::parse(stored_call()->next_step, nullptr, false);
         EXPECT_EQ(string_member(stored, "what"), step.at("what"));
         if (step.contains("say")) {
           EXPECT_THAT(string_member(stored, "say"), HasSubstr(step["say"].get<std::string>()));
         }
       }},
      {"last_turn",
       [this](const json& step) {
         const auto turns = *rows->rows.turns_of("CA0001");
         ASSERT_FALSE(turns.empty());
         if (step.contains("rung")) {
           EXPECT_EQ(turns.back().rung, step["rung"]) << turns.back().rung_reason;
         }
         if (step.contains("heard")) {
           EXPECT_EQ(turns.back().heard, step["heard"]);
         }
         if (step.contains("speculations_wasted")) {
           EXPECT_EQ(turns.back().speculations_wasted, step["speculations_wasted"]);
         }
       }},
  };

  std::string heard_so_far() const {
    std::string all = "said so far:";
    for (const auto& text : spoken())
      all += "\n  " + text;
    return all;
  }

  std::set<std::pair<child_role, size_t>> open_breakers;
};

TEST_P(scenario_test, plays_as_written) {
  int number = 0;
  for (const auto& step : GetParam().script.at("steps")) {
    SCOPED_TRACE("step " + std::to_string(++number) + ": " + step.dump());
    if (step.contains("do")) {
      actions.at(step["do"])(step);
    } else {
      expectations.at(step.at("expect"))(step);
    }
    if (HasFatalFailure())
      return;
  }
}

INSTANTIATE_TEST_SUITE_P(, scenario_test, ::testing::ValuesIn(all_scenarios()),
                         [](const auto& one) { return one.param.name; });

} // namespace
