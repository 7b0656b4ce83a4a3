#pragma once

#include <string>
#include <string_view>

namespace trunkline {

/// Whether all of it is well-formed UTF-8 (no surrogates, no overlong forms, at most U+10FFFF).
bool is_valid_utf8(std::string_view text);

/// Each malformed stretch becomes one U+FFFD.
std::string to_valid_utf8(std::string_view text);

/// Valid UTF-8 with only the characters XML 1.0 allows: drops control characters other than tab
/// and line ends, U+FFFE and U+FFFF. Escaping is the XML writer's.
std::string to_xml_characters(std::string_view text);

/// At most `characters_max` code points, cut at the last space within the final 40 when there is
/// one. Expects valid UTF-8.
std::string shortened(std::string_view text, size_t characters_max);

/// Text from outside as it is kept in records and shown: to_xml_characters, with tabs and line ends
/// as blanks and without DEL and C1 controls, at most `bytes_max` bytes cut between characters.
std::string clean_text(std::string_view text, size_t bytes_max);

} // namespace trunkline
