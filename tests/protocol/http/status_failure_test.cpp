#include "protocol/http/status_failure.hpp"

#include <gtest/gtest.h>

namespace trunkline {
namespace {

TEST(status_failure, statuses_have_kinds_and_say_whether_to_try_again) {
  const struct {
    unsigned status;
    failure_kind kind;
    bool retryable;
  } cases[] = {
      {400, failure_kind::bad_input, false},   {401, failure_kind::unauthorized, false},
      {402, failure_kind::quota, false},       {403, failure_kind::unauthorized, false},
      {404, failure_kind::not_found, false},   {408, failure_kind::timeout, true},
      {409, failure_kind::conflict, false},    {413, failure_kind::too_large, false},
      {415, failure_kind::bad_input, false},   {422, failure_kind::bad_input, false},
      {429, failure_kind::rate_limited, true}, {500, failure_kind::unavailable, true},
      {503, failure_kind::unavailable, true},  {504, failure_kind::timeout, true},
      {529, failure_kind::overloaded, true},   {302, failure_kind::bad_input, false},
  };
  for (const auto& c : cases) {
    service_error answer;
    answer.status = c.status;
    answer.retry_after = "3";
    const auto what = failure_of_answer("x", answer);
    EXPECT_EQ(what.kind, c.kind) << c.status;
    EXPECT_EQ(what.retryable, c.retryable) << c.status;
    EXPECT_EQ(what.retry_after.count(), 3000);
    EXPECT_EQ(what.context, "x: " + std::to_string(c.status));
  }
}

TEST(status_failure, a_word_of_the_service_counts_before_the_status) {
  const error_rule rules[] = {{"Throttled", failure_kind::rate_limited, true},
                              {"no_money", failure_kind::quota}};
  service_error answer;
  answer.status = 400;
  answer.error_type = "Throttled:http://x/";
  EXPECT_EQ(failure_of_answer("x", answer, rules).kind, failure_kind::rate_limited);
  EXPECT_TRUE(failure_of_answer("x", answer, rules).retryable);
  answer.status = 429;
  answer.body = R"({"error":{"code":"no_money"}})";
  EXPECT_EQ(failure_of_answer("x", answer, rules).kind, failure_kind::quota);
  EXPECT_FALSE(failure_of_answer("x", answer, rules).retryable);
  answer.body = R"({"error":{"code":"no_money_at_all"}})";
  EXPECT_EQ(failure_of_answer("x", answer, rules).kind, failure_kind::rate_limited);
}

TEST(status_failure, the_context_is_one_line_whatever_the_reason_holds) {
  const auto what = failure_of_close("x", 1011, std::string(500, 'a') + "\n\xFF");
  EXPECT_LT(what.context.size(), 200u);
  EXPECT_EQ(failure_of_close("x", 1002, "a\r\nb\xFF").context.find('\n'), std::string::npos);
}

} // namespace
} // namespace trunkline
