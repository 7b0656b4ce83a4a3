#include "protocol/azure/frame.hpp"

#include <gtest/gtest.h>

namespace trunkline {
namespace {

const azure_frame example{{{"Path", "audio"}, {"X-RequestId", "0a1b"}}, std::string("\x00\x01", 2)};

TEST(azure_frame, text_has_an_empty_line_before_its_content) {
  EXPECT_EQ(render_azure_text({{{"Path", "speech.config"}, {"X-RequestId", "0a"}}, "{}"}),
            "Path: speech.config\r\nX-RequestId: 0a\r\n\r\n{}");
}

TEST(azure_frame, binary_has_its_length_first_and_no_empty_line) {
  const auto bytes = render_azure_binary(example);
  const std::string head = "Path: audio\r\nX-RequestId: 0a1b\r\n";
  ASSERT_EQ(head.size(), 32u);
  EXPECT_EQ(bytes, std::string("\x00\x20", 2) + head + example.content);
  const azure_frame long_head{{{"A", std::string(300, 'x')}}, ""};
  EXPECT_EQ(render_azure_binary(long_head).substr(0, 2), "\x01\x31");
}

TEST(azure_frame, both_forms_are_read_back) {
  for (const bool binary : {false, true}) {
    const auto bytes = binary ? render_azure_binary(example) : render_azure_text(example);
    const auto read = parse_azure_frame(bytes, binary);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->headers, example.headers);
    EXPECT_EQ(read->content, example.content);
    EXPECT_EQ(header_of(*read, "x-requestID"), "0a1b");
    EXPECT_EQ(header_of(*read, "absent"), "");
  }
}

TEST(azure_frame, strange_heads_are_read_as_far_as_they_go) {
  const struct {
    std::string message;
    size_t headers;
    const char* content;
  } cases[] = {
      {"", 0, ""},
      {"\r\nbody", 0, "body"},
      {"Path:turn.end", 1, ""},
      {"no header\r\nPath : turn.end \r\n\r\nx\r\n\r\ny", 1, "x\r\n\r\ny"},
      {"Path: a\nX: b:c\r\n\r\n", 2, ""},
  };
  for (const auto& c : cases) {
    const auto read = parse_azure_frame(c.message, false);
    ASSERT_TRUE(read) << c.message;
    EXPECT_EQ(read->headers.size(), c.headers) << c.message;
    EXPECT_EQ(read->content, c.content) << c.message;
  }
  EXPECT_EQ(header_of(*parse_azure_frame("X: b:c", false), "x"), "b:c");
}

TEST(azure_frame, what_cannot_be_is_refused) {
  EXPECT_EQ(parse_azure_frame("", true).error().context, "azure: message has no head");
  EXPECT_EQ(parse_azure_frame("a", true).error().context, "azure: message has no head");
  EXPECT_EQ(parse_azure_frame(std::string("\x00\x05Path", 6), true).error().context,
            "azure: message is shorter than its head");
  EXPECT_EQ(parse_azure_frame(std::string(2 << 20, 'a'), false).error().kind,
            failure_kind::bad_input);
  std::string many;
  for (int i = 0; i < 65; ++i)
    many += "a: b\r\n";
  EXPECT_EQ(parse_azure_frame(many, false).error().context, "azure: message has over 64 headers");
}

TEST(azure_frame, every_prefix_of_a_binary_message_is_read_or_refused) {
  const auto bytes = render_azure_binary(example);
  for (size_t cut = 0; cut < bytes.size(); ++cut)
    EXPECT_EQ(parse_azure_frame(bytes.substr(0, cut), true).has_value(), cut >= 34) << cut;
}

} // namespace
} // namespace trunkline
