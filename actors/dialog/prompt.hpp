#pragma once

#include "infra/store/user_rows.hpp"
#include "schema/assistant.hpp"
#include "schema/chat.hpp"
#include "schema/knowledge.hpp"
#include "schema/records.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace trunkline {

// What a language model is told besides the conversation. All of it comes from configuration; what
// a caller says is only ever a caller's message, or, when it was remembered, data in quotes.

/// The system prompt: who the agent is, what it may know and do, and the rules that no caller can
/// change (no medical advice, emergencies, nothing but tools makes a booking). The same for a whole
/// call, so that services can cache it.
std::string assemble_prompt(const assistant& who, timestamp call_start);

namespace notes {
/// A reply was cut off by its service after these words, and another one goes on.
std::string go_on_after(std::string_view said);
/// What the documents of the business say about the caller's last words.
std::string knowledge(const std::vector<knowledge_passage>& passages);
/// What is remembered of whoever called from this number before: the end of the system prompt. One
/// line of JSON within `caller_bytes_max`, so that nothing in it can look like a rule.
std::string caller(const known_caller& known);
inline constexpr size_t caller_bytes_max = 1200;
} // namespace notes

/// Of one request, the prompt not counted. Phone replies need little, and latency grows with it.
inline constexpr size_t context_tokens_max = 6000;

/// A rough count, four characters each.
size_t estimated_tokens(const chat_message& message);

/// The latest messages within `tokens_max`; what is before them is told in one note: what the
/// caller said, shortened, and what tools did. A tool's result never loses its call. The last
/// message is always kept.
std::vector<chat_message> within_budget(std::vector<chat_message> messages, size_t tokens_max);

} // namespace trunkline
