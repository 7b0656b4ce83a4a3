#pragma once

#include "schema/failure.hpp"
#include "schema/knowledge.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace trunkline {

// Documents as headed stretches of plain text. Pure; anything is survived.

enum class document_kind { markdown, text, html, pdf };
std::string_view to_string(document_kind kind);
/// By the ending of a file's name: md, markdown, txt, text, html, htm, pdf.
std::optional<document_kind> kind_of_name(std::string_view file_name);

/// Plain text under its headings: paragraphs are separated by one empty line.
struct text_section {
  std::vector<std::string> headings; ///< outermost first
  std::string text;
};

struct document_text {
  std::string title; ///< empty: the document has none
  std::vector<text_section> sections;
};

/// UTF-8 text of a file, or bad_input that says what is wrong at which byte: NUL bytes and other
/// control characters, or malformed UTF-8. Forgives a byte order mark.
result<std::string_view> checked_text(std::string_view bytes);

document_text read_markdown(std::string_view text);
/// Tags are dropped, entities resolved; headings make sections; scripts, styles and navigation are
/// left out. Not a browser: what is broken is read as well as it goes.
document_text read_html(std::string_view text);
/// Lines in capitals, or followed by a line of = or -, and short lines that stand alone without a
/// full stop, are headings.
document_text read_plain_text(std::string_view text);
/// As pdftotext prints it: form feeds between pages.
document_text read_pdf_text(std::string_view text);

/// Largest chunk, and the size below which a section is not worth cutting.
inline constexpr size_t chunk_bytes_max = 1200;

/// Cuts sections at paragraphs, then at sentences, then at blanks. Chunks are titled with the
/// document's title and the headings above them.
std::vector<knowledge_chunk> chunks_of(const document_text& document, std::string_view title);

/// Typographic marks as plain ones, runs of blanks as one: for search, and for voices.
std::string plain_marks(std::string_view text);

} // namespace trunkline
