#include "protocol/http/error_text.hpp"

#include "protocol/text/utf8.hpp"

#include <gtest/gtest.h>

#include <span>

namespace trunkline {
namespace {

struct example {
  const char* name;
  std::string body;
  const char* code;
  const char* message;
};

void expect_all(std::span<const example> examples) {
  for (const auto& [name, body, code, message] : examples) {
    const auto text = error_text_of(body);
    EXPECT_EQ(text.code, code) << name;
    EXPECT_EQ(text.message, message) << name;
  }
}

TEST(error_text_test, reads_the_shapes_of_language_model_services) {
  const example examples[] = {
      {"openai",
       R"({"error":{"message":"Too long.","type":"invalid_request_error","param":"messages",)"
       R"("code":"context_length_exceeded"}})",
       "context_length_exceeded", "Too long."},
      {"code null", R"({"error":{"message":"Pay.","type":"insufficient_quota","code":null}})",
       "insufficient_quota", "Pay."},
      {"llama.cpp",
       R"({"error":{"code":503,"message":"Loading model","type":"unavailable_error"}})",
       "unavailable_error", "Loading model"},
      {"vllm flat",
       R"({"object":"error","message":"No.","type":"BadRequestError","param":null,"code":400})",
       "BadRequestError", "No."},
      {"number as text", R"({"error":{"code":"429","message":"Slow down."}})", "429", "Slow down."},
      {"number alone", R"({"code":20003,"message":"Authenticate","status":401})", "20003",
       "Authenticate"},
      {"google", R"([{"error":{"code":429,"message":"Later.","status":"RESOURCE_EXHAUSTED"}}])",
       "RESOURCE_EXHAUSTED", "Later."},
      {"anthropic",
       R"({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},)"
       R"("request_id":"req_1"})",
       "overloaded_error", "Overloaded"},
      {"nested twice", R"({"error":{"error":{"code":"a","message":"b"}}})", "a", "b"},
      {"only text", R"({"error":"model 'x' not found"})", "", "model 'x' not found"},
      {"text and code", R"({"error":"no","code":"c"})", "c", "no"},
      {"oauth", R"({"error":"invalid_grant","error_description":"Expired."})", "invalid_grant",
       "Expired."},
      {"errors", R"({"errors":[{"code":"e1","message":"one"},{"message":"two"}]})", "e1",
       "one; two"},
  };
  expect_all(examples);
}

TEST(error_text_test, reads_the_shapes_of_speech_services) {
  const example examples[] = {
      {"fastapi", R"({"detail":"Not Found"})", "", "Not Found"},
      {"fastapi list",
       R"({"detail":[{"loc":["body","input",0],"msg":"field required","type":"missing",)"
       R"("input":"I have pain"},{"loc":["query","x"],"msg":"too big"}]})",
       "missing", "body.input: field required; query.x: too big"},
      {"kokoro", R"({"detail":{"error":"validation_error","message":"Bad voice","type":"t"}})",
       "validation_error", "Bad voice"},
      {"elevenlabs", R"({"detail":{"status":"quota_exceeded","message":"0 credits left"}})",
       "quota_exceeded", "0 credits left"},
      {"deepgram", R"({"err_code":"INVALID_AUTH","err_msg":"Invalid.","request_id":"r"})",
       "INVALID_AUTH", "Invalid."},
      {"deepgram new",
       R"({"category":"INVALID_JSON","message":"Bad body.","details":"At 3.","request_id":"r"})",
       "INVALID_JSON", "Bad body. At 3."},
      {"aws", R"({"message":"Rate exceeded"})", "", "Rate exceeded"},
      {"aws upper", R"({"__type":"ThrottlingException","Message":"Rate exceeded"})",
       "ThrottlingException", "Rate exceeded"},
      {"aws qualified", R"({"__type":"com.amazonaws.polly#TextLengthExceededException"})",
       "TextLengthExceededException", ""},
      {"aws xml",
       "<?xml version=\"1.0\"?><ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code>"
       "<Message>Rate exceeded</Message></Error></ErrorResponse>",
       "Throttling", "Rate exceeded"},
  };
  expect_all(examples);
}

TEST(error_text_test, says_nothing_or_little_of_what_is_no_error_object) {
  const example examples[] = {
      {"empty", "", "", ""},
      {"blank", " \r\n\t", "", ""},
      {"text", "upstream connect error\r\nreset\n", "", "upstream connect error  reset"},
      {"JSON text", R"("just\nwords")", "", "just words"},
      {"page", "<!DOCTYPE html>\n<html><head><TITLE lang=en>\n 502 Bad Gateway </TITLE></head>", "",
       "502 Bad Gateway"},
      {"page without title", "<html><body><h1>Busy</h1></body></html>", "", "Busy"},
      {"page without anything", "<html><body><p>secret</p></body></html>", "", ""},
      {"page that ends early", "<html><title", "", ""},
      {"half a document", R"({"error":{"message":"I have pa)", "", ""},
      {"half a list", R"([{"error")", "", ""},
      {"null", "null", "", ""},
      {"number", "503", "", ""},
      {"wrong kinds", R"({"error":{"message":{"a":1},"type":7,"code":[1]}})", "", ""},
      {"nulls", R"({"error":null,"detail":null,"message":null,"code":null})", "", ""},
      {"lists of odd things", R"({"detail":[null,3,[],{"loc":"x","msg":5}]})", "", ""},
      {"empty list", R"({"error":[]})", "", ""},
      {"endless nesting", R"({"error":{"error":{"error":{"error":{"error":{"message":"x"}}}}}})",
       "", ""},
      {"invalid UTF-8", "{\"error\":{\"message\":\"caf\xe9 closed\",\"code\":\"c\"}}", "c",
       "caf\ufffd closed"},
      {"control characters", R"({"message":"a\u0000b\u001b[31m\r\nc\u0085"})", "", "ab[31m  c"},
  };
  expect_all(examples);
}

TEST(error_text_test, long_bodies_give_short_texts) {
  const auto long_message = error_text_of(R"({"error":{"code":")" + std::string(9000, 'c') +
                                          R"(","message":")" + std::string(90'000, 'm') + R"("}})");
  EXPECT_EQ(long_message.code.size(), error_code_bytes_max);
  EXPECT_EQ(long_message.message.size(), error_message_bytes_max);
  std::string euros;
  for (int i = 0; i < 500; ++i)
    euros += "\u20ac";
  const auto cut = error_text_of(euros).message;
  EXPECT_TRUE(is_valid_utf8(cut));
  EXPECT_EQ(cut.size(), error_message_bytes_max / 3 * 3);
  EXPECT_EQ(error_text_of(std::string(5'000'000, '{')).message, "");
  EXPECT_EQ(error_text_of(std::string(5'000'000, '[')).message, "");
  EXPECT_EQ(error_text_of(std::string(5'000'000, '<')).message, "");
  EXPECT_LE(error_text_of(std::string(5'000'000, 'x')).message.size(), error_message_bytes_max);
}

TEST(error_text_test, keys_are_masked_and_other_words_are_not) {
  const std::pair<const char*, const char*> examples[] = {
      {"Incorrect API key provided: sk-proj-abc. See x.",
       "Incorrect API key provided: .... See x."},
      {"Bad key sk_live_1234", "Bad key ..."},
      {"key '0123456789abcdef0123456789abcdef'", "key '...'"},
      {"Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.x", "Bearer ........x"},
      {"model claude-3-5-sonnet-20241022", "model claude-3-5-sonnet-20241022"},
      {"id 123e4567-e89b-12d3-a456-426614174000", "id 123e4567-e89b-12d3-a456-426614174000"},
      {"TextLengthExceededException sk-8 risk-free", "TextLengthExceededException sk-8 risk-free"},
  };
  for (const auto& [said, shown] : examples)
    EXPECT_EQ(error_text_of(said).message.rfind(shown, 0), 0u)
        << error_text_of(said).message << " for " << said;
  // A key that the length limit would cut must not survive as its first half.
  const auto at_the_end = error_text_of(std::string(190, ' ') + "x" + std::string(180, ' ') +
                                        "sk-0123456789abcdef0123456789abcdef")
                              .message;
  EXPECT_EQ(at_the_end.find("sk-0"), std::string::npos);
}

TEST(error_text_test, the_header_names_the_error_when_the_body_does_not) {
  service_error answer;
  answer.error_type = "ThrottlingException:http://internal.example/coral/";
  EXPECT_EQ(error_text_of(answer).code, "ThrottlingException");
  answer.body = R"({"__type":"Other","message":"m"})";
  EXPECT_EQ(error_text_of(answer).code, "Other");
  EXPECT_EQ(error_text_of(answer).message, "m");
}

TEST(error_text_test, the_type_is_told_beside_the_code) {
  const auto text = error_text_of(
      R"({"error":{"code":"rate_limit_exceeded","type":"tokens","message":"Limit reached"}})");
  EXPECT_EQ(text.code, "rate_limit_exceeded");
  EXPECT_EQ(text.type, "tokens");
}

TEST(error_text_test, is_shown_as_code_and_message_or_the_half_there_is) {
  EXPECT_EQ(to_string(error_text{"c", "t", "m"}), "c: m");
  EXPECT_EQ(to_string(error_text{"", "t", "m"}), "t: m");
  EXPECT_EQ(to_string(error_text{"c", "", ""}), "c");
  EXPECT_EQ(to_string(error_text{"", "", "m"}), "m");
  EXPECT_EQ(to_string(error_text{}), "");
}

} // namespace
} // namespace trunkline
