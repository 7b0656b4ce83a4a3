#include "protocol/text/phone_number.hpp"

#include "protocol/text/number_words.hpp"
#include "protocol/text/words.hpp"

#include <algorithm>
#include <cctype>

namespace trunkline {

namespace {

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// The digits a list of words stands for: "five", "twelve", "555", "double two".
std::string digits_of(const word_list& words) {
  std::string digits;
  for (size_t i = 0; i < words.size(); ++i) {
    int times = 1;
    if ((words[i] == "double" || words[i] == "triple") && i + 1 < words.size())
      times = words[i++] == "double" ? 2 : 3;
    std::string piece;
    if (auto digit = read_digit(words[i]))
      piece = std::to_string(*digit);
    else if (all_digits(words[i]))
      piece = words[i];
    else if (words[i] == "hundred" && !digits.empty())
      piece = "00";
    else if (auto number = read_number(std::span{words}.subspan(i)); number && !number->ordinal) {
      piece = std::to_string(number->value);
      i += number->words - 1;
    }
    for (; times > 0; --times)
      digits += piece;
  }
  return digits;
}

} // namespace

std::string mask_number(std::string_view number) {
  if (number.size() < 10)
    return number.size() < 4 ? "***" : "***" + std::string{number.substr(number.size() - 2)};
  return std::string{number.substr(0, 5)} + "***" + std::string{number.substr(number.size() - 4)};
}

bool is_e164(std::string_view number) {
  return number.size() >= 8 && number.size() <= 16 && number[0] == '+' && number[1] != '0' &&
         all_digits(number.substr(1));
}

std::string spoken_digits(std::string_view number) {
  std::string digits;
  for (char c : number)
    if (std::isdigit(static_cast<unsigned char>(c)))
      digits += c;
  if (digits.size() == 11 && digits[0] == '1')
    digits.erase(0, 1);
  std::string spoken;
  for (size_t i = 0; i < digits.size(); ++i) {
    // Groups of three, the last one of four: 555 123 4567.
    const auto left = digits.size() - i;
    if (i > 0)
      spoken += i % 3 == 0 && left >= 3 && left != digits.size() ? ", " : " ";
    spoken += number_in_words(digits[i] - '0');
  }
  return spoken;
}

std::optional<std::string> parse_spoken_number(std::string_view words, std::string_view country) {
  const bool international =
      words.find('+') != std::string_view::npos || words.substr(0, 5) == "plus ";
  auto digits = digits_of(split_words(words));
  if (!international && digits.size() == 10)
    digits.insert(0, country);
  auto number = "+" + digits;
  if (!is_e164(number) || (!international && digits.size() < 10))
    return std::nullopt;
  return number;
}

} // namespace trunkline
