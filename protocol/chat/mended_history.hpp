#pragma once

#include "schema/chat.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace trunkline {

/// A tool call of the past together with its answer.
struct answered_call {
  std::string id;                    ///< unique within the history; letters, digits, _ and - only
  std::string name;                  ///< likewise, at most 64 characters
  std::string arguments;             ///< text of a JSON object
  std::optional<std::string> result; ///< nothing: the call was cut off before it was answered
};

/// An entry of the context without roles of tools: their texts stand with the calls.
struct history_entry {
  speaker role = speaker::caller; ///< never tool
  std::string text;               ///< empty only beside calls
  std::vector<answered_call> calls;
};

/// What every service asks of a history, whatever happened during the call: each call answered
/// exactly once and directly, no answer without its call, no empty text, what the agent said before
/// a call in one entry with it. Barge-in, retries and a change of provider break all of these.
std::vector<history_entry> mended_history(std::span<const chat_message> messages);

} // namespace trunkline
