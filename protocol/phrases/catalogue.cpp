#include "protocol/phrases/catalogue.hpp"

#include "protocol/phrases/english.hpp"
#include "protocol/phrases/spanish.hpp"
#include "protocol/text/language_tag.hpp"

#include <iterator>
#include <span>

namespace trunkline {

namespace {

/// Every id, each at its own place.
constexpr bool is_complete(std::span<const phrase_row> rows) {
  if (rows.size() != phrase_count)
    return false;
  for (size_t i = 0; i < rows.size(); ++i)
    if (rows[i].id != static_cast<phrase>(i) || !rows[i].text || *rows[i].text == 0)
      return false;
  return true;
}
static_assert(is_complete(english_phrases));
static_assert(is_complete(spanish_phrases));

struct catalogue_language {
  std::string_view primary;
  std::span<const phrase_row> rows;
};

// English first: what is not here falls back to it.
constexpr catalogue_language languages[] = {{"en", english_phrases}, {"es", spanish_phrases}};

} // namespace

const char* phrase_text(phrase what, std::string_view tag) {
  const auto primary = primary_language(tag);
  auto rows = languages[0].rows;
  for (const auto& one : languages)
    if (one.primary == primary)
      rows = one.rows;
  return rows[static_cast<size_t>(what)].text;
}

std::string phrase_text(phrase what, std::string_view tag, std::string_view name,
                        std::string_view value) {
  std::string text = phrase_text(what, tag);
  const auto place = "{" + std::string{name} + "}";
  for (auto at = text.find(place); at != text.npos; at = text.find(place, at + value.size()))
    text.replace(at, place.size(), value);
  return text;
}

std::vector<std::string_view> catalogue_languages() {
  std::vector<std::string_view> all;
  for (const auto& one : languages)
    all.push_back(one.primary);
  return all;
}

} // namespace trunkline
