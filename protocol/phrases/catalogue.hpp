#pragma once

#include "protocol/phrases/phrase.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace trunkline {

/// The sentence in the language of a BCP-47 tag: by its primary language ("es-MX" as "es"), English
/// where the catalogue has no such language. As text may have {placeholders}.
const char* phrase_text(phrase what, std::string_view tag);
/// The same with {name} filled in.
std::string phrase_text(phrase what, std::string_view tag, std::string_view name,
                        std::string_view value);

/// The primary languages that the catalogue has: "en", "es".
std::vector<std::string_view> catalogue_languages();

} // namespace trunkline
