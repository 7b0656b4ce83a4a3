#pragma once

#include "protocol/chat/chat_codec.hpp"

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace trunkline::testing {

using reader_maker = std::function<std::unique_ptr<reply_reader>()>;

/// An event as one line: `say "Hello."`, `call id name {"a":1}`, `done 212+31, 128 cached`,
/// `done cut ...`, `failure unreachable retryable`.
std::string shown(const llm_event& event);

/// What a reader makes of a body that comes in these pieces.
std::vector<std::string> read_reply(reply_reader& reader, std::span<const std::string_view> pieces);

/// What a golden body must be read as.
struct golden_reply {
  const char* file; ///< under tests/golden
  std::vector<std::string> events;
};

/// Reads each file whole, cut in two at every byte, and byte by byte; and fails for files of
/// `folder` that are not in the list.
void expect_golden_replies(std::string_view folder, std::span<const golden_reply> replies,
                           const reader_maker& make);

/// Every beginning of each file gives a beginning of the file's events and then one end: done or a
/// failure. Nothing that was not said whole is made up.
void expect_truncated_replies_fail(std::string_view folder, std::span<const golden_reply> replies,
                                   const reader_maker& make);

} // namespace trunkline::testing
