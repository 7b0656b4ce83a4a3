// Markdown, plain text and the text of PDFs, line by line.

#include "protocol/knowledge/document_text.hpp"

#include <algorithm>
#include <cctype>

namespace trunkline {

namespace {

constexpr size_t heading_bytes_max = 100;

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\f");
  if (first == text.npos)
    return {};
  return text.substr(first, text.find_last_not_of(" \t\r\f") + 1 - first);
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

bool is_rule(std::string_view line, char mark) {
  return line.size() >= 3 && line.find_first_not_of(mark) == line.npos;
}

/// Collects lines into sections.
class section_writer {
public:
  void heading(size_t level, std::string_view text) {
    finish();
    if (document_.title.empty() && level == 1 && document_.sections.empty())
      document_.title = text;
    open_.headings.resize(std::min(open_.headings.size(), level - 1));
    while (open_.headings.size() + 1 < level)
      open_.headings.emplace_back();
    open_.headings.emplace_back(text);
  }
  void line(std::string_view text) {
    if (text.empty()) {
      paragraph();
      return;
    }
    if (!open_.text.empty() && !open_.text.ends_with("\n\n"))
      open_.text += '\n';
    open_.text += text;
  }
  void paragraph() {
    if (!open_.text.empty() && !open_.text.ends_with("\n\n"))
      open_.text += "\n\n";
  }
  document_text take() {
    finish();
    return std::move(document_);
  }

private:
  void finish() {
    while (!open_.text.empty() && open_.text.back() == '\n')
      open_.text.pop_back();
    if (!open_.text.empty())
      document_.sections.push_back(open_);
    open_.text.clear();
  }

  document_text document_;
  text_section open_;
};

// "[words](address)" and "![words](address)" as their words; emphasis and code marks off.
std::string without_marks(std::string_view line) {
  std::string out;
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '!' && i + 1 < line.size() && line[i + 1] == '[')
      continue;
    if (c == '[') {
      const auto close = line.find(']', i);
      if (close != line.npos && close + 1 < line.size() && line[close + 1] == '(') {
        const auto end = line.find(')', close);
        if (end != line.npos) {
          out += without_marks(line.substr(i + 1, close - i - 1));
          i = end;
          continue;
        }
      }
    }
    const bool underscore = c == '_' && ((i > 0 && line[i - 1] == ' ') || i == 0 ||
                                         i + 1 == line.size() || line[i + 1] == ' ');
    if (c == '*' || c == '`' || underscore)
      continue;
    if (c == '\\' && i + 1 < line.size() && std::ispunct(static_cast<unsigned char>(line[i + 1])))
      out += line[++i];
    else
      out += c == '|' ? ' ' : c;
  }
  return out;
}

bool in_capitals(std::string_view line) {
  size_t letters = 0;
  for (const unsigned char c : line) {
    if (std::islower(c))
      return false;
    letters += std::isupper(c) ? 1 : 0;
  }
  return letters >= 4;
}

// A short line that stands alone and is no sentence.
bool looks_like_heading(const std::vector<std::string_view>& lines, size_t at) {
  const auto line = trimmed(lines[at]);
  if (line.empty() || line.size() > heading_bytes_max || line.back() == ',' || line.back() == ';')
    return false;
  const bool alone_before = at == 0 || trimmed(lines[at - 1]).empty();
  const bool text_after = at + 1 < lines.size();
  if (in_capitals(line))
    return alone_before;
  const bool sentence = line.back() == '.' || line.back() == '!';
  const bool starts_high = std::isupper(static_cast<unsigned char>(line[0])) ||
                           std::isdigit(static_cast<unsigned char>(line[0]));
  return alone_before && text_after && trimmed(lines[at + 1]).empty() && !sentence && starts_high &&
         line.size() <= 60;
}

document_text read_lines(std::string_view text) {
  section_writer out;
  const auto lines = lines_of(text);
  for (size_t i = 0; i < lines.size(); ++i) {
    const auto line = trimmed(lines[i]);
    const auto next = i + 1 < lines.size() ? trimmed(lines[i + 1]) : std::string_view{};
    if (!line.empty() && line.size() <= heading_bytes_max &&
        (is_rule(next, '=') || is_rule(next, '-'))) {
      out.heading(next[0] == '=' ? 1 : 2, line);
      ++i;
    } else if (looks_like_heading(lines, i)) {
      out.heading(i == 0 ? 1 : 2, line);
    } else {
      out.line(line);
    }
  }
  return out.take();
}

} // namespace

document_text read_markdown(std::string_view text) {
  section_writer out;
  const auto lines = lines_of(text);
  bool code = false;
  for (size_t i = 0; i < lines.size(); ++i) {
    auto line = trimmed(lines[i]);
    if (line.starts_with("```") || line.starts_with("~~~")) {
      code = !code;
      continue;
    }
    const auto level = std::min(line.find_first_not_of('#'), line.size());
    const auto next = i + 1 < lines.size() ? trimmed(lines[i + 1]) : std::string_view{};
    if (!code && level >= 1 && level <= 6 && (level == line.size() || line[level] == ' ')) {
      auto words = trimmed(line.substr(level));
      while (!words.empty() && words.back() == '#')
        words.remove_suffix(1);
      out.heading(level, without_marks(trimmed(words)));
    } else if (!code && !line.empty() && (is_rule(next, '=') || is_rule(next, '-')) &&
               line[0] != '|' && line[0] != '-') {
      out.heading(next[0] == '=' ? 1 : 2, without_marks(line));
      ++i;
    } else if (code) {
      out.line(line);
    } else if (line.find_first_not_of("-|: ") == line.npos ||
               line.find_first_not_of("* ") == line.npos) {
      out.line({}); // a rule, or the line below a table's head
    } else {
      while (line.starts_with(">") || line.starts_with("- ") || line.starts_with("* "))
        line = trimmed(line.substr(1));
      out.line(trimmed(without_marks(line)));
    }
  }
  return out.take();
}

document_text read_plain_text(std::string_view text) {
  return read_lines(text);
}

document_text read_pdf_text(std::string_view text) {
  std::string pages{text};
  std::replace(pages.begin(), pages.end(), '\f', '\n');
  return read_lines(pages);
}

} // namespace trunkline
