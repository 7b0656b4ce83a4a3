// A caller who is remembered: booked in the first call, known in the second, forgotten by the
// third.

#include "infra/cli/data_commands.hpp"
#include "infra/log/log.hpp"
#include "infra/privacy/master_keys.hpp"
#include "infra/store/open_store.hpp"
#include "tests/support/running_engine.hpp"
#include "tests/support/script_plan.hpp"

#include <nlohmann/json.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

namespace trunkline {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::running_engine;

constexpr auto number = "+15550107788";

class callers : public ::testing::TestWithParam<const char*> {
protected:
  void start() {
    engine = std::make_unique<running_engine>([&](engine_config& of) {
      of.state_dir = dir.path().string();
      of.store.data_key = key;
      of.assistants[0].remember_callers = true;
      of.assistants[0].extraction.schema = schema;
      config = of;
    });
    engine->carrier.incoming_path = testing::incoming_path("gather");
    engine->carrier.text_per_character = 5ms;
    engine->carrier.recogniser_silence = 100ms;
  }
  /// The caller says these lines; what the agent said, when the call is over.
  std::string call(const std::vector<std::string>& lines, const std::string& from = number) {
    auto plan = running_engine::says(lines);
    plan.from = from;
    const auto one = engine->place(std::move(plan));
    EXPECT_TRUE(engine->wait_for_end(one));
    last_sid = one->facts().call_sid;
    std::string all;
    const auto ended = engine->ended_call(last_sid);
    for (const auto& turn : ended["turns"])
      if (turn["role"] == "agent")
        all += turn["text"].get<std::string>() + "\n";
    return all;
  }
  std::optional<known_caller> known() {
    const auto rows = open_repository(config, session_use::read);
    EXPECT_TRUE(rows);
    auto found = (*rows)->users().find_user(config.assistants[0].tenant_id, number);
    return found ? *found : std::nullopt;
  }
  /// Rows reach the database a moment after the call.
  bool becomes_known(const std::function<bool(const known_caller&)>& so) {
    return engine->wait([&] {
      const auto who = known();
      return who && so(*who);
    });
  }
  std::string on_disk() const {
    std::string all;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(dir.path()))
      if (entry.is_regular_file()) {
        std::ifstream in{entry.path(), std::ios::binary};
        all.append(std::istreambuf_iterator<char>{in}, {});
      }
    return all;
  }

  const std::string key = GetParam() == std::string{"encrypted"} ? new_master_key("e2e") : "";
  std::string schema; ///< of what is extracted
  engine_config config;
  testing::temp_dir dir;
  std::unique_ptr<running_engine> engine;
  std::string last_sid;
};

TEST_P(callers, are_known_when_they_call_again_until_they_ask_to_be_forgotten) {
  start();
  const auto first = call(
      {"book a cleaning tuesday at two thirty for emily clark", "yes", "no thank you goodbye"});
  EXPECT_THAT(first, Not(HasSubstr("again?")));
  EXPECT_THAT(engine->llm->last_prompt(), Not(HasSubstr("Remembered")));
  ASSERT_TRUE(becomes_known([](const auto& who) { return who.user.calls == 1; }));
  EXPECT_EQ(known()->user.caller_name, "Emily Clark");
  EXPECT_EQ(known()->notes.at(0).summary,
            "2026-11-21: booked a cleaning for Tuesday 24 November 14:30");

  const auto second = call({"book a cleaning wednesday at ten", "yes", "yes", "please forget me",
                            "no thank you goodbye"});
  EXPECT_THAT(second, HasSubstr("Is that for Emily Clark again?"));
  EXPECT_THAT(second, HasSubstr("deleted what I remembered"));
  ASSERT_TRUE(becomes_known([](const auto& who) { return !who.user.remember; }));
  EXPECT_EQ(known()->user.caller_name, "");

  const auto third = call({"book a cleaning wednesday at eleven", "goodbye"});
  EXPECT_THAT(third, Not(HasSubstr("Emily")));
  EXPECT_THAT(third, HasSubstr("name"));
  EXPECT_THAT(engine->llm->last_prompt(), Not(HasSubstr("Remembered")));
  EXPECT_TRUE(known()->notes.empty());
}

TEST_P(callers, are_told_to_models_in_the_system_prompt) {
  start();
  call({"book a cleaning tuesday at two thirty for emily clark", "yes", "no thank you goodbye"});
  ASSERT_TRUE(becomes_known([](const auto& who) { return who.user.calls == 1; }));
  call({"what are your opening hours", "goodbye"});
  EXPECT_THAT(engine->llm->last_prompt(), HasSubstr("Remembered from earlier calls"));
  EXPECT_THAT(engine->llm->last_prompt(), HasSubstr("Emily Clark"));
  EXPECT_THAT(engine->llm->last_prompt(), HasSubstr("Tuesday 24 November 14:30"));
  call({"what are your opening hours", "goodbye"}, "+15550107799");
  EXPECT_THAT(engine->llm->last_prompt(), Not(HasSubstr("Emily Clark")));
}

TEST_P(callers, calls_are_asked_about_when_they_are_over) {
  schema = R"({"type":"object","properties":{"service":{"enum":["cleaning","filling"]}},
               "required":["service"],"additionalProperties":false})";
  start();
  const auto row_of = [&](const std::string& sid) {
    std::string row;
    EXPECT_TRUE(engine->wait([&] {
      const auto rows = open_repository(config, session_use::read);
      const auto runs = (*rows)->tool_runs_of(sid);
      for (const auto& run : *runs)
        if (run.name == "extract_data")
          row = run.result;
      return !row.empty();
    }));
    return row;
  };
  engine->llm->will_extract(R"(Here it is: {"service":"cleaning"})");
  call({"what are your opening hours", "goodbye"});
  EXPECT_EQ(row_of(last_sid), R"({"data":{"service":"cleaning"},"ok":true})");
  const auto shown = engine->call(last_sid);
  EXPECT_EQ(shown["extraction"]["data"]["service"], "cleaning") << shown.dump();
  EXPECT_THAT(shown["summary"].get<std::string>(), HasSubstr("asked"));
  engine->llm->will_extract(R"({"service":"surgery"})");
  call({"what are your opening hours", "goodbye"});
  EXPECT_THAT(row_of(last_sid), HasSubstr(R"("ok":false)"));
  EXPECT_THAT(row_of(last_sid), Not(HasSubstr("surgery"))) << "what does not fit is no data";
}

TEST_P(callers, are_nowhere_after_an_erasure) {
  start();
  call({"book a cleaning tuesday at two thirty for emily clark", "yes", "no thank you goodbye"});
  ASSERT_TRUE(becomes_known([](const auto& who) { return who.user.calls == 1; }));
  engine.reset();
  data_command command;
  command.what = data_command::action::erase;
  command.number = number;
  std::ostringstream out, err;
  EXPECT_EQ(run_data(command, config, out, err), exit_ok) << err.str();
  EXPECT_FALSE(known());
  const auto left = on_disk();
  for (const auto* trace : {"Emily Clark", "5550107788", "24 November"})
    EXPECT_EQ(left.find(trace), left.npos) << trace;
}

INSTANTIATE_TEST_SUITE_P(stores, callers, ::testing::Values("plain", "encrypted"),
                         [](const auto& info) { return std::string{info.param}; });

} // namespace
} // namespace trunkline
