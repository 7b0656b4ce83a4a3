#include "protocol/polly/sigv4.hpp"
#include "protocol/text/digest.hpp"

#include <gtest/gtest.h>

namespace trunkline {
namespace {

// The published examples of the algorithm.
const aws_credentials example{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", ""};
const sigv4_scope scope{"20150830T123600Z", "us-east-1", "service"};
const std::pair<std::string, std::string> host{"Host", "example.amazonaws.com"};
const std::pair<std::string, std::string> date{"X-Amz-Date", "20150830T123600Z"};

std::string hex(std::string_view bytes) {
  std::string out;
  for (const unsigned char c : bytes) {
    out += "0123456789abcdef"[c >> 4];
    out += "0123456789abcdef"[c & 15];
  }
  return out;
}

TEST(sigv4, the_key_is_derived_step_by_step) {
  EXPECT_EQ(hex(sigv4_key(example.secret, scope)),
            "938127b5336810ddb6a5d6af445fcac9e371f9ed418ed386b022aed82901be75");
  auto polly = scope;
  polly.service = "polly";
  EXPECT_EQ(hex(sigv4_key(example.secret, polly)),
            "4290e171713c677ab740a8e618649fc64444d066862bc730c2da106aa8af7432");
}

TEST(sigv4, a_post_without_body) {
  const sigv4_request request{"POST", "/", {}, {host, date}, ""};
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex(sigv4_canonical_request(request)),
            "553f88c9e4d10fc9e109e2aeb65f030801b70c2f6468faca261d401ae622fc87");
  EXPECT_EQ(sigv4_signature(example.secret, scope, request),
            "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
  EXPECT_EQ(sigv4_authorization(example, scope, request),
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
            "SignedHeaders=host;x-amz-date, "
            "Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
}

TEST(sigv4, a_post_of_a_form) {
  const sigv4_request request{"POST",
                              "/",
                              {},
                              {{"Content-Type", "application/x-www-form-urlencoded"}, host, date},
                              "Param1=value1"};
  EXPECT_EQ(sha256_hex(request.body),
            "9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e");
  EXPECT_EQ(sha256_hex(sigv4_canonical_request(request)),
            "42a5e5bb34198acb3e84da4f085bb7927f2bc277ca766e6d19c73c2154021281");
  EXPECT_EQ(sigv4_signature(example.secret, scope, request),
            "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a");
}

TEST(sigv4, a_session_token_is_signed_like_any_header) {
  const sigv4_request request{
      "POST",
      "/",
      {},
      {host,
       date,
       {"X-Amz-Security-Token",
        "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmx"
        "fpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0K"
        "PkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZb"
        "qBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA=="}},
      ""};
  EXPECT_EQ(sigv4_signature(example.secret, scope, request),
            "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead");
}

TEST(sigv4, a_request_to_polly) {
  const std::string body =
      R"({"Engine":"neural","OutputFormat":"pcm","SampleRate":"8000","Text":"Hello.",)"
      R"("TextType":"text","VoiceId":"Joanna"})";
  ASSERT_EQ(body.size(), 113u);
  sigv4_request request{
      "POST",
      "/v1/speech",
      {},
      {{"Content-Type", "application/json"}, {"Host", "polly.us-east-1.amazonaws.com"}, date},
      body};
  auto polly = scope;
  polly.service = "polly";
  EXPECT_EQ(sigv4_canonical_request(request),
            "POST\n/v1/speech\n\ncontent-type:application/json\n"
            "host:polly.us-east-1.amazonaws.com\nx-amz-date:20150830T123600Z\n\n"
            "content-type;host;x-amz-date\n"
            "eabc2587e9078502029f00cad20fab5183e56262e6fc366d7cfb9b6e6a4e489b");
  EXPECT_EQ(sha256_hex(sigv4_canonical_request(request)),
            "955a0af98d5fe43518bb5fbd1ad7f431218eaeadef494067e3463bad0b8d0085");
  EXPECT_EQ(sigv4_signature(example.secret, polly, request),
            "4cceb0a9b9e82d9b3c90647f0b3a03dfb59429ebb03ef725bf3bf15c5d04e57b");
  request.headers.emplace_back("x-amz-security-token", "TOKEN");
  EXPECT_EQ(sigv4_signature(example.secret, polly, request),
            "ec9bf82dbdbbfd6002d9b6f021f5bbb233f200d0bdf8fbed573773e5b74ac63c");
}

TEST(sigv4, paths_queries_and_header_values_are_brought_into_one_form) {
  const sigv4_request request{"GET",
                              "/a b/\xC3\xBC",
                              {{"b", "2"}, {"a~", "x y"}, {"B", ""}, {"b", "1"}},
                              {{"X-B", "  two   words\t here "}, {"x-a", "1"}, {"X-A", "2"}},
                              ""};
  EXPECT_EQ(sigv4_canonical_request(request),
            "GET\n/a%20b/%C3%BC\nB=&a~=x%20y&b=1&b=2\nx-a:1,2\nx-b:two words here\n\nx-a;x-b\n" +
                sha256_hex(""));
  EXPECT_EQ(sigv4_canonical_request({"GET", "", {}, {}, ""}), "GET\n/\n\n\n\n" + sha256_hex(""));
}

} // namespace
} // namespace trunkline
