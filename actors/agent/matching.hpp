#pragma once

#include "protocol/text/words.hpp"
#include "schema/assistant.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace trunkline {

/// The service named among the words, by name, alias or a word only it has; small errors forgiven.
/// `used` (same size as the words) gets the words that named it.
std::optional<size_t> match_service(std::span<const std::string> words, const assistant& who,
                                    std::vector<bool>& used);
/// The staff member named, by name, title or alias.
std::optional<size_t> match_staff(std::span<const std::string> words, const assistant& who,
                                  std::vector<bool>& used);

/// How likely a name is: not at all, when introduced by "it's" and the like, or because one was
/// asked for, so that whatever words remain are it.
enum class name_hint { none, possible, asked };

/// A name introduced in a sentence ("my name is ...", "for anna smith"), capitalised; empty when
/// there is none. Words marked in `used` mean something else.
std::string find_name(std::span<const std::string> words, const std::vector<bool>& used,
                      name_hint hint);

} // namespace trunkline
