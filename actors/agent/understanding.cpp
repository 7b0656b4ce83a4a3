#include "actors/agent/understanding.hpp"

#include "actors/agent/forget_request.hpp"
#include "actors/agent/matching.hpp"
#include "actors/agent/phrases.hpp"

#include <algorithm>

namespace trunkline {

namespace {

constexpr size_t words_max = 200;

std::optional<int> read_choice(const word_list& words) {
  struct meaning {
    std::string_view phrase;
    int index;
  };
  constexpr meaning meanings[] = {
      {"first one", 0},    {"the first", 0},   {"earlier one", 0}, {"the earlier", 0},
      {"earliest one", 0}, {"second one", 1},  {"the second", 1},  {"third one", 2},
      {"the third", 2},    {"last one", -1},   {"the last", -1},   {"later one", -1},
      {"the later", -1},   {"latest one", -1}, {"either", 0},      {"whichever", 0}};
  for (const auto& each : meanings)
    if (has_phrase(words, each.phrase))
      return each.index;
  return std::nullopt;
}

// "tell doctor lee that ...", "let sam know ...", "ask maria to ..."
bool passes_on(const word_list& words) {
  return has_phrase(words, "tell") || (has_phrase(words, "let") && has_phrase(words, "know")) ||
         has_phrase(words, "ask");
}

void settle_intent(understood& heard) {
  if (asks_to_be_forgotten(heard.words)) {
    heard.wants = intent::forget_me;
    heard.strength = 6;
    return;
  }
  if (heard.staff && passes_on(heard.words) && heard.strength < 4.5) {
    heard.wants = intent::message;
    heard.strength = 4.5;
  }
  const bool plain = heard.wants == intent::none || heard.strength < 3;
  // Of a question about nothing else even half a match is worth an answer.
  if (heard.faq_score < (heard.question && plain ? 0.45 : faq_score_min))
    return;
  // A question that matches nearly whole beats words such as "appointment" in it.
  const bool whole = heard.faq_score >= 0.75 && heard.strength < 5;
  if (whole || (plain && (heard.question || !heard.service)) ||
      (heard.question && heard.strength < 3.5)) {
    heard.wants = intent::faq;
    heard.strength = 3 + heard.faq_score;
  }
}

// Alone it answers as callers expect of any such system: 1 yes, 2 no, 0 a person.
void settle_key(understood& heard) {
  if (heard.words.size() != 2 || heard.words[0] != "key")
    return;
  const auto& key = heard.words[1];
  heard.yes = key == "1";
  heard.no = key == "2";
  if (key == "0") {
    heard.wants = intent::transfer;
    heard.strength = 5;
  }
}

} // namespace

understood understand(std::string_view text, const assistant& who, const faq_index& faq,
                      local_minute now, const listening& expected) {
  understood heard;
  heard.text = std::string{text};
  heard.words = split_words(text, words_max);
  std::vector<bool> used(heard.words.size(), false);
  if (expected.dates)
    heard.when = find_when(heard.words, now, expected.when);
  else
    heard.when.used.assign(heard.words.size(), false);
  heard.service = match_service(heard.words, who, used);
  auto used_by_staff = used;
  heard.staff = match_staff(heard.words, who, used_by_staff);
  if (!expected.name) // callers may share a name with the staff
    used = used_by_staff;
  for (size_t i = 0; i < used.size(); ++i)
    if (heard.when.used[i])
      used[i] = true;
  heard.question = is_question(heard.words);
  heard.name = find_name(heard.words, used,
                         expected.name && !heard.question      ? name_hint::asked
                         : expected.name || expected.name_said ? name_hint::possible
                                                               : name_hint::none);
  const auto strongest = strongest_intent(heard.words);
  heard.wants = strongest.wants;
  heard.strength = strongest.strength;
  const auto answer = read_answer(heard.words);
  heard.yes = answer.yes;
  heard.no = answer.no;
  heard.correction = is_correction(heard.words);
  heard.choice = read_choice(heard.words);
  // The "one" of "the first one" is no time.
  if (heard.choice && heard.when.clock && heard.when.clock->time == std::chrono::hours{1} &&
      has_phrase(heard.words, "one"))
    heard.when.clock.reset();
  heard.earlier = has_phrase(heard.words, "earlier") || has_phrase(heard.words, "sooner");
  heard.later = has_phrase(heard.words, "later");
  if (const auto hit = faq.match(heard.words)) {
    heard.faq = hit->index;
    heard.faq_score = hit->score;
  }
  settle_intent(heard);
  settle_key(heard);
  return heard;
}

} // namespace trunkline
