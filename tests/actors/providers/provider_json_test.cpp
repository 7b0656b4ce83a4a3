#include "actors/providers/provider_json.hpp"

#include "protocol/text/json.hpp"
#include "protocol/text/utf8.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace trunkline {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

TEST(providers_json, says_all_of_each_provider_in_order) {
  EXPECT_EQ(providers_json({}), R"({"providers":[]})");
  const auto all = json::parse(providers_json({
      {"llm:openai", breaker_state::open, 5000ms, 3, 17, 9, 412ms, "openai: 500 server_error"},
      {"tts:polly", breaker_state::half_open, 0ms, 0, 0, 0, 0ms, ""},
      {"stt:vosk", breaker_state::closed, 0ms, 1, 2, 0, 80ms, ""},
  }))["providers"];
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0], json({{"key", "llm:openai"},
                          {"state", "open"},
                          {"opens_in_ms", 5000},
                          {"at_once", 3},
                          {"good", 17},
                          {"failed", 9},
                          {"latency_ms", 412},
                          {"last_error", "openai: 500 server_error"}}));
  EXPECT_EQ(all[1]["state"], to_string(breaker_state::half_open));
  EXPECT_EQ(all[2]["key"], "stt:vosk");
}

TEST(providers_json, survives_an_error_that_is_no_text) {
  provider_status odd;
  odd.key = "llm:x";
  odd.last_error = "bad \xff\"\n";
  const auto text = providers_json({odd});
  EXPECT_TRUE(is_valid_utf8(text));
  EXPECT_TRUE(json::accept(text));
}

} // namespace
} // namespace trunkline
