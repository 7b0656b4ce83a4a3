#include "protocol/text/number_words.hpp"
#include "protocol/text/spoken_time_readers.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace trunkline {

using date::days;
using date::local_days;

namespace {

constexpr std::array<std::string_view, 7> weekdays = {"sunday",   "monday", "tuesday", "wednesday",
                                                      "thursday", "friday", "saturday"};
constexpr std::array<std::string_view, 12> months = {
    "january", "february", "march",     "april",   "may",      "june",
    "july",    "august",   "september", "october", "november", "december"};

using word_span = std::span<const std::string>;

std::string word_at(word_span words, size_t i) {
  return i < words.size() ? words[i] : std::string{};
}

// A weekday as heard; one wrong letter is forgiven ("tuesdays", "wensday" has two).
std::optional<unsigned> read_weekday(const std::string& word) {
  for (unsigned i = 0; i < 7; ++i)
    if (word == weekdays[i])
      return i;
  if (word == "tues" || word == "thurs" || word == "wed" || word == "wensday")
    return word == "tues" ? 2 : word == "thurs" ? 4 : 3;
  if (word.size() >= 6 && word.find("day") != std::string::npos)
    for (unsigned i = 0; i < 7; ++i)
      if (edit_distance(word, weekdays[i]) <= 1 || word == std::string{weekdays[i]} + "'s")
        return i;
  return std::nullopt;
}

std::optional<unsigned> read_month(const std::string& word) {
  const auto found = std::find(months.begin(), months.end(), word);
  if (found == months.end())
    return std::nullopt;
  return static_cast<unsigned>(found - months.begin()) + 1;
}

/// Reads one kind of date after another; the first that fits is taken.
class day_reader {
public:
  day_reader(word_span words, local_days today, when_expected expected, spoken_when& found)
      : words_{words}, today_{today}, expected_{expected}, found_{found} {}

  void read() {
    if (read_month_day() || read_distance() || read_near_day())
      return;
    const auto day_of_month = read_day_of_month();
    if (read_weekday_name(day_of_month) || read_week())
      return;
    if (day_of_month)
      found_.day = next_with_day(*day_of_month);
  }

private:
  void use(size_t from, size_t count) {
    for (size_t i = from; i < from + count && i < found_.used.size(); ++i)
      found_.used[i] = true;
  }

  // The next date, today included, that has this month and day.
  std::optional<local_days> next_date(unsigned month, int day) const {
    const date::year_month_day now{today_};
    for (int years = 0; years <= 4; ++years) {
      const date::year_month_day candidate{now.year() + date::years{years}, date::month{month},
                                           date::day(static_cast<unsigned>(day))};
      if (candidate.ok() && local_days{candidate} >= today_)
        return local_days{candidate};
    }
    return std::nullopt;
  }

  std::optional<local_days> next_with_day(int day) const {
    for (int ahead = 0; ahead <= 62; ++ahead) {
      const auto candidate = today_ + days{ahead};
      const auto found = static_cast<unsigned>(date::year_month_day{candidate}.day());
      if (found == static_cast<unsigned>(day))
        return candidate;
    }
    return std::nullopt;
  }

  bool valid_day(const std::optional<spoken_number>& number) const {
    return number && number->value >= 1 && number->value <= 31;
  }

  void take_date(unsigned month, int day, size_t from, size_t count) {
    found_.day = next_date(month, day); // none: there is no such day, but it was said
    use(from, count);
    // "monday december third": the weekday says nothing more
    if (from > 0 && read_weekday(words_[from - 1]))
      use(from - 1, 1);
  }

  // "december third", "december the third", "the third of december", "third december"
  bool read_month_day() {
    for (size_t i = 0; i < words_.size(); ++i) {
      const auto month = read_month(words_[i]);
      if (!month)
        continue;
      const size_t the = word_at(words_, i + 1) == "the" ? 1 : 0;
      if (i + 1 + the < words_.size()) {
        const auto number = read_number(words_.subspan(i + 1 + the));
        if (valid_day(number)) {
          take_date(*month, number->value, i, 1 + the + number->words);
          return true;
        }
      }
      const size_t of = i > 0 && words_[i - 1] == "of" ? 1 : 0;
      for (size_t back = 2; back >= 1; --back) {
        if (i < back + of)
          continue;
        const auto from = i - back - of;
        const auto number = read_number(words_.subspan(from, back));
        if (valid_day(number) && number->words == back && (number->ordinal || of)) {
          take_date(*month, number->value, from, back + of + 1);
          return true;
        }
      }
    }
    return false;
  }

