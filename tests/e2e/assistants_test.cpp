// An assistant that changes while the engine runs: a live call keeps its version, the next call has
// the new one.

#include "infra/cli/assistants_commands.hpp"
#include "tests/support/running_engine.hpp"

#include <nlohmann/json.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace trunkline {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using testing::running_engine;
using action = assistants_command::action;

constexpr auto number = "+15550100300";

class assistants : public ::testing::Test {
protected:
  void configure(engine_config& of) {
    of.state_dir = dir.path().string();
    of.store.assistants_every = 1s;
    config = of;
  }
  std::string put(const std::string& greeting) {
    const auto file = dir.path() / "a.toml";
    testing::write_file(file, "id = \"a\"\nbusiness = \"B\"\nnumbers = [\"" + std::string{number} +
                                  "\"]\ngreeting = \"" + greeting + "\"\n");
    assistants_command command;
    command.what = action::put;
    command.tenant = "t1";
    command.file = file.string();
    return run(command);
  }
  std::string run(const assistants_command& command) {
    std::ostringstream out, err;
    EXPECT_EQ(assistants_command_main(command, config, out, err), exit_ok) << err.str();
    return out.str();
  }
  /// The version that new calls get; empty: there is no such assistant.
  std::string served() {
    const auto shown = engine->get_json("/api/v1/assistants/a");
    return shown.is_object() ? shown.value("version", "") : "";
  }
  bool becomes(const std::function<bool(const std::string&)>& wanted) {
    return engine->wait([&] { return wanted(served()); }, 10s);
  }
  /// A caller who listens and says nothing.
  std::shared_ptr<simulated_call> place() {
    auto plan = running_engine::says({});
    plan.to = number;
    plan.habits.hang_up = 60s;
    auto call = engine->place(std::move(plan));
    EXPECT_TRUE(engine->wait([&] { return greeting_of(call) != ""; }, 10s));
    return call;
  }
  std::string greeting_of(const std::shared_ptr<simulated_call>& call) {
    const auto& sid = call->facts().call_sid;
    const auto shown = sid.empty() ? nlohmann::json{} : engine->call(sid);
    if (!shown.is_object() || shown["turns"].empty())
      return "";
    return shown["turns"][0]["text"];
  }

  testing::temp_dir dir;
  engine_config config;
  std::unique_ptr<running_engine> engine;
};

TEST_F(assistants, change_while_calls_are_live) {
  engine = std::make_unique<running_engine>([this](engine_config& of) { configure(of); });
  EXPECT_EQ(served(), "");
  put("Hello from the first version.");
  ASSERT_TRUE(becomes([](const auto& version) { return version != ""; })) << "without a restart";
  const auto first = served();

  const auto earlier = place();
  put("Good day from the second version.");
  ASSERT_TRUE(becomes([&](const auto& version) { return version != first; }));
  const auto second = served();
  const auto later = place();

  ASSERT_TRUE(earlier->live());
  const auto live = engine->call(earlier->facts().call_sid);
  EXPECT_EQ(live["state"], "live");
  EXPECT_EQ(live["assistant_version"], first);
  EXPECT_EQ(greeting_of(earlier), "Hello from the first version.");
  EXPECT_EQ(greeting_of(later), "Good day from the second version.");

  earlier->hang_up("enough");
  later->hang_up("enough");
  ASSERT_TRUE(engine->wait_for_end(nullptr));
  const auto ended = engine->ended_call(earlier->facts().call_sid);
  EXPECT_EQ(ended["assistant_version"], first);
  EXPECT_EQ(ended["turns"][0]["text"], "Hello from the first version.");
  EXPECT_EQ(engine->ended_call(later->facts().call_sid)["assistant_version"], second);

  const auto all = engine->get_json("/api/v1/assistants");
  ASSERT_EQ(all["assistants"].size(), 2u) << all.dump();
  EXPECT_EQ(all["assistants"][0]["source"], "file");
  EXPECT_EQ(all["assistants"][1]["source"], "database");
  EXPECT_EQ(all["assistants"][1]["tenant_id"], "t1");
  EXPECT_EQ(engine->get_json("/api/v1/assistants/a")["configuration"]["greeting"],
            "Good day from the second version.");
  EXPECT_EQ(engine->get("/api/v1/assistants/nobody").status, 404u);

  assistants_command command;
  command.what = action::remove;
  command.tenant = "t1";
  command.id = "a";
  run(command);
  EXPECT_TRUE(becomes([](const auto& version) { return version == ""; }));
}

TEST_F(assistants, are_there_from_the_first_call_on_after_a_restart) {
  engine = std::make_unique<running_engine>([this](engine_config& of) { configure(of); });
  engine.reset();
  put("Hello from the database.");
  engine = std::make_unique<running_engine>(
      [this](engine_config& of) {
        configure(of);
        of.store.assistants_every = 3600s;
      },
      running_engine::speech::embedded);
  EXPECT_NE(served(), "");
  EXPECT_EQ(greeting_of(place()), "Hello from the database.");
}

} // namespace
} // namespace trunkline
