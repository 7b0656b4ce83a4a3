// HTML as text under headings: tags tell where a block or a section begins, nothing else.

#include "protocol/knowledge/document_text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

namespace trunkline {

namespace {

constexpr size_t headings_max = 6;

constexpr std::array<std::string_view, 7> skipped_elements = {
    "script", "style", "noscript", "nav", "svg", "template", "select"};
constexpr std::array<std::string_view, 25> inline_elements = {
    "a",    "abbr",   "b",   "bdi",   "bdo",  "cite", "code", "data", "em",
    "font", "i",      "kbd", "label", "mark", "q",    "s",    "samp", "small",
    "span", "strong", "sub", "sup",   "time", "u",    "wbr"};

struct entity {
  std::string_view name, text;
};
constexpr entity entities[] = {{"amp", "&"},
                               {"lt", "<"},
                               {"gt", ">"},
                               {"quot", "\""},
                               {"apos", "'"},
                               {"nbsp", " "},
                               {"ndash", "-"},
                               {"mdash", " - "},
                               {"hellip", "..."},
                               {"lsquo", "'"},
                               {"rsquo", "'"},
                               {"ldquo", "\""},
                               {"rdquo", "\""},
                               {"bull", "-"},
                               {"euro", "\xe2\x82\xac"},
                               {"pound", "\xc2\xa3"},
                               {"cent", "\xc2\xa2"},
                               {"copy", "\xc2\xa9"},
                               {"reg", "\xc2\xae"},
                               {"eacute", "\xc3\xa9"},
                               {"aacute", "\xc3\xa1"},
                               {"iacute", "\xc3\xad"},
                               {"oacute", "\xc3\xb3"},
                               {"uacute", "\xc3\xba"},
                               {"ntilde", "\xc3\xb1"},
                               {"uuml", "\xc3\xbc"},
                               {"ouml", "\xc3\xb6"},
                               {"auml", "\xc3\xa4"},
                               {"szlig", "\xc3\x9f"},
                               {"frac12", "1/2"},
                               {"times", "x"},
                               {"deg", " degrees"}};

template<class List>
bool has(const List& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string utf8_of(uint32_t c) {
  if (c < 0x20 || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
    return " ";
  std::string out;
  if (c < 0x80)
    return {static_cast<char>(c)};
  const int extra = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
  constexpr std::array<uint32_t, 4> leads{0, 0xc0, 0xe0, 0xf0};
  out += static_cast<char>(leads[static_cast<size_t>(extra)] | c >> (6 * extra));
  for (int i = extra - 1; i >= 0; --i)
    out += static_cast<char>(0x80 | (c >> (6 * i) & 0x3f));
  return out;
}

// The text of "&name;" at the start of `text`, and how much of it that takes; 0: no entity.
std::pair<std::string, size_t> entity_at(std::string_view text) {
  const auto end = text.substr(0, 12).find(';');
  if (end == text.npos || end < 2)
    return {{}, 0};
  auto name = text.substr(1, end - 1);
  if (name[0] == '#') {
    name.remove_prefix(1);
    const bool hex = !name.empty() && (name[0] == 'x' || name[0] == 'X');
    name.remove_prefix(hex ? 1 : 0);
    uint32_t code = 0;
    const auto read = std::from_chars(name.data(), name.data() + name.size(), code, hex ? 16 : 10);
    if (read.ec != std::errc{} || read.ptr != name.data() + name.size())
      return {{}, 0};
    return {utf8_of(code), end + 1};
  }
  for (const auto& one : entities)
    if (one.name == name)
      return {std::string{one.text}, end + 1};
  return {{}, 0};
}

struct tag {
  std::string name; ///< lower case; empty: a comment or a declaration
  bool closing = false;
  size_t length = 0; ///< to the end of the text when it is not closed
};

// `quotes`: attributes may be quoted. Once a quotation mark was never closed they are not looked at
// any more, or each tag of a hostile text would be read to its end.
tag tag_at(std::string_view text, bool& quotes) {
  if (text.starts_with("<!--")) {
    const auto end = text.find("-->", 4);
    return {{}, false, end == text.npos ? text.size() : end + 3};
  }
  tag found;
  size_t at = 1;
  if (at < text.size() && text[at] == '/') {
    found.closing = true;
    ++at;
  }
  for (; at < text.size() && std::isalnum(static_cast<unsigned char>(text[at])); ++at)
    found.name += static_cast<char>(std::tolower(static_cast<unsigned char>(text[at])));
  const auto name_end = at;
  char quote = 0;
  for (; at < text.size() && (quote || text[at] != '>'); ++at) {
    if (quote)
      quote = text[at] == quote ? '\0' : quote;
    else if (quotes && (text[at] == '"' || text[at] == '\''))
      quote = text[at];
  }
  if (quote) {
    quotes = false;
    at = text.find('>', name_end);
  }
  found.length = at >= text.size() ? text.size() : at + 1;
  return found;
}

bool is_tag_start(std::string_view text) {
  return text.size() > 1 && (std::isalpha(static_cast<unsigned char>(text[1])) || text[1] == '/' ||
                             text[1] == '!' || text[1] == '?');
}

// Where the element that is skipped ends.
size_t end_of(std::string_view text, std::string_view name) {
  for (auto at = text.find("</"); at != text.npos; at = text.find("</", at + 2)) {
    const auto found = text.substr(at + 2, name.size());
    const bool same = std::equal(found.begin(), found.end(), name.begin(), name.end(),
                                 [](unsigned char a, char b) { return std::tolower(a) == b; });
    if (same)
      return at;
  }
  return text.size();
}

class html_text {
public:
  document_text read(std::string_view text) {
    while (!text.empty()) {
      if (text[0] == '<' && is_tag_start(text)) {
        const auto found = tag_at(text, quotes_);
        text.remove_prefix(std::min(found.length, text.size()));
        if (!found.closing && has(skipped_elements, found.name))
          text.remove_prefix(end_of(text, found.name));
        else
          take(found);
      } else if (const auto [said, length] = entity_at(text); text[0] == '&' && length > 0) {
        add(said);
        text.remove_prefix(length);
      } else {
        add(text.substr(0, 1));
        text.remove_prefix(1);
      }
    }
    finish_section();
    return std::move(document_);
  }

private:
  void take(const tag& found) {
    const auto& name = found.name;
    const bool heading = name.size() == 2 && name[0] == 'h' && name[1] >= '1' && name[1] <= '6';
    if (name == "title" || heading) {
      if (!found.closing) {
        finish_section();
        level_ = heading ? static_cast<size_t>(name[1] - '0') : 0;
        heading_.emplace();
      } else if (heading_) {
        finish_heading();
      }
    } else if (name == "br" || name == "tr" || name == "li") {
      line_break();
    } else if (name == "td" || name == "th") {
      add(" ");
    } else if (!name.empty() && !has(inline_elements, name)) {
      block();
    }
  }

  void add(std::string_view text) {
    auto& to = heading_ ? *heading_ : open_.text;
    for (const char c : text) {
      if (!std::isspace(static_cast<unsigned char>(c)))
        to += c;
      else if (!to.empty() && to.back() != ' ' && to.back() != '\n')
        to += ' ';
    }
  }

  void line_break() {
    if (heading_)
      add(" ");
    else if (!open_.text.empty() && open_.text.back() != '\n')
      open_.text += '\n';
  }

  void block() {
    if (heading_ || open_.text.empty() || open_.text.ends_with("\n\n"))
      return;
    open_.text += open_.text.ends_with("\n") ? "\n" : "\n\n";
  }

  void finish_heading() {
    auto words = plain_marks(*heading_);
    heading_.reset();
    if (level_ == 0) {
      document_.title = words;
      return;
    }
    if (document_.title.empty() && level_ == 1)
      document_.title = words;
    open_.headings.resize(std::min({open_.headings.size(), level_ - 1, headings_max}));
    open_.headings.resize(level_ - 1);
    open_.headings.push_back(std::move(words));
  }

  void finish_section() {
    if (heading_)
      finish_heading();
    while (!open_.text.empty() && std::isspace(static_cast<unsigned char>(open_.text.back())))
      open_.text.pop_back();
    if (!open_.text.empty())
      document_.sections.push_back(open_);
    open_.text.clear();
  }

  bool quotes_ = true;
  document_text document_;
  text_section open_;
  std::optional<std::string> heading_; ///< being read
  size_t level_ = 0;                   ///< of it; 0: the title
};

} // namespace

document_text read_html(std::string_view text) {
  return html_text{}.read(text);
}

} // namespace trunkline
