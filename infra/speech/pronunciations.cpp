#include "infra/speech/pronunciations.hpp"

#include "infra/speech/flite_voice.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <set>
#include <sstream>

namespace trunkline {

namespace {

// What the acoustic model knows; a pronunciation with anything else cannot be used.
const std::set<std::string, std::less<>> phones = {
    "AA", "AE", "AH", "AO", "AW", "AY", "B",  "CH", "D", "DH", "EH", "ER", "EY",
    "F",  "G",  "HH", "IH", "IY", "JH", "K",  "L",  "M", "N",  "NG", "OW", "OY",
    "P",  "R",  "S",  "SH", "T",  "TH", "UH", "UW", "V", "W",  "Y",  "Z",  "ZH"};

bool all_known(const std::string& pronunciation) {
  std::istringstream in{pronunciation};
  size_t count = 0;
  bool vowel = false;
  for (std::string phone; in >> phone; ++count) {
    if (!phones.contains(phone))
      return false;
    vowel |= std::string_view{"AEIOU"}.find(phone[0]) != std::string_view::npos;
  }
  return count > 0 && vowel;
}

constexpr std::array<std::string_view, 20> small = {
    "zero",     "one",     "two",     "three",     "four",     "five",    "six",
    "seven",    "eight",   "nine",    "ten",       "eleven",   "twelve",  "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
constexpr std::array<std::string_view, 10> tens = {"",      "",      "twenty",  "thirty", "forty",
                                                   "fifty", "sixty", "seventy", "eighty", "ninety"};

void spell(unsigned value, std::vector<std::string>& out) {
  if (value >= 1000) {
    spell(value / 1000, out);
    out.emplace_back("thousand");
    value %= 1000;
    if (value == 0)
      return;
  }
  if (value >= 100) {
    spell(value / 100, out);
    out.emplace_back("hundred");
    value %= 100;
    if (value == 0)
      return;
  }
  if (value >= 20) {
    out.emplace_back(tens[value / 10]);
    value %= 10;
    if (value == 0)
      return;
  }
  out.emplace_back(small[value]);
}

} // namespace

pronunciations pronunciations::parse(std::string text) {
  pronunciations all;
  all.text_ = std::move(text);
  const std::string_view whole = all.text_;
  for (size_t at = 0; at < whole.size();) {
    const auto end = std::min(whole.find('\n', at), whole.size());
    const auto line = whole.substr(at, end - at);
    const auto space = line.find_first_of(" \t");
    if (space != std::string_view::npos && space > 0 && line[0] != '#' && line[0] != ';') {
      const auto word = line.substr(0, std::min(space, line.find('(')));
      const auto first = line.find_first_not_of(" \t", space);
      const auto last = line.find_last_not_of(" \t\r");
      if (!word.empty() && first != std::string_view::npos)
        all.words_[std::string{word}].emplace_back(at + first, last - first + 1);
    }
    at = end + 1;
  }
  return all;
}

result<pronunciations> pronunciations::load(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  std::ostringstream text;
  text << in.rdbuf();
  auto all = parse(std::move(text).str());
  if (all.words_.empty())
    return failure{failure_kind::unavailable,
                   "speech: no pronunciation dictionary at " + file.string() +
                       "; install pocketsphinx-en-us",
                   false};
  return all;
}

std::vector<std::string> pronunciations::of(const std::string& word) const {
  std::vector<std::string> found;
  if (const auto entry = words_.find(word); entry != words_.end())
    for (auto [at, length] : entry->second)
      found.push_back(text_.substr(at, length));
  if (const auto entry = made_.find(word); entry != made_.end())
    found.push_back(entry->second);
  return found;
}

bool pronunciations::generate(const std::string& word) {
  if (made_.contains(word))
    return true;
  auto letters = word;
  std::erase(letters, '\'');
  auto made = word_pronunciation(letters);
  if (!all_known(made))
    return false;
  made_.emplace(word, std::move(made));
  return true;
}

std::vector<std::string> spoken_words(std::string_view phrase) {
  std::vector<std::string> out;
  std::string word;
  const auto flush = [&] {
    while (!word.empty() && word.back() == '\'')
      word.pop_back();
    if (word.empty())
      return true;
    const auto digits = static_cast<size_t>(
        std::count_if(word.begin(), word.end(), [](unsigned char c) { return std::isdigit(c); }));
    if (digits == word.size() && digits <= 4)
      spell(static_cast<unsigned>(std::stoul(word)), out);
    else if (digits == 0)
      out.push_back(word);
    else
      return false;
    word.clear();
    return true;
  };
  for (unsigned char c : phrase) {
    if (std::isalnum(c))
      word.push_back(static_cast<char>(std::tolower(c)));
    else if (c == '\'' && !word.empty())
      word.push_back('\'');
    else if (c >= 0x80)
      return {};
    else if (!flush())
      return {};
  }
  if (!flush())
    return {};
  return out;
}

} // namespace trunkline
