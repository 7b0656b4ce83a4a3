// Callers of every channel against a small server: is each measured as it should be, and by itself?

#include "bench/load/run_command.hpp"
#include "protocol/text/json.hpp"
#include "tests/bench/carrier/word_engine.hpp"
#include "tests/support/net.hpp"
#include "tests/support/paths.hpp"

#include <nlohmann/json.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace trunkline {
namespace {

using namespace std::chrono_literals;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::word_engine;

const std::string relay_caller = R"(
[[caller]]
channel = "relay"
injected_ms = 100
lines = ["hello"]
)";
const std::string gather_caller = R"(
[[caller]]
channel = "gather"
lines = ["hello"]
)";

class channels_run_test : public ::testing::Test {
protected:
  channels_run_test() {
    shards.run(0, [&] {
      engine.emplace(shards.io());
      auto& pages = engine->pages;
      pages["/api/v1/voice/conversation-relay"] = pages["/voice/incoming"];
      pages["/voice/incoming"] = twiml::connect_stream({.url = engine->stream_url(),
                                                        .parameters = {},
                                                        .action = "",
                                                        .redirect = "/voice/after",
                                                        .say_first = {}});
      pages["/call/incoming"] = listening("Hello.");
      pages["/call/words"] = "<Response><Say>Hm.</Say><Redirect>/call/wait</Redirect></Response>";
      pages["/call/wait"] = listening("Yes.");
      pages["/call/partial"] = "";
      engine->on_heard = [this](word_engine::relay& to, const relay_heard& heard) {
        if (const auto* prompt = std::get_if<relay_prompt>(&heard); prompt && prompt->last)
          answer(to.socket);
      };
    });
    options.scenario = folder.path() / "test.toml";
    options.url = engine->base;
    options.token = testing::token;
    options.json = "-";
    options.quiet = true;
  }

  ~channels_run_test() override {
    engine->server->close_all();
    shards.run(0, [] {});
    shards.stop();
    engine.reset();
  }

  static std::string listening(const std::string& text) {
    twiml::gather page;
    page.prompt = {text, "", ""};
    page.action = "/call/words";
    page.otherwise = "/voice/after";
    page.partial_callback = "/call/partial";
    return twiml::gather_turn(page);
  }

  /// A word after 100 ms, the last one 50 ms later.
  void answer(std::shared_ptr<web_socket> socket) {
    const auto timer = std::make_shared<net_timer>(shards.io(), 100ms);
    timer->async_wait([socket, timer](auto) {
      socket->send_text(render(relay_text{"Good ", false, "", {}, {}}));
      timer->expires_after(50ms);
      timer->async_wait([socket, timer](auto) {
        socket->send_text(render(relay_text{"morning.", true, "", {}, {}}));
      });
    });
  }

  int run(const std::string& callers, int per_s = 8) {
    testing::write_file(folder.path() / "test.toml", R"(
[call]
seconds = 4
think_ms = 100
[[stage]]
arrival = "constant"
calls_per_s = )" + std::to_string(per_s) + "\nseconds = 1\n" +
                                                         callers);
    out.str("");
    err.str("");
    return run_bench(options, out, err);
  }

  nlohmann::json report() {
    auto parsed = parse_json(out.str(), "report");
    return parsed ? *parsed : nlohmann::json{};
  }

  testing::temp_dir folder;
  testing::shard_threads shards{1};
  std::optional<word_engine> engine;
  bench_run_options options;
  std::ostringstream out, err;
};

TEST_F(channels_run_test, a_relay_answer_is_timed_from_the_final_prompt_to_the_first_text) {
  EXPECT_THAT(run(relay_caller), AnyOf(0, 3)) << err.str(); // 3: this machine is too busy
  const auto all = report();
  EXPECT_EQ(all["channels"]["relay"]["completed"], 8) << out.str();
  const auto& metrics = all["metrics"];
  EXPECT_GE(metrics["relay.response_gap_ms"]["count"], 8);
  EXPECT_GE(metrics["relay.response_gap_ms"]["p50"], 99);
  EXPECT_LE(metrics["relay.response_gap_ms"]["p50"], 140);
  EXPECT_GE(metrics["relay.reply_done_ms"]["p50"], 149);
  EXPECT_LE(metrics["relay.added_ms"]["p50"], 40);
  EXPECT_EQ(metrics["relay.greeting_ms"]["count"], 8);
  EXPECT_EQ(metrics["relay.webhook_ms"]["count"], 8);
  EXPECT_EQ(metrics["relay.stream_open_ms"]["count"], 8);
  EXPECT_EQ(metrics["relay.call_s"]["count"], 8);
  for (const auto& [name, one] : metrics.items())
    EXPECT_THAT(name, HasSubstr("relay."));
  EXPECT_GT(all["generator"]["beats"], 1000); // how late they are tells whether it is valid
  size_t partials = 0;
  for (const auto& prompt : engine->all<relay_prompt>())
    partials += !prompt.last;
  EXPECT_GE(partials, 8u);
}

