#include "protocol/chat/model_failure.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <span>
#include <tuple>

namespace trunkline {
namespace {

using namespace std::chrono_literals;

struct example {
  unsigned status;
  std::string body;
  failure_kind kind;
  bool retryable;
};

std::string openai(const std::string& code, const std::string& type = "invalid_request_error",
                   const std::string& message = "Said the service.") {
  return R"({"error":{"message":")" + message + R"(","type":")" + type + R"(","code":)" +
         (code.empty() ? "null" : "\"" + code + "\"") + "}}";
}

std::string anthropic(const std::string& type, const std::string& message = "Said the service.") {
  return R"({"type":"error","error":{"type":")" + type + R"(","message":")" + message + R"("}})";
}

void expect_all(std::span<const example> examples) {
  for (const auto& [status, body, kind, retryable] : examples) {
    service_error answer{.status = status, .body = body, .retry_after = "7"};
    const auto what = model_failure("openai", answer);
    EXPECT_EQ(to_string(what.kind), to_string(kind)) << status << " " << body;
    EXPECT_EQ(what.retryable, retryable) << status << " " << body;
    EXPECT_EQ(what.retry_after, retryable ? 7s : 0s) << status << " " << body;
  }
}

TEST(model_failure_test, tells_the_errors_of_openai_apart) {
  const example examples[] = {
      {400, openai(""), failure_kind::bad_input, false},
      {400, openai("context_length_exceeded"), failure_kind::too_large, false},
      {400, openai("content_filter"), failure_kind::refused, false},
      {401, openai("invalid_api_key"), failure_kind::unauthorized, false},
      {403, openai("unsupported_country"), failure_kind::unauthorized, false},
      {404, openai("model_not_found"), failure_kind::not_found, false},
      {422, openai(""), failure_kind::bad_input, false},
      {429, openai("rate_limit_exceeded", "tokens"), failure_kind::rate_limited, true},
      {429, openai("insufficient_quota", "insufficient_quota"), failure_kind::quota, false},
      {429, openai("", "insufficient_quota"), failure_kind::quota, false},
      {429, openai("billing_hard_limit_reached"), failure_kind::quota, false},
      {500, openai("", "server_error"), failure_kind::unavailable, true},
      {502, "<html><title>502</title></html>", failure_kind::unavailable, true},
      {503, openai("slow_down", "server_error"), failure_kind::overloaded, true},
      {504, "", failure_kind::unavailable, true},
  };
  expect_all(examples);
}

TEST(model_failure_test, tells_the_errors_of_local_servers_apart) {
  const example examples[] = {
      {400,
       R"({"error":{"code":400,"message":"the request exceeds the available context size",)"
       R"("type":"exceed_context_size_error"}})",
       failure_kind::too_large, false},
      {400,
       R"({"object":"error","message":"This model's maximum context length is 4096 tokens.",)"
       R"("type":"BadRequestError","code":400})",
       failure_kind::too_large, false},
      {404, R"({"error":{"message":"model 'x' not found","type":"not_found_error"}})",
       failure_kind::not_found, false},
      {404, R"({"detail":"Not Found"})", failure_kind::not_found, false},
      {503, R"({"error":{"code":503,"message":"Loading model","type":"unavailable_error"}})",
       failure_kind::unavailable, true},
      {503,
       R"({"error":{"message":"server busy, please try again. maximum pending requests )"
       R"(exceeded","type":"api_error"}})",
       failure_kind::overloaded, true},
      {501, R"({"error":{"code":501,"message":"not here","type":"not_supported_error"}})",
       failure_kind::unavailable, false},
      {500, R"({"error":"queue"})", failure_kind::unavailable, true},
  };
  expect_all(examples);
}

