#include "protocol/text/speakable.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <optional>
#include <vector>

namespace trunkline {

namespace {

constexpr std::array<std::string_view, 12> months = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};

const std::map<std::string, std::string, std::less<>> words = {
    {"jan.", "January"},     {"feb.", "February"},  {"mar.", "March"},
    {"apr.", "April"},       {"jun.", "June"},      {"jul.", "July"},
    {"aug.", "August"},      {"sep.", "September"}, {"sept.", "September"},
    {"oct.", "October"},     {"nov.", "November"},  {"dec.", "December"},
    {"jan", "January"},      {"feb", "February"},   {"apr", "April"},
    {"aug", "August"},       {"sept", "September"}, {"oct", "October"},
    {"nov", "November"},     {"dec", "December"},   {"mon", "Monday"},
    {"mon.", "Monday"},      {"tue", "Tuesday"},    {"tue.", "Tuesday"},
    {"tues.", "Tuesday"},    {"wed", "Wednesday"},  {"wed.", "Wednesday"},
    {"thu", "Thursday"},     {"thu.", "Thursday"},  {"thurs.", "Thursday"},
    {"fri", "Friday"},       {"fri.", "Friday"},    {"sat.", "Saturday"},
    {"sun.", "Sunday"},      {"dr.", "Doctor"},     {"mr.", "Mister"},
    {"mrs.", "Missus"},      {"ms.", "Miz"},        {"vs.", "versus"},
    {"etc.", "et cetera"},   {"approx.", "about"},  {"appt.", "appointment"},
    {"e.g.", "for example"}, {"i.e.", "that is"},   {"ave.", "Avenue"},
    {"blvd.", "Boulevard"},  {"rd.", "Road"},       {"911", "nine one one"},
    {"ext.", "extension"},   {"&", "and"},          {"+", "plus"},
    {"hrs.", "hours"},       {"mins.", "minutes"},  {"e-mail", "email"},
    {"o'clock", "o'clock"}};

std::string lower(std::string_view text) {
  std::string out{text};
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

bool digit(char c) {
  return c >= '0' && c <= '9';
}

// The ASCII reading of the characters that business texts really contain; anything else: a space.
std::string_view reading(uint32_t code_point) {
  switch (code_point) {
  case 0x2018:
  case 0x2019:
  case 0x02bc:
    return "'";
  case 0x201c:
  case 0x201d:
    return " ";
  case 0x2013:
  case 0x2014:
    return ", ";
  case 0x2026:
    return ". ";
  case 0x20ac:
    return " euros ";
  case 0xa3:
    return " pounds ";
  case 0xb0:
    return " degrees ";
  case 0xdf:
    return "ss";
  case 0xe6:
  case 0xc6:
    return "ae";
  case 0xf8:
  case 0xd8:
    return "o";
  default:
    break;
  }
  // Latin letters with marks, U+00C0 to U+00FF, in order of their code points.
  static constexpr std::string_view plain =
      "AAAAAAACEEEEIIIIDNOOOOO OUUUUY saaaaaaaceeeeiiiidnooooo ouuuuy y";
  if (code_point >= 0xc0 && code_point <= 0xff)
    return plain.substr(code_point - 0xc0, 1);
  return " ";
}

std::string to_ascii(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    const auto lead = static_cast<uint8_t>(text[i]);
    if (lead < 0x80) {
      out.push_back(lead < 0x20 || lead == 0x7f ? ' ' : static_cast<char>(lead));
      ++i;
      continue;
    }
    const size_t more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : lead >= 0xc0 ? 1 : 0;
    uint32_t code_point = more == 0 ? 0 : lead & (0x3fu >> more);
    size_t got = 0;
    while (got < more && i + got + 1 < text.size() &&
           (static_cast<uint8_t>(text[i + got + 1]) & 0xc0) == 0x80)
      code_point = code_point << 6 | (static_cast<uint8_t>(text[i + ++got]) & 0x3f);
    out += got == more ? reading(code_point) : " ";
    i += 1 + got;
  }
  return out;
}

std::optional<std::string> date_words(std::string_view year, std::string_view month,
                                      std::string_view day) {
  const auto number = [](std::string_view s) {
    return std::all_of(s.begin(), s.end(), digit) && !s.empty() && s.size() <= 4
               ? std::stoi(std::string{s})
               : -1;
  };
  const int m = number(month), d = number(day), y = number(year);
  if (m < 1 || m > 12 || d < 1 || d > 31 || y < 1000)
    return {};
  const char* ending = d / 10 == 1   ? "th"
                       : d % 10 == 1 ? "st"
                       : d % 10 == 2 ? "nd"
                       : d % 10 == 3 ? "rd"
                                     : "th";
  return std::string{months[static_cast<size_t>(m - 1)]} + " " + std::to_string(d) + ending + ", " +
         std::to_string(y);
}

std::vector<std::string_view> split(std::string_view text, char by) {
  std::vector<std::string_view> parts;
  size_t start = 0;
  for (size_t end; (end = text.find(by, start)) != std::string_view::npos; start = end + 1)
    parts.push_back(text.substr(start, end - start));
  parts.push_back(text.substr(start));
  return parts;
}

std::optional<std::string> as_date(std::string_view core) {
  if (const auto iso = split(core, '-'); iso.size() == 3 && iso[0].size() == 4)
    return date_words(iso[0], iso[1], iso[2]);
  if (const auto us = split(core, '/'); us.size() == 3)
    return date_words(us[2], us[0], us[1]);
  return {};
}

// 10:15AM, 5pm: the synthesiser wants the half of the day apart and dotted.
std::optional<std::string> as_clock(std::string_view core) {
  const auto low = lower(core);
  if (low.size() < 3 || !digit(low[0]))
    return {};
  const auto letters = low.find_first_not_of("0123456789:");
  if (letters == std::string::npos || letters > 5)
    return {};
  const auto half = low.substr(letters);
  if (half == "am" || half == "a.m" || half == "a.m.")
    return low.substr(0, letters) + " a.m.";
  if (half == "pm" || half == "p.m" || half == "p.m.")
    return low.substr(0, letters) + " p.m.";
  return {};
}

std::string spelled_address(std::string_view core) {
  std::string out;
  for (char c : core)
    out += c == '@'   ? " at "
           : c == '.' ? " dot "
           : c == '_' ? " underscore "
           : c == '-' ? " dash "
                      : std::string(1, c);
  return out;
}

std::string without_signs(std::string_view core) {
  std::string out;
  for (size_t i = 0; i < core.size(); ++i) {
    const char c = core[i];
    if (c == '#' && i + 1 < core.size() && digit(core[i + 1]))
      out += "number ";
    else if (c == '@')
      out += " at ";
    else if (c == '&')
      out += " and ";
    else
      out.push_back(std::string_view{"#*_/\\<>|~^`{}[]=\""}.find(c) != std::string_view::npos ? ' '
                                                                                              : c);
  }
  return out;
}

std::string token_words(std::string_view token) {
  if (const auto found = words.find(lower(token)); found != words.end())
    return found->second;
  // What closes the sentence stays outside of what is looked at.
  const auto last = token.find_last_not_of(".,;:!?)\"");
  const auto core = token.substr(0, last == std::string_view::npos ? 0 : last + 1);
  const std::string tail{token.substr(core.size())};
  if (tail.starts_with("."))
    if (const auto found = words.find(lower(core) + "."); found != words.end())
      return found->second + tail.substr(1);
  if (const auto found = words.find(lower(core)); found != words.end())
    return found->second + tail;
  if (const auto date = as_date(core))
    return *date + tail;
  if (const auto clock = as_clock(core))
    return *clock + (tail == "." ? "" : tail);
  const auto at = core.find('@');
  if (at != std::string_view::npos && core.find('.', at) != std::string_view::npos)
    return spelled_address(core) + tail;
  if (const auto range = split(core, '-'); range.size() == 2) {
    const auto from = words.find(lower(range[0])), to = words.find(lower(range[1]));
    if (from != words.end() && to != words.end())
      return from->second + " to " + to->second + tail;
  }
  return without_signs(token);
}

} // namespace

std::string speakable(std::string_view text) {
  const auto ascii = to_ascii(text);
  std::string out;
  for (auto token : split(ascii, ' ')) {
    if (token.empty())
      continue;
    const auto said = token_words(token);
    for (auto word : split(said, ' '))
      if (!word.empty())
        out += (out.empty() ? "" : " ") + std::string{word};
  }
  return out;
}

} // namespace trunkline
