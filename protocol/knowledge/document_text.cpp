#include "protocol/knowledge/document_text.hpp"

#include "protocol/text/utf8.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace trunkline {

namespace {

struct ending {
  std::string_view text;
  document_kind kind;
};
constexpr ending endings[] = {
    {"md", document_kind::markdown}, {"markdown", document_kind::markdown},
    {"txt", document_kind::text},    {"text", document_kind::text},
    {"html", document_kind::html},   {"htm", document_kind::html},
    {"pdf", document_kind::pdf}};

struct mark {
  std::string_view from, to;
};
constexpr mark marks[] = {{"\xe2\x80\x98", "'"},   {"\xe2\x80\x99", "'"},  {"\xe2\x80\x9c", "\""},
                          {"\xe2\x80\x9d", "\""},  {"\xe2\x80\x93", "-"},  {"\xe2\x80\x94", " - "},
                          {"\xe2\x80\xa6", "..."}, {"\xc2\xa0", " "},      {"\xe2\x80\xa2", "-"},
                          {"\xc2\xad", ""},        {"\xef\xac\x81", "fi"}, {"\xef\xac\x82", "fl"}};

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f';
}

// The last place at or before `most` where a text may be cut, so that no character is.
size_t cut_at(std::string_view text, size_t most) {
  if (text.size() <= most)
    return text.size();
  const auto window = text.substr(0, most);
  for (const std::string_view end : {". ", "? ", "! "})
    if (const auto at = window.rfind(end); at != window.npos && at > most / 3)
      return at + 1;
  if (const auto at = window.rfind(' '); at != window.npos && at > 0)
    return at;
  auto at = most;
  while (at > 0 && (static_cast<uint8_t>(text[at]) & 0xc0) == 0x80)
    --at;
  return at == 0 ? most : at;
}

std::string title_of(std::string_view document, const std::vector<std::string>& headings) {
  std::string title{document};
  for (const auto& heading : headings)
    if (!heading.empty() && heading != document)
      title += (title.empty() ? "" : " > ") + heading;
  return title;
}

std::vector<std::string_view> paragraphs_of(std::string_view text) {
  std::vector<std::string_view> all;
  while (!text.empty()) {
    const auto end = std::min(text.find("\n\n"), text.size());
    if (end > 0)
      all.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 2, text.size()));
  }
  return all;
}

} // namespace

std::string_view to_string(document_kind kind) {
  constexpr std::array<std::string_view, 4> names{"markdown", "text", "html", "pdf"};
  return names[static_cast<size_t>(kind)];
}

std::optional<document_kind> kind_of_name(std::string_view file_name) {
  const auto dot = file_name.rfind('.');
  if (dot == file_name.npos)
    return std::nullopt;
  std::string lower{file_name.substr(dot + 1)};
  for (auto& c : lower)
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  for (const auto& one : endings)
    if (one.text == lower)
      return one.kind;
  return std::nullopt;
}

result<std::string_view> checked_text(std::string_view bytes) {
  if (bytes.starts_with("\xef\xbb\xbf"))
    bytes.remove_prefix(3);
  for (size_t i = 0; i < bytes.size(); ++i) {
    const auto c = static_cast<uint8_t>(bytes[i]);
    if (c < 0x20 && !is_blank(bytes[i]) && c != 0x0b && c != 0x1b)
      return failure{failure_kind::bad_input,
                     "it is not text: byte " + std::to_string(c) + " at offset " +
                         std::to_string(i) + "; is it a binary file with a wrong name?",
                     false};
  }
  if (!is_valid_utf8(bytes)) {
    size_t good = 0, bad = bytes.size();
    while (good + 1 < bad) { // the longest valid beginning
      const auto middle = good + (bad - good) / 2;
      auto end = middle;
      while (end > good && (static_cast<uint8_t>(bytes[end]) & 0xc0) == 0x80 && middle - end < 4)
        --end;
      if (end > good && is_valid_utf8(bytes.substr(good, end - good)))
        good = end;
      else
        bad = middle;
    }
    return failure{failure_kind::bad_input,
                   "it is not UTF-8 text (near offset " + std::to_string(good) +
                       "); convert it, for example with iconv -t UTF-8",
                   false};
  }
  return bytes;
}

std::string plain_marks(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    const auto rest = text.substr(i);
    const auto* known = std::find_if(std::begin(marks), std::end(marks),
                                     [&](const mark& one) { return rest.starts_with(one.from); });
    if (known != std::end(marks)) {
      out += known->to;
      i += known->from.size();
    } else if (rest[0] == ' ' || rest[0] == '\t' || rest[0] == '\r') {
      if (!out.empty() && out.back() != ' ' && out.back() != '\n')
        out += ' ';
      ++i;
    } else {
      if (rest[0] == '\n')
        while (!out.empty() && out.back() == ' ')
          out.pop_back();
      out += rest[0];
      ++i;
    }
  }
  while (!out.empty() && is_blank(out.back()))
    out.pop_back();
  return out;
}

std::vector<knowledge_chunk> chunks_of(const document_text& document, std::string_view title) {
  std::vector<knowledge_chunk> chunks;
  for (const auto& section : document.sections) {
    const auto heading = shortened(title_of(title, section.headings), 200);
    std::string open;
    const auto finish = [&] {
      if (!open.empty())
        chunks.push_back({static_cast<int>(chunks.size()), heading, std::move(open)});
      open.clear();
    };
    const auto clean = plain_marks(to_xml_characters(section.text));
    for (auto paragraph : paragraphs_of(clean)) {
      if (open.size() + paragraph.size() + 2 > chunk_bytes_max)
        finish();
      while (paragraph.size() > chunk_bytes_max) {
        const auto end = cut_at(paragraph, chunk_bytes_max);
        open = paragraph.substr(0, end);
        finish();
        paragraph.remove_prefix(end);
        while (!paragraph.empty() && is_blank(paragraph[0]))
          paragraph.remove_prefix(1);
      }
      if (!paragraph.empty())
        (open += open.empty() ? "" : "\n\n") += paragraph;
    }
    finish();
  }
  return chunks;
}

} // namespace trunkline