TEST(model_failure_test, tells_the_errors_of_anthropic_apart) {
  const example examples[] = {
      {400, anthropic("invalid_request_error"), failure_kind::bad_input, false},
      {400, anthropic("invalid_request_error", "prompt is too long: 210000 tokens > 200000"),
       failure_kind::too_large, false},
      {400, anthropic("invalid_request_error", "Your credit balance is too low"),
       failure_kind::quota, false},
      {401, anthropic("authentication_error"), failure_kind::unauthorized, false},
      {402, anthropic("billing_error"), failure_kind::quota, false},
      {403, anthropic("permission_error"), failure_kind::unauthorized, false},
      {404, anthropic("not_found_error"), failure_kind::not_found, false},
      {409, anthropic("conflict"), failure_kind::conflict, true},
      {413, anthropic("request_too_large"), failure_kind::too_large, false},
      {429, anthropic("rate_limit_error"), failure_kind::rate_limited, true},
      {500, anthropic("api_error"), failure_kind::unavailable, true},
      {504, anthropic("timeout_error"), failure_kind::unavailable, true},
      {529, anthropic("overloaded_error"), failure_kind::overloaded, true},
  };
  expect_all(examples);
}

TEST(model_failure_test, a_status_alone_is_enough) {
  const example examples[] = {
      {400, "", failure_kind::bad_input, false},   {401, "", failure_kind::unauthorized, false},
      {402, "", failure_kind::quota, false},       {403, "", failure_kind::unauthorized, false},
      {404, "", failure_kind::not_found, false},   {405, "", failure_kind::bad_input, false},
      {408, "", failure_kind::timeout, true},      {409, "", failure_kind::conflict, true},
      {413, "", failure_kind::too_large, false},   {418, "", failure_kind::bad_input, false},
      {429, "", failure_kind::rate_limited, true}, {500, "", failure_kind::unavailable, true},
      {503, "", failure_kind::unavailable, true},  {529, "", failure_kind::overloaded, true},
      {200, "", failure_kind::unavailable, false}, {301, "", failure_kind::unavailable, false},
      {999, "", failure_kind::unavailable, true},
  };
  expect_all(examples);
}

TEST(model_failure_test, a_message_only_counts_with_the_status_it_belongs_to) {
  const example examples[] = {
      {429, openai("rate_limit_exceeded", "tokens", "Your context window is large"),
       failure_kind::rate_limited, true},
      {401, openai("", "x", "credit balance is too low"), failure_kind::unauthorized, false},
      {500, openai("", "x", "prompt is too long"), failure_kind::unavailable, true},
  };
  expect_all(examples);
}

TEST(model_failure_test, errors_inside_a_stream_are_told_by_words_or_by_the_number_in_them) {
  const std::tuple<const char*, failure_kind, bool> examples[] = {
      {R"({"error":{"type":"overloaded_error","message":"Overloaded"}})", failure_kind::overloaded,
       true},
      {R"({"error":{"type":"invalid_request_error"}})", failure_kind::bad_input, false},
      {R"({"error":{"code":429}})", failure_kind::rate_limited, true},
      {R"({"error":{"code":"503"}})", failure_kind::unavailable, true},
      {R"({"code":401,"message":"no"})", failure_kind::unauthorized, false},
      {R"({"error":{"code":7}})", failure_kind::unavailable, true},
      {R"({"error":{"code":-404}})", failure_kind::unavailable, true},
      {R"({"error":{"code":1e300}})", failure_kind::unavailable, true},
      {R"({"error":{"code":18446744073709551615}})", failure_kind::unavailable, true},
      {R"({"error":"text"})", failure_kind::unavailable, true},
      {R"({"error":{}})", failure_kind::unavailable, true},
      {R"({"error":[1]})", failure_kind::unavailable, true},
      {R"([])", failure_kind::unavailable, true},
  };
  for (const auto& [event, kind, retryable] : examples) {
    const auto what = failure_in_stream("x", nlohmann::json::parse(event));
    EXPECT_EQ(to_string(what.kind), to_string(kind)) << event;
    EXPECT_EQ(what.retryable, retryable) << event;
  }
}

TEST(model_failure_test, the_context_names_service_status_code_and_message) {
  const auto body = openai("model_not_found", "invalid_request_error", "No model\\nm.");
  EXPECT_EQ(model_failure("ollama", {.status = 404, .body = body}).context,
            "ollama answered 404: model_not_found: No model m.");
  EXPECT_EQ(model_failure("ollama", {.status = 502, .body = {}}).context, "ollama answered 502");
  EXPECT_EQ(failure_in_stream("x", nlohmann::json::parse(R"({"error":"no"})")).context,
            "x answered an error in its stream: no");
}

} // namespace
} // namespace trunkline