  // "in two weeks", "three days from now", "a week from today", "a week from tuesday"
  bool read_distance() {
    for (size_t i = 0; i + 1 < words_.size(); ++i) {
      std::optional<spoken_number> number = read_number(words_.subspan(i));
      if (!number && (words_[i] == "a" || words_[i] == "one"))
        number = spoken_number{1, 1, false};
      if (!number && words_[i] == "to" && i > 0 && words_[i - 1] == "in")
        number = spoken_number{2, 1, false}; // "in to weeks": a recogniser's "two"
      if (!number || number->ordinal || number->value < 1 || number->value > 60)
        continue;
      const auto unit = word_at(words_, i + number->words);
      const int factor = unit == "week" || unit == "weeks" ? 7 : unit == "day" || unit == "days";
      const auto after = i + number->words + 1;
      const bool in = i > 0 && words_[i - 1] == "in";
      const bool from = word_at(words_, after) == "from" || word_at(words_, after) == "after";
      if (factor == 0 || !(in || from))
        continue;
      auto base = today_;
      const auto anchor = word_at(words_, after + 1);
      if (from && anchor == "tomorrow")
        base += days{1};
      else if (auto weekday = from ? read_weekday(anchor) : std::nullopt)
        base = coming(*weekday);
      found_.day = base + days{number->value * factor};
      use(i - (in ? 1 : 0), number->words + 1 + (in ? 1 : 0) + (from ? 2 : 0));
      return true;
    }
    return false;
  }

  bool read_near_day() {
    struct near {
      std::string_view phrase;
      int ahead;
      size_t count;
    };
    constexpr near all[] = {{"day after tomorrow", 2, 3},
                            {"tomorrow", 1, 1},
                            {"tomorrow's", 1, 1},
                            {"today", 0, 1},
                            {"tonight", 0, 1},
                            {"this morning", 0, 2},
                            {"this afternoon", 0, 2},
                            {"this evening", 0, 2}};
    for (const auto& each : all) {
      const auto at = find_phrase(words_, each.phrase);
      if (at == std::string::npos)
        continue;
      found_.day = today_ + days{each.ahead};
      if (each.phrase.substr(0, 5) != "this " && each.phrase != "tonight")
        use(at, each.count); // else the part of the day is still to be read
      return true;
    }
    return false;
  }

  // "the twenty third", "the 3rd", "monday the second"; bare ordinals when a day was asked for.
  std::optional<int> read_day_of_month() {
    for (size_t i = 0; i < words_.size(); ++i) {
      const auto number = read_number(words_.subspan(i));
      if (!number)
        continue;
      const bool the = i > 0 && words_[i - 1] == "the";
      const auto next = word_at(words_, i + number->words);
      const bool counts_things = next == "one" || next == "thing" || next == "available" ||
                                 next == "opening" || next == "slot" || next == "option" ||
                                 next == "time" || next == "appointment" || next == "floor";
      const bool certain = number->value > 3 || the;
      if (number->ordinal && valid_day(number) && !counts_things &&
          (the || expected_ == when_expected::day || certain)) {
        use(i - (the ? 1 : 0), number->words + (the ? 1 : 0));
        return number->value;
      }
      i += number->words - 1;
    }
    return std::nullopt;
  }

  local_days coming(unsigned weekday) const {
    const auto ahead = (weekday + 7 - weekday_of(today_)) % 7;
    return today_ + days{ahead == 0 ? 7 : ahead};
  }

  // Monday of the week after this one.
  local_days next_monday() const { return coming(1); }

  bool read_weekday_name(std::optional<int> day_of_month) {
    std::optional<size_t> at;
    for (size_t i = 0; i < words_.size(); ++i)
      if (read_weekday(words_[i]) && !negated(i))
        at = i; // the last one said counts: "tuesday no wednesday"
    if (!at)
      return false;
    const auto weekday = *read_weekday(words_[*at]);
    use(*at, 1);
    if (day_of_month) {
      for (int ahead = 0; ahead <= 200; ++ahead) {
        const auto candidate = today_ + days{ahead};
        const auto day = static_cast<unsigned>(date::year_month_day{candidate}.day());
        if (weekday_of(candidate) == weekday && day == static_cast<unsigned>(*day_of_month)) {
          found_.day = candidate;
          return true;
        }
      }
    }
    const bool next_week = has_phrase(words_, "next week") || has_phrase(words_, "week after");
    const bool next = *at > 0 && words_[*at - 1] == "next";
    if (next || next_week) {
      found_.day = next_monday() + days{(weekday + 6) % 7};
      use_phrase("next week");
      use_phrase("next");
    } else {
      found_.day = coming(weekday);
      if (*at > 0 && words_[*at - 1] == "this")
        use(*at - 1, 1);
    }
    return true;
  }

  bool negated(size_t at) const { return at > 0 && words_[at - 1] == "not"; }

  bool read_week() {
    if (has_phrase(words_, "next week")) {
      found_.day = next_monday();
      use_phrase("next week");
    } else if (has_phrase(words_, "weekend")) {
      found_.day = coming(6);
      use_phrase("weekend");
    } else {
      return false;
    }
    return true;
  }

  void use_phrase(std::string_view phrase) {
    if (const auto at = find_phrase(words_, phrase); at != std::string::npos)
      use(at, static_cast<size_t>(std::count(phrase.begin(), phrase.end(), ' ')) + 1);
  }

  word_span words_;
  local_days today_;
  when_expected expected_;
  spoken_when& found_;
};

} // namespace

void read_day(std::span<const std::string> words, local_days today, when_expected expected,
              spoken_when& found) {
  day_reader{words, today, expected, found}.read();
}

} // namespace trunkline
