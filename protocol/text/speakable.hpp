#pragma once

#include <string>
#include <string_view>

namespace trunkline {

/// Rewrites a sentence so that a plain synthesiser says it as a person would: months, weekdays and
/// titles in full, dates and clock times as words, e-mail addresses letter for letter, "911" digit
/// by digit. The result is printable ASCII on one line: control characters and what has no ASCII
/// reading become spaces.
std::string speakable(std::string_view text);

} // namespace trunkline
