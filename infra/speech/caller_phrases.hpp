#pragma once

#include <span>
#include <string_view>

namespace trunkline {

/// A rule of what callers of a receptionist say, in phrase_grammar's notation.
struct phrase_rule {
  std::string_view name;
  std::string_view expression;
};

/// The built-in inventory. Its root is <utterance>. These rules are filled from the assistant's
/// configuration and may be missing: <service>, <staff>, <faq>, <extra>.
std::span<const phrase_rule> caller_phrases();

} // namespace trunkline
