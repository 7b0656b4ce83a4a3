#include "protocol/http/sse.hpp"

#include <gtest/gtest.h>

namespace trunkline {
namespace {

using events = std::vector<sse_event>;

struct parsed {
  events all;
  std::string rest;
  bool operator==(const parsed&) const = default;
};

parsed parse(std::initializer_list<std::string_view> pieces) {
  sse_parser parser;
  parsed to;
  for (const auto piece : pieces)
    EXPECT_TRUE(parser.feed(piece, to.all));
  if (auto last = parser.end_of_body())
    to.all.push_back(std::move(*last));
  to.rest = parser.rest();
  return to;
}

struct example {
  const char* name;
  std::string body;
  events expected;
  std::string rest = {};
};

const example examples[] = {
    {"two events", "data: a\n\ndata: b\n\n", {{"", "a"}, {"", "b"}}},
    {"returns", "data: a\r\rdata: b\r\r", {{"", "a"}, {"", "b"}}},
    {"returns and line feeds", "data: a\r\n\r\ndata: b\r\n\r\n", {{"", "a"}, {"", "b"}}},
    {"all line ends in one", "data: a\r\ndata: b\rdata: c\n\r\n", {{"", "a\nb\nc"}}},
    {"a line feed and a return end two lines", "data: a\n\rdata: b\n\n", {{"", "a"}, {"", "b"}}},
    {"lines join", "data: a\ndata:\ndata: b\n\n", {{"", "a\n\nb"}}},
    {"one blank is optional, a second is text", "data:a\n\ndata:  b\n\n", {{"", "a"}, {"", " b"}}},
    {"blanks at the end stay", "data: {}   \n\n", {{"", "{}   "}}},
    {"names", "event: ping\ndata: {}\n\ndata: {}\n\n", {{"ping", "{}"}, {"", "{}"}}},
    {"the last name counts", "event: a\nevent: b\ndata: 1\n\n", {{"b", "1"}}},
    {"a name without data is no event", "event: ping\n\ndata: x\n\n", {{"", "x"}}},
    {"empty data is an event", "data\n\ndata:\n\n", {{"", ""}, {"", ""}}},
    {"comments", ": keep-alive\n\n:\n\ndata: a\n: b\ndata: c\n\n", {{"", "a\nc"}}},
    {"id and retry", "id: 7\nretry: 10\ndata: a\n\n", {{"", "a"}}},
    {"colons in the text", "data: {\"a\":\"b: c\"}\n\n", {{"", "{\"a\":\"b: c\"}"}}},
    {"a byte order mark",
     "\xef\xbb\xbf"
     "data: a\n\n",
     {{"", "a"}}},
    {"characters of several bytes",
     "data: \u00fc\u20ac\U0001f600\n\n",
     {{"", "\u00fc\u20ac\U0001f600"}}},
    {"invalid UTF-8 is left to the reader", "data: \xff\xfe\n\n", {{"", "\xff\xfe"}}},
    {"an event without its empty line", "data: a\n\ndata: [DONE]", {{"", "a"}, {"", "[DONE]"}}},
    {"a line without its empty line", "data: a\n", {{"", "a"}}},
    {"JSON over lines is no event",
     "{\n  \"error\": {\n  }\n}\n",
     {},
     "{\n  \"error\": {\n  }\n}\n"},
    {"JSON after an event",
     "data: a\n\n{\"error\":\n\n\"x\"}",
     {{"", "a"}},
     "{\"error\":\n\"x\"}\n"},
    {"an event takes the rest with it", "junk\n\ndata: a\n\n", {{"", "a"}}},
    {"nothing", "", {}},
    {"empty lines", "\n\r\n\r\r\n", {}},
};

TEST(sse_test, reads_every_form_of_line_and_field) {
  for (const auto& [name, body, expected, rest] : examples) {
    const auto got = parse({body});
    EXPECT_EQ(got.all, expected) << name;
    EXPECT_EQ(got.rest, rest) << name;
  }
}

TEST(sse_test, reads_the_same_however_the_body_was_cut) {
  for (const auto& [name, body, expected, rest] : examples) {
    const auto whole = parsed{expected, rest};
    const auto text = std::string_view{body};
    for (size_t first = 0; first <= body.size(); ++first)
      for (size_t second = first; second <= body.size(); ++second)
        ASSERT_EQ(
            parse({text.substr(0, first), text.substr(first, second - first), text.substr(second)}),
            whole)
            << name << " cut at " << first << " and " << second;
  }
}

TEST(sse_test, gives_an_event_as_soon_as_its_empty_line_begins) {
  sse_parser parser;
  events to;
  ASSERT_TRUE(parser.feed("data: a\r\n\r", to));
  EXPECT_EQ(to.size(), 1u);
  ASSERT_TRUE(parser.feed("\ndata: b\r\n", to));
  EXPECT_EQ(to.size(), 1u);
}

TEST(sse_test, an_event_as_long_as_the_bound_is_read_and_one_byte_more_is_a_failure) {
  const std::string fits = "data: " + std::string(sse_event_bytes_max - 6, 'x');
  sse_parser parser;
  events to;
  ASSERT_TRUE(parser.feed(fits + "\n\n" + fits + "\n\n", to));
  ASSERT_EQ(to.size(), 2u);
  EXPECT_EQ(to[1].data.size(), sse_event_bytes_max - 6);
  const auto failed = parser.feed("data: a\n\n" + fits + "x", to);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind, failure_kind::bad_input);
  ASSERT_EQ(to.size(), 3u); // what came before is not lost
  EXPECT_EQ(to[2].data, "a");
  EXPECT_FALSE(parser.feed("\n\ndata: b\n\n", to));
  EXPECT_EQ(to.size(), 3u);
  EXPECT_FALSE(parser.end_of_body());
}

TEST(sse_test, the_bound_holds_for_many_lines_names_and_text_that_is_no_event) {
  for (const std::string line :
       {"data: 0123456789\n", "data:\n", "junk\n", "event: e\ndata: 1\n"}) {
    sse_parser parser{1000};
    events to;
    bool failed = false;
    for (int i = 0; i < 2000 && !failed; ++i)
      failed = !parser.feed(line, to);
    EXPECT_TRUE(failed) << line;
    EXPECT_TRUE(to.empty()) << line;
  }
}

TEST(sse_test, the_bound_does_not_depend_on_how_the_body_was_cut) {
  const std::string body = "data: 1\n\ndata: 23456\ndata: 7890123\n\ndata: 4\n\n";
  for (size_t bound = 1; bound <= 30; ++bound) {
    sse_parser whole{bound}, bytewise{bound};
    events of_whole, of_bytes;
    const bool whole_failed = !whole.feed(body, of_whole);
    bool failed = false;
    for (const char byte : body)
      failed = !bytewise.feed({&byte, 1}, of_bytes);
    EXPECT_EQ(failed, whole_failed) << bound;
    EXPECT_EQ(of_bytes, of_whole) << bound;
  }
}

TEST(sse_test, comments_may_come_for_ever) {
  sse_parser parser{100};
  events to;
  for (int i = 0; i < 1000; ++i)
    ASSERT_TRUE(parser.feed(": keep-alive\n\nid: 1\nretry: 5\n", to));
  EXPECT_TRUE(to.empty());
}

} // namespace
} // namespace trunkline
