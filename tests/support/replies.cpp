#include "tests/support/replies.hpp"

#include "tests/support/paths.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>

namespace trunkline::testing {

namespace {

struct event_writer {
  std::string operator()(const reply_delta& delta) const { return "say \"" + delta.text + "\""; }
  std::string operator()(const tool_call& call) const {
    return "call " + call.id + " " + call.name + " " + call.arguments;
  }
  std::string operator()(const llm_done& done) const {
    return std::string{"done "} + (done.cut ? "cut " : "") + std::to_string(done.prompt_tokens) +
           "+" + std::to_string(done.reply_tokens) + ", " + std::to_string(done.cached_tokens) +
           " cached";
  }
  std::string operator()(const failure& what) const {
    EXPECT_LE(what.context.size(), 300u);
    EXPECT_EQ(what.context.find('\n'), std::string::npos);
    return "failure " + std::string{to_string(what.kind)} + (what.retryable ? " retryable" : "");
  }
};

void append(std::vector<std::string>& to, const std::vector<llm_event>& events) {
  for (const auto& event : events)
    to.push_back(shown(event));
}

bool is_end(const std::string& event) {
  return event.rfind("done", 0) == 0 || event.rfind("failure", 0) == 0;
}

std::string golden_text(std::string_view folder, const char* file) {
  return read_file(source_dir() / "tests/golden" / folder / file);
}

} // namespace

std::string shown(const llm_event& event) {
  return std::visit(event_writer{}, event);
}

std::vector<std::string> read_reply(reply_reader& reader,
                                    std::span<const std::string_view> pieces) {
  std::vector<std::string> events;
  for (const auto piece : pieces)
    append(events, reader.feed(piece));
  append(events, reader.end_of_body());
  append(events, reader.feed("data: {}\n\n"));
  append(events, reader.end_of_body());
  return events;
}

void expect_golden_replies(std::string_view folder, std::span<const golden_reply> replies,
                           const reader_maker& make) {
  std::set<std::string> unread;
  for (const auto& entry :
       std::filesystem::directory_iterator(source_dir() / "tests/golden" / folder))
    if (entry.path().extension() == ".sse")
      unread.insert(entry.path().filename());
  for (const auto& [file, expected] : replies) {
    EXPECT_EQ(unread.erase(file), 1u) << file << " is missing or listed twice";
    const auto body = golden_text(folder, file);
    const std::string_view text = body;
    const auto read = [&](const std::vector<std::string_view>& pieces) {
      return read_reply(*make(), pieces);
    };
    EXPECT_EQ(read({text}), expected) << file;
    std::vector<std::string_view> bytes;
    for (size_t i = 0; i < text.size(); ++i)
      bytes.push_back(text.substr(i, 1));
    EXPECT_EQ(read(bytes), expected) << file << " byte by byte";
    for (size_t at = 0; at <= text.size(); ++at)
      ASSERT_EQ(read({text.substr(0, at), text.substr(at)}), expected)
          << file << " cut at byte " << at;
  }
  EXPECT_TRUE(unread.empty()) << *unread.begin() << " is not in the list";
}

void expect_truncated_replies_fail(std::string_view folder, std::span<const golden_reply> replies,
                                   const reader_maker& make) {
  for (const auto& [file, expected] : replies) {
    const auto body = golden_text(folder, file);
    for (size_t size = 0; size < body.size(); ++size) {
      const auto piece = std::string_view{body}.substr(0, size);
      auto events = read_reply(*make(), {&piece, 1});
      ASSERT_FALSE(events.empty()) << file << " of " << size << " bytes";
      ASSERT_EQ(std::count_if(events.begin(), events.end(), is_end), 1);
      ASSERT_TRUE(is_end(events.back())) << file << " of " << size << " bytes";
      events.pop_back();
      ASSERT_LE(events.size(), expected.size()) << file << " of " << size << " bytes";
      ASSERT_TRUE(std::equal(events.begin(), events.end(), expected.begin()))
          << file << " of " << size << " bytes";
    }
  }
}

} // namespace trunkline::testing
