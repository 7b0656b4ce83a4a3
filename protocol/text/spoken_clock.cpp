#include "protocol/text/number_words.hpp"
#include "protocol/text/spoken_time_readers.hpp"

#include <algorithm>
#include <string_view>

namespace trunkline {

using std::chrono::minutes;

namespace {

using word_span = std::span<const std::string>;

bool one_of(std::string_view word, std::initializer_list<std::string_view> list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

/// Looks for a time of day from left to right; the last one found counts ("two no three o'clock").
class clock_reader {
public:
  clock_reader(word_span words, when_expected expected, spoken_when& found)
      : words_{words}, expected_{expected}, found_{found} {}

  void read() {
    for (size_t i = 0; i < words_.size();) {
      if (found_.used[i]) {
        ++i;
        continue;
      }
      const auto count = read_at(i);
      for (size_t k = i; k < i + count && k < words_.size(); ++k)
        found_.used[k] = true;
      const auto other = count == 0 ? number_at(i) : std::nullopt; // "twenty five" holds no "five"
      i += other ? other->words : std::max<size_t>(count, 1);
    }
  }

private:
  std::string at(size_t i) const {
    return i < words_.size() && !found_.used[i] ? words_[i] : std::string{};
  }

  // Tries every form at this word; the number of words taken, 0 when it is no time.
  size_t read_at(size_t i) {
    if (one_of(at(i), {"noon", "midday", "noontime"}))
      return take(minutes{12 * 60}, false, 1);
    if (at(i) == "midnight")
      return take(minutes{0}, false, 1);
    if (const auto colon = at(i).find(':'); colon != std::string::npos)
      return read_digital(i, colon);
    if (const auto count = read_relative(i))
      return count;
    return read_hour(i);
  }

  size_t take(minutes time, bool half_open, size_t count) {
    found_.clock = clock_reading{time, half_open};
    return count;
  }

  // The half of the day said right after a time: 1 word for am and pm, 0 when none was said.
  size_t half_after(size_t i, bool& late) const {
    if (!one_of(at(i), {"am", "pm"}))
      return 0;
    late = at(i) == "pm";
    return 1;
  }

  size_t take_hour(int hour, int minute, size_t end, size_t from) {
    bool late = false;
    const auto half = half_after(end, late);
    const minutes in_hour{minute};
    if (half)
      return take(minutes{(hour % 12 + (late && hour <= 12 ? 12
                                        : hour > 12        ? 12
                                                           : 0)) *
                          60} +
                      in_hour,
                  false, end + half - from);
    if (hour == 0 || hour > 12)
      return take(minutes{hour * 60} + in_hour, false, end - from);
    return take(minutes{hour % 12 * 60} + in_hour, true, end - from);
  }

  // "2:30", "14:30"
  size_t read_digital(size_t i, size_t colon) {
    const auto word = at(i);
    if (colon == 0 || colon > 2 || word.size() != colon + 3 ||
        word.find_first_not_of("0123456789:") != std::string::npos)
      return 0;
    const int hour = std::stoi(word.substr(0, colon));
    const auto minute_text = word.substr(colon + 1);
    if (hour > 23 || minute_text.find(':') != std::string::npos || minute_text > "59")
      return 0;
    return take_hour(hour, std::stoi(minute_text), i + 1, i);
  }

  // "half past two", "quarter to four", "ten after three", "five minutes to six"
  size_t read_relative(size_t i) {
    int minute = 0;
    size_t next = i;
    if (at(i) == "a" && at(i + 1) == "quarter")
      ++next;
    if (at(next) == "half")
      minute = 30, ++next;
    else if (at(next) == "quarter")
      minute = 15, ++next;
    else if (const auto number = number_at(next); number && number->value <= 29)
      minute = number->value, next += number->words;
    else
      return 0;
    if (at(next) == "minutes")
      ++next;
    const bool past = one_of(at(next), {"past", "after"});
    const bool to = one_of(at(next), {"to", "till", "til", "of", "before"});
    if (!past && !to)
      return 0;
    const auto hour = number_at(next + 1);
    if (!hour || hour->value < 1 || hour->value > 12)
      return 0;
    const auto end = next + 1 + hour->words;
    if (past)
      return take_hour(hour->value, minute, end + o_clock(end), i);
    return take_hour(hour->value == 1 ? 12 : hour->value - 1, 60 - minute, end + o_clock(end), i);
  }

  std::optional<spoken_number> number_at(size_t i) const {
    if (i >= words_.size() || found_.used[i])
      return std::nullopt;
    auto number = read_number(words_.subspan(i));
    if (!number || number->ordinal)
      return std::nullopt;
    return number;
  }

  size_t o_clock(size_t i) const {
    if (one_of(at(i), {"o'clock", "oclock"}))
      return 1;
    return at(i) == "o" && at(i + 1) == "clock" ? 2 : 0;
  }

  // What recognisers write for an hour when the word before a "thirty" or "pm" is short.
  std::optional<spoken_number> misheard_hour(size_t i) const {
    const bool telling =
        one_of(at(i + 1), {"thirty", "fifteen", "forty", "pm", "am"}) || o_clock(i + 1) > 0;
    if (!telling)
      return std::nullopt;
    if (one_of(at(i), {"to", "too"}))
      return spoken_number{2, 1, false};
    if (one_of(at(i), {"for", "fore"}))
      return spoken_number{4, 1, false};
    if (at(i) == "ate")
      return spoken_number{8, 1, false};
    return std::nullopt;
  }

  std::optional<spoken_number> minutes_at(size_t i) const {
    if (one_of(at(i), {"oh", "o"}))
      if (const auto digit = number_at(i + 1); digit && digit->value >= 1 && digit->value <= 9)
        return spoken_number{digit->value, 2, false};
    const auto number = number_at(i);
    if (number && number->value >= 10 && number->value <= 59 && number->words <= 2)
      return number;
    return std::nullopt;
  }

  // "two", "two thirty", "two o'clock", "two pm", "fourteen thirty", "at nine"
  size_t read_hour(size_t i) {
    auto hour = misheard_hour(i);
    if (!hour)
      hour = number_at(i);
    if (!hour || hour->value > 23)
      return 0;
    auto end = i + hour->words;
    const auto minute = minutes_at(end);
    if (minute)
      end += minute->words;
    const auto clock_words = o_clock(end);
    end += clock_words;
    bool late = false;
    const bool telling = clock_words > 0 || half_after(end, late) > 0 ||
                         (minute && hour->value >= 1) || one_of(at(end), {"sharp", "ish"}) ||
                         in_part_of_day(end);
    const bool pointed =
        (i > 0 && one_of(words_[i - 1], {"at", "around", "about", "by", "before", "after"})) ||
        (i > 1 && words_[i - 2] == "make" && words_[i - 1] == "it");
    // "two thirty is the one": a bare number does not undo a time said outright.
    if (!telling && !pointed && (expected_ != when_expected::time || outright_))
      return 0;
    outright_ |= telling;
    if (hour->value == 0 && !minute)
      return 0;
    return take_hour(hour->value, minute ? minute->value : 0, end, i);
  }

  bool in_part_of_day(size_t i) const {
    return (at(i) == "in" && at(i + 1) == "the" &&
            one_of(at(i + 2), {"morning", "afternoon", "evening"})) ||
           (at(i) == "at" && at(i + 1) == "night");
  }

  word_span words_;
  when_expected expected_;
  spoken_when& found_;
  bool outright_ = false; // a time was said that can be nothing else
};

} // namespace

void read_clock(std::span<const std::string> words, when_expected expected, spoken_when& found) {
  clock_reader{words, expected, found}.read();
}

} // namespace trunkline