TEST_F(channels_run_test, a_gather_turn_lasts_until_it_is_answered_fillers_included) {
  EXPECT_THAT(run(gather_caller), AnyOf(0, 3)) << err.str();
  const auto all = report();
  EXPECT_EQ(all["channels"]["gather"]["completed"], 8) << out.str();
  const auto& metrics = all["metrics"];
  EXPECT_EQ(metrics["gather.webhook_ms"]["count"], 8);
  const auto turns = metrics["gather.response_gap_ms"]["count"].get<int>();
  EXPECT_GE(turns, 8);
  EXPECT_GE(all["numbers"]["fillers"], turns);
  EXPECT_GE(metrics["gather.page_webhook_ms"]["count"], 2 * turns);
  EXPECT_LE(metrics["gather.page_webhook_ms"]["p50"], 50);
  // "Hm." at 15 characters a second, which the caller has to hear first.
  EXPECT_GE(metrics["gather.response_gap_ms"]["p50"], 190);
  EXPECT_LE(metrics["gather.response_gap_ms"]["p50"], 280);
  EXPECT_GT(all["numbers"]["webhooks_per_s"], 1);
  EXPECT_FALSE(metrics.contains("gather.greeting_ms")); // it is in the first TwiML
  EXPECT_EQ(engine->last("/call/words").text("SpeechResult"), "hello");
  EXPECT_EQ(engine->last("/call/words").text("Confidence"), "0.92");
  EXPECT_FALSE(engine->last("/call/partial").text("UnstableSpeechResult").empty());
}

TEST_F(channels_run_test, a_mixture_has_numbers_by_channel) {
  options.csv = folder.path() / "samples.csv";
  options.html = folder.path() / "report.html";
  const auto media = "[[caller]]\nlines = [\"hello\"]\n";
  EXPECT_THAT(run(media + relay_caller + gather_caller, 18), AnyOf(0, 3)) << err.str();
  const auto all = report();
  uint64_t placed = 0;
  for (const auto* channel : {"media_stream", "relay", "gather"}) {
    const auto& calls = all["channels"][channel];
    EXPECT_GT(calls["placed"], 0) << channel;
    EXPECT_EQ(calls["completed"], calls["placed"]) << channel << out.str();
    placed += calls["placed"].get<uint64_t>();
  }
  EXPECT_EQ(placed, 18u);
  const auto& metrics = all["metrics"];
  EXPECT_EQ(metrics["webhook_ms"]["count"], all["channels"]["media_stream"]["placed"]);
  EXPECT_EQ(metrics["relay.webhook_ms"]["count"], all["channels"]["relay"]["placed"]);
  EXPECT_GE(metrics["response_gap_ms"]["p50"], 80); // five silent frames, not 100 ms
  EXPECT_GE(metrics["relay.response_gap_ms"]["p50"], 99);
  const auto csv = testing::read_file(options.csv);
  for (const auto* name : {"\nresponse_gap_ms,", "\nrelay.response_gap_ms,",
                           "\ngather.response_gap_ms,", "\nrelay.added_ms,"})
    EXPECT_THAT(csv, HasSubstr(name));
  const auto html = testing::read_file(options.html);
  for (const auto* name : {"media_stream, response gap", "relay, response gap", "gather, response"})
    EXPECT_THAT(html, HasSubstr(name));
}

TEST_F(channels_run_test, twiml_of_another_channel_is_a_failure_of_its_own) {
  engine->pages["/api/v1/voice/conversation-relay"] = engine->pages["/call/incoming"];
  EXPECT_EQ(run(relay_caller), 69);
  EXPECT_THAT(err.str(), HasSubstr("lost: TwiML of channel gather where relay was asked for"));
  EXPECT_EQ(report()["channels"]["relay"]["failed"], 8);
  engine->pages["/call/incoming"] = engine->pages["/voice/incoming"];
  EXPECT_EQ(run(gather_caller), 69);
  EXPECT_THAT(err.str(), HasSubstr("TwiML of channel media_stream where gather was asked for"));
  EXPECT_TRUE(engine->heard.empty());
}

TEST_F(channels_run_test, a_server_that_closes_midway_has_failed_the_call) {
  engine->on_heard = [](word_engine::relay& to, const relay_heard& heard) {
    if (std::holds_alternative<relay_prompt>(heard))
      to.socket->close(1011, "oh");
  };
  EXPECT_THAT(run(relay_caller), AnyOf(0, 3)) << err.str();
  EXPECT_EQ(report()["calls"]["failed"], 8) << out.str();
  EXPECT_EQ(report()["reasons"]["failed: the relay socket closed with 1011 oh"], 8) << out.str();
  engine->pages.erase("/call/wait");
  EXPECT_THAT(run(gather_caller), AnyOf(0, 3)) << err.str();
  EXPECT_EQ(report()["calls"]["failed"], 8) << out.str();
  EXPECT_THAT(out.str(), HasSubstr("lost: no TwiML (answered with status 500)"));
}

TEST_F(channels_run_test, malformed_messages_are_counted_and_ten_in_a_row_end_the_call) {
  int bad = 3;
  engine->on_heard = [&](word_engine::relay& to, const relay_heard& heard) {
    if (std::holds_alternative<relay_setup>(heard))
      for (int i = 0; i < bad; ++i)
        to.socket->send_text("{\"type\":");
  };
  EXPECT_THAT(run(relay_caller), AnyOf(0, 3)) << err.str();
  EXPECT_EQ(report()["numbers"]["messages_malformed"], 24) << out.str();
  EXPECT_EQ(report()["calls"]["completed"], 8) << out.str();
  bad = 10;
  EXPECT_THAT(run(relay_caller), AnyOf(0, 3)) << err.str();
  EXPECT_EQ(report()["calls"]["failed"], 8) << out.str();
  EXPECT_THAT(out.str(), HasSubstr("closed with 1007"));
}

TEST_F(channels_run_test, a_media_socket_alone_has_no_other_callers) {
  options.stream_url = engine->stream_url();
  EXPECT_EQ(run(relay_caller), 2);
  EXPECT_THAT(err.str(), HasSubstr("a media socket alone (stream_url) has no callers of channel "
                                   "relay"));
  EXPECT_TRUE(engine->asked.empty());
}

} // namespace
} // namespace trunkline
