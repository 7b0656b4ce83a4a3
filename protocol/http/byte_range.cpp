#include "protocol/http/byte_range.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace trunkline {

namespace {

std::optional<uint64_t> number(std::string_view text) {
  uint64_t value = 0;
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (text.empty() || read.ec != std::errc{} || read.ptr != end)
    return std::nullopt;
  return value;
}

} // namespace

byte_range read_range(std::string_view header, uint64_t total) {
  using kind = byte_range::kind;
  constexpr std::string_view unit = "bytes=";
  const byte_range whole{kind::whole, 0, total};
  if (!header.starts_with(unit))
    return whole;
  header.remove_prefix(unit.size());
  const auto dash = header.find('-');
  if (dash == header.npos)
    return whole;
  const auto first = number(header.substr(0, dash)), last = number(header.substr(dash + 1));
  if (dash == 0) { // the last so many
    if (!last)
      return whole;
    const auto size = std::min(*last, total);
    return size == 0 ? byte_range{kind::unsatisfiable, 0, 0}
                     : byte_range{kind::part, total - size, size};
  }
  const bool open = dash + 1 == header.size();
  if (!first || (!open && (!last || *last < *first)))
    return whole;
  if (*first >= total)
    return {kind::unsatisfiable, 0, 0};
  const auto end = open ? total - 1 : std::min(*last, total - 1);
  return {kind::part, *first, end - *first + 1};
}

} // namespace trunkline
