#pragma once

#include <string_view>

namespace trunkline {

/// Whether it is a BCP-47 tag as it is usually written: "es", "es-MX", "es-419", "zh-Hans-CN".
bool is_language_tag(std::string_view text);
/// "es" of "es-MX".
std::string_view primary_language(std::string_view tag);
bool is_english(std::string_view tag);
/// Whether two tags are of one language: "es-MX" and "es".
bool same_language(std::string_view a, std::string_view b);

} // namespace trunkline
