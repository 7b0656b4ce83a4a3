#include "protocol/chat/mended_history.hpp"

#include "protocol/text/json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <set>

namespace trunkline {

namespace {

constexpr size_t name_characters_max = 64; // of OpenAI; others allow more

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n\f\v") == std::string_view::npos;
}

// Ids and names may come of another provider or be a model's invention.
std::string word_of(std::string_view text) {
  std::string word{text.substr(0, name_characters_max)};
  std::replace_if(
      word.begin(), word.end(),
      [](unsigned char c) { return c >= 0x80 || (!std::isalnum(c) && c != '_' && c != '-'); }, '_');
  return word;
}

std::string object_text(const std::string& arguments) {
  const auto value = parse_json(arguments, "arguments");
  return value && value->is_object() ? arguments : "{}";
}

class mender {
public:
  explicit mender(std::span<const chat_message> messages)
      : messages_(messages), answered_(messages.size()) {}

  std::vector<history_entry> run() {
    for (size_t i = 0; i < messages_.size(); ++i)
      if (messages_[i].role != speaker::tool)
        take(i);
    return std::move(entries_);
  }

private:
  void take(size_t at) {
    const auto& message = messages_[at];
    const bool agent = message.role == speaker::agent;
    const auto text = is_blank(message.text) ? std::string_view{} : std::string_view{message.text};
    const bool has_calls = agent && !message.tool_calls.empty();
    if (text.empty() && !has_calls)
      return;
    const bool goes_on = agent && !entries_.empty() && entries_.back().role == speaker::agent &&
                         entries_.back().calls.empty();
    if (!goes_on)
      entries_.push_back({message.role, {}, {}});
    auto& entry = entries_.back();
    if (!entry.text.empty() && !text.empty())
      entry.text += ' ';
    entry.text += text;
    if (has_calls)
      for (const auto& call : message.tool_calls)
        entry.calls.push_back({unused_id(call.id),
                               call.name.empty() ? "unknown" : word_of(call.name),
                               object_text(call.arguments), answer_after(at, call.id)});
  }

  std::string unused_id(std::string_view wanted) {
    const auto word = wanted.empty() ? std::string{"call"} : word_of(wanted);
    auto id = word;
    for (size_t n = 2; !ids_.insert(id).second; ++n) {
      const auto suffix = "_" + std::to_string(n);
      id = word.substr(0, name_characters_max - suffix.size()) + suffix;
    }
    return id;
  }

  std::optional<std::string> answer_after(size_t at, std::string_view id) {
    for (size_t i = at + 1; i < messages_.size(); ++i)
      if (messages_[i].role == speaker::tool && !answered_[i] && messages_[i].tool_call_id == id) {
        answered_[i] = true;
        return messages_[i].text;
      }
    return std::nullopt;
  }

  std::span<const chat_message> messages_;
  std::vector<bool> answered_; ///< by message
  std::set<std::string> ids_;
  std::vector<history_entry> entries_;
};

} // namespace

std::vector<history_entry> mended_history(std::span<const chat_message> messages) {
  return mender{messages}.run();
}

} // namespace trunkline
