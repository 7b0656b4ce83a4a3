#include "protocol/chat/thought_filter.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace trunkline {

namespace {

using tag_pair = std::pair<std::string_view, std::string_view>;

constexpr std::array<tag_pair, 2> tags{{{"<think>", "</think>"}, {"<thinking>", "</thinking>"}}};

constexpr std::string_view blanks = " \t\r\n";

// How much of the end of `text` may be the beginning of `tag`.
size_t begun_at_end(std::string_view text, std::string_view tag) {
  for (size_t length = std::min(text.size(), tag.size() - 1); length > 0; --length)
    if (tag.starts_with(text.substr(text.size() - length)))
      return length;
  return 0;
}

} // namespace

std::string thought_filter::feed(std::string_view text) {
  waiting_ += text;
  std::string said;
  while (take_tag(said)) {
  }
  return said;
}

// False: there is no whole tag, and all that cannot be one was given to `to` or left out.
bool thought_filter::take_tag(std::string& to) {
  const auto give = [&](std::string_view part) {
    if (after_thought_)
      part.remove_prefix(std::min(part.find_first_not_of(blanks), part.size()));
    if (part.empty())
      return;
    if (std::exchange(after_thought_, false) && !ends_in_blank_)
      to += ' ';
    to += part;
    ends_in_blank_ = blanks.find(part.back()) != std::string_view::npos;
  };
  const bool thinking = !closed_by_.empty();
  size_t found = std::string::npos, length = 0, open_end = 0;
  std::string_view closes;
  for (const auto& [opening, closing] : tags)
    for (const auto tag : {opening, closing}) { // a closing tag alone is no text either
      if (thinking && tag != closed_by_)
        continue;
      open_end = std::max(open_end, begun_at_end(waiting_, tag));
      if (const auto at = waiting_.find(tag); at < found) {
        found = at;
        length = tag.size();
        closes = tag == opening ? closing : std::string_view{};
      }
    }
  if (found == std::string::npos) {
    if (!thinking)
      give(std::string_view{waiting_}.substr(0, waiting_.size() - open_end));
    waiting_.erase(0, waiting_.size() - open_end);
    return false;
  }
  if (!thinking)
    give(std::string_view{waiting_}.substr(0, found));
  waiting_.erase(0, found + length);
  closed_by_ = thinking ? std::string_view{} : closes;
  after_thought_ = after_thought_ || closed_by_.empty();
  return true;
}

std::string thought_filter::end() {
  auto rest = std::exchange(waiting_, {});
  if (!closed_by_.empty())
    rest.clear();
  return rest;
}

} // namespace trunkline
