#include "bench/carrier/call_command.hpp"
#include "bench/carrier/call_session.hpp"

#include "infra/net/http_server.hpp"
#include "protocol/audio/wav.hpp"
#include "protocol/text/json.hpp"
#include "tests/bench/carrier/small_engine.hpp"
#include "tests/support/net.hpp"
#include "tests/support/paths.hpp"

#include <nlohmann/json.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace trunkline {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

// What the engine's admin API would say: one agent turn a stream, one for each answer.
class small_admin : public http_application {
public:
  void on_request(http_request request, http_respond respond) override {
    if (!request.path().starts_with("/api/v1/calls/CA")) {
      respond({.status = 404});
      return;
    }
    respond({.content_type = "application/json", .body = body});
  }
  upgrade_decision on_upgrade(const http_request&) override { return upgrade_refused{}; }
  std::shared_ptr<web_socket_handler> on_open(http_request, std::shared_ptr<web_socket>) override {
    return nullptr;
  }

  std::string body = R"({"call_sid":"CA1","state":"ended","outcome":"booked",
    "end_reason":"agent_ended","turns":[
     {"index":0,"role":"agent","text":"Hello, how can I help?","heard":"Hello, how can I help?",
      "latency":[]},
     {"index":1,"role":"caller","text":"a cleaning"},
     {"index":2,"role":"agent","text":"Booked for Tuesday.","heard":"Booked for","rung":"L2",
      "rung_reason":"model late","response_time_ms":690,"action":"barge_in",
      "latency":[{"name":"endpointing","owner":"setting","ms":480},
                 {"name":"engine","owner":"engine","ms":2}]}]})";
};

class call_command_test : public ::testing::Test {
protected:
  call_command_test() {
    shards.run(0, [&] { engine.emplace(shards.io()); });
    admin_server = std::move(*http_server::start(shards.all(), {}, admin));
    testing::write_file(script, R"(
[[line]]
say = ["I need a cleaning", "a cleaning please"]
[[line]]
when = "booked"
say = ["thank you"]
hang_up = true
[expect]
outcome = "booked"
said = ["for tuesday"]
)");
    options.url = engine->base;
    options.admin_url = "http://127.0.0.1:" + std::to_string(admin_server->port());
    options.token = testing::token;
    options.script = script;
    options.voice = "kal16";
    options.duration_max = 20s;
  }

  ~call_command_test() override {
    engine->server->close_all();
    admin_server->close_all();
    shards.run(0, [] {});
    shards.stop();
    admin_server.reset();
    engine.reset();
  }

  int run() { return run_call(options, out, err); }

  testing::temp_dir folder;
  const std::string script = folder.path() / "test.toml";
  testing::shard_threads shards{1};
  std::optional<testing::small_engine> engine;
  small_admin admin;
  std::unique_ptr<http_server> admin_server;
  call_options options;
  std::ostringstream out, err;
};

TEST_F(call_command_test, prints_the_dialogue_with_waterfalls_and_checks_it) {
  options.wav = folder.path() / "out.wav";
  EXPECT_EQ(run(), 0) << out.str() << err.str();
  const auto text = out.str();
  EXPECT_THAT(text, HasSubstr("agent>  Hello, how can I help?\n"));
  EXPECT_THAT(text, HasSubstr("cleaning"));
  EXPECT_THAT(text, HasSubstr("agent>  Booked for Tuesday.  [heard: Booked for]\n"));
  EXPECT_THAT(text, HasSubstr("482 ms = endpointing 480 (setting) + engine 2 (engine); barge_in; "
                              "L2: model late\n"));
  EXPECT_THAT(text, HasSubstr("caller> thank you\n"));
  EXPECT_THAT(text, HasSubstr("outcome: booked (agent_ended)"));
  EXPECT_THAT(text, HasSubstr("ok    the agent says /for tuesday/"));
  const auto sound = read_wav(testing::read_file(options.wav));
  ASSERT_TRUE(sound);
  EXPECT_EQ(sound->channels, 2);
  EXPECT_GT(sound->samples.size(), 16'000u);
}

TEST_F(call_command_test, a_failed_expectation_is_exit_status_1) {
  options.expect = {"wednesday"};
  EXPECT_EQ(run(), 1);
  EXPECT_THAT(out.str(), HasSubstr("FAILED the agent says /wednesday/"));
}

TEST_F(call_command_test, json_is_all_there_is_on_stdout) {
  options.json = true;
  options.calls = 3;
  EXPECT_EQ(run(), 0);
  const auto report = parse_json(out.str(), "report");
  ASSERT_TRUE(report) << out.str();
  ASSERT_EQ((*report)["calls"].size(), 3u);
  for (const auto& call : (*report)["calls"]) {
    EXPECT_EQ(call["outcome"], "booked");
    EXPECT_EQ(call["frames_late"], 0);
    EXPECT_EQ(call["turns"].size(), 3u);
    EXPECT_EQ(call["gaps_ms"].size(), 1u);
  }
  std::set<std::string> numbers;
  for (const auto& [path, form] : engine->asked)
    numbers.insert(form.text("From"));
  EXPECT_EQ(numbers.size(), 3u); // three callers, three numbers
}

TEST_F(call_command_test, works_against_a_server_without_admin_api) {
  options.admin_url.clear();
  EXPECT_EQ(run(), 0) << out.str();
  EXPECT_THAT(out.str(), HasSubstr("agent>  (speaks, "));
  EXPECT_THAT(out.str(), HasSubstr("not known without the admin API"));
}

TEST_F(call_command_test, usage_errors_name_what_to_do) {
  options.script = "no-such-script";
  EXPECT_EQ(run(), 2);
  EXPECT_THAT(err.str(), HasSubstr("no-such-script"));
  options.script = script;
  options.voice = "nobody";
  EXPECT_EQ(run(), 2);
  options.voice = "kal16";
  options.url = "localhost:8080";
  EXPECT_EQ(run(), 2);
}

TEST_F(call_command_test, nobody_at_the_url_is_exit_status_69) {
  options.url = "http://127.0.0.1:1";
  options.admin_url.clear();
  EXPECT_EQ(run(), 69);
  EXPECT_THAT(err.str(), HasSubstr("nobody answers at http://127.0.0.1:1"));
}

TEST(call_view_test, hostile_answers_are_harmless) {
  for (const auto* text : {"", "[]", "5", "{"})
    EXPECT_FALSE(parse_call_view(text)) << text;
  const auto view = parse_call_view(
      R"({"state":5,"turns":[5,{"index":"x","latency":[5,{"ms":"y"}]},{}],"outcome":null})");
  ASSERT_TRUE(view);
  EXPECT_EQ(view->turns.size(), 2u);
  EXPECT_EQ(view->outcome, "");
}

} // namespace
} // namespace trunkline
