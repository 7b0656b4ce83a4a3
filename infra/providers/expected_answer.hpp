#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace trunkline {

/// What a caller is likely to say next, by what the agent asked last. A hint: anything else may be
/// said at any time.
enum class expected_answer {
  anything,
  service, ///< what they come in for
  when,    ///< a day or a time
  name,
  yes_no, ///< of what was read back: yes, no, or a correction
  more,   ///< whether there is anything else
  message ///< its words, or whom it is for
};

inline constexpr std::array<std::string_view, 7> expected_answer_names = {
    "anything", "service", "when", "name", "yes_no", "more", "message"};
inline constexpr size_t expected_answers = expected_answer_names.size();

} // namespace trunkline
