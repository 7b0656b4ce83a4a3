#include "protocol/text/unaccented.hpp"

namespace trunkline {

namespace {

// U+00C0 to U+00FF; a blank: left as it is.
constexpr std::string_view plain{"AAAAAA CEEEEIIII NOOOOO  UUUUY  "
                                 "aaaaaa ceeeeiiii nooooo  uuuuy y"};
static_assert(plain.size() == 64);

} // namespace

std::string unaccented(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto first = static_cast<unsigned char>(text[i]);
    const auto second = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0u;
    if (first == 0xC2 && (second == 0xBF || second == 0xA1)) { // the opening marks
      out += ' ';
      ++i;
    } else if (first == 0xC3 && second >= 0x80 && second <= 0xBF && plain[second - 0x80] != ' ') {
      out += plain[second - 0x80];
      ++i;
    } else {
      out += text[i];
    }
  }
  return out;
}

} // namespace trunkline
