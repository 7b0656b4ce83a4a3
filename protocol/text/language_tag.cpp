#include "protocol/text/language_tag.hpp"

#include <algorithm>

namespace trunkline {

namespace {

constexpr bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
constexpr bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Takes the part before the next hyphen off.
std::string_view take_part(std::string_view& text) {
  const auto end = std::min(text.find('-'), text.size());
  const auto part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

bool is_script(std::string_view part) {
  return part.size() == 4 && is_upper(part[0]) &&
         std::all_of(part.begin() + 1, part.end(), is_lower);
}

bool is_region(std::string_view part) {
  return (part.size() == 2 && std::all_of(part.begin(), part.end(), is_upper)) ||
         (part.size() == 3 && std::all_of(part.begin(), part.end(), is_digit));
}

} // namespace

bool is_language_tag(std::string_view text) {
  if (text.empty() || text.back() == '-')
    return false;
  const auto primary = take_part(text);
  if (primary.size() < 2 || primary.size() > 3 ||
      !std::all_of(primary.begin(), primary.end(), is_lower))
    return false;
  if (text.empty())
    return true;
  auto part = take_part(text);
  if (is_script(part)) {
    if (text.empty())
      return true;
    part = take_part(text);
  }
  return is_region(part) && text.empty();
}

std::string_view primary_language(std::string_view tag) {
  return tag.substr(0, tag.find('-'));
}

bool is_english(std::string_view tag) {
  return primary_language(tag) == "en";
}

bool same_language(std::string_view a, std::string_view b) {
  return primary_language(a) == primary_language(b);
}

} // namespace trunkline
