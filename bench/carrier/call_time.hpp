#pragma once

#include <charconv>
#include <ctime>
#include <string>
#include <string_view>

namespace trunkline {

/// "Sat, 21 Nov 2026 10:00:00 +0000": how the carrier writes time.
inline std::string rfc2822_now() {
  const auto now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[40];
  return {text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S +0000", &utc)};
}

/// The whole number `text` is, or `otherwise`.
inline int number_or(std::string_view text, int otherwise) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() ? number : otherwise;
}

} // namespace trunkline
