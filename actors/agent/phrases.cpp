#include "actors/agent/phrases.hpp"

#include <algorithm>
#include <set>

namespace trunkline {

namespace {

struct phrase {
  intent wants;
  double weight;
  std::string_view words;
};

constexpr phrase phrases[] = {
    {intent::cancel, 5, "cancel"},
    {intent::cancel, 5, "call off"},
    {intent::cancel, 4, "can't make it"},
    {intent::cancel, 4, "cannot make it"},
    {intent::cancel, 4, "can't make my appointment"},
    {intent::cancel, 4, "won't be able to make"},
    {intent::cancel, 5, "don't need my appointment"},
    {intent::cancel, 4, "drop my appointment"},
    {intent::cancel, 5, "delete my appointment"},
    {intent::cancel, 5, "remove my appointment"},
    {intent::reschedule, 5.5, "reschedule"},
    {intent::reschedule, 5.5, "re schedule"},
    {intent::reschedule, 5, "move my appointment"},
    {intent::reschedule, 5, "move the appointment"},
    {intent::reschedule, 5, "move an appointment"},
    {intent::reschedule, 5, "change my appointment"},
    {intent::reschedule, 5, "change the appointment"},
    {intent::reschedule, 5, "change an appointment"},
    {intent::reschedule, 5, "change my booking"},
    {intent::reschedule, 5, "switch my appointment"},
    {intent::reschedule, 5, "push my appointment"},
    {intent::reschedule, 5, "push back my appointment"},
    {intent::reschedule, 5, "different time for my appointment"},
    {intent::reschedule, 5, "another time for my appointment"},
    {intent::reschedule, 5, "postpone"},
    {intent::book, 2.5, "appointment"},
    {intent::book, 2.5, "appointments"},
    {intent::book, 3.5, "book"},
    {intent::book, 3.5, "booking"},
    {intent::book, 3.5, "schedule"},
    {intent::book, 4, "make an appointment"},
    {intent::book, 4, "get an appointment"},
    {intent::book, 4, "need an appointment"},
    {intent::book, 4, "like an appointment"},
    {intent::book, 2.5, "set up"},
    {intent::book, 2.5, "come in"},
    {intent::book, 2.5, "sign up"},
    {intent::book, 3, "reserve"},
    {intent::book, 3.2, "see the dentist"},
    {intent::book, 3.2, "see the doctor"},
    {intent::book, 3, "be seen"},
    {intent::book, 3, "fit me in"},
    {intent::availability, 3.2, "available"},
    {intent::availability, 4, "availability"},
    {intent::availability, 3.6, "openings"},
    {intent::availability, 3.6, "opening on"},
    {intent::availability, 3.6, "free slots"},
    {intent::availability, 3.6, "do you have anything"},
    {intent::availability, 3.6, "have you got anything"},
    {intent::availability, 3.6, "do you have time"},
    {intent::availability, 3.6, "have any time"},
    {intent::availability, 3.6, "when can i come"},
    {intent::availability, 3.6, "when could i come"},
    {intent::availability, 3.6, "what times"},
    {intent::availability, 3.6, "what time do you have"},
    {intent::availability, 3.6, "anything free"},
    {intent::availability, 3.6, "is there anything"},
    {intent::availability, 3.6, "anything on"},
    {intent::availability, 3.6, "are you free"},
    {intent::message, 5, "leave a message"},
    {intent::message, 5, "leave message"},
    {intent::message, 5, "take a message"},
    {intent::message, 5, "give a message"},
    {intent::message, 5, "pass a message"},
    {intent::message, 5, "pass on a message"},
    {intent::message, 3.2, "message"},
    {intent::message, 4.5, "call me back"},
    {intent::message, 4.5, "have someone call"},
    {intent::message, 4.5, "have somebody call"},
    {intent::message, 4.5, "someone to call me"},
    {intent::message, 4, "voicemail"},
    {intent::transfer, 4, "speak to"},
    {intent::transfer, 4, "speak with"},
    {intent::transfer, 4, "talk to"},
    {intent::transfer, 4, "talk with"},
    {intent::transfer, 5, "connect me"},
    {intent::transfer, 5, "put me through"},
    {intent::transfer, 4.5, "transfer"},
    {intent::transfer, 3.5, "a person"},
    {intent::transfer, 5, "real person"},
    {intent::transfer, 4.5, "human"},
    {intent::transfer, 4.5, "operator"},
    {intent::transfer, 4.5, "representative"},
    {intent::transfer, 3.5, "receptionist"},
    {intent::medical, 5, "should i take"},
    {intent::medical, 5, "can i take"},
    {intent::medical, 4, "ibuprofen"},
    {intent::medical, 4, "painkiller"},
    {intent::medical, 4, "painkillers"},
    {intent::medical, 4, "antibiotic"},
    {intent::medical, 4, "antibiotics"},
    {intent::medical, 3.1, "medication"},
    {intent::medical, 4, "is it normal"},
    {intent::medical, 4, "is it safe"},
    {intent::medical, 3.6, "what should i do"},
    {intent::medical, 4, "diagnose"},
    {intent::medical, 4, "what's wrong with"},
    {intent::medical, 3, "infection"},
    {intent::medical, 3, "infected"},
    {intent::medical, 3, "swollen"},
    {intent::medical, 2.4, "toothache"},
    {intent::medical, 2.4, "tooth hurts"},
    {intent::medical, 2.4, "teeth hurt"},
    {intent::medical, 2.2, "pain"},
    {intent::medical, 2.2, "hurts"},
    {intent::repeat, 4.6, "repeat"},
    {intent::repeat, 5, "say that again"},
    {intent::repeat, 5, "say it again"},
    {intent::repeat, 4.6, "come again"},
    {intent::repeat, 4.6, "pardon"},
    {intent::repeat, 5, "what did you say"},
    {intent::repeat, 4.6, "one more time"},
    {intent::repeat, 4.6, "didn't hear"},
    {intent::repeat, 4.6, "didn't catch"},
    {intent::repeat, 4.6, "what was that"},
    {intent::goodbye, 5, "goodbye"},
    {intent::goodbye, 5, "good bye"},
    {intent::goodbye, 5, "bye"},
    {intent::goodbye, 4.5, "that's all"},
    {intent::goodbye, 4.5, "that is all"},
    {intent::goodbye, 4.5, "that'll be all"},
    {intent::goodbye, 4.5, "that will be all"},
    {intent::goodbye, 4, "that's it"},
    {intent::goodbye, 4.5, "nothing else"},
    {intent::goodbye, 4, "i'm done"},
    {intent::goodbye, 4, "all set"},
    {intent::goodbye, 4.5, "have a good day"},
    {intent::goodbye, 4.5, "have a nice day"},
    {intent::goodbye, 4, "hang up"},
    {intent::thanks, 2, "thank you"},
    {intent::thanks, 2, "thanks"},
    {intent::hold, 4.2, "hold on"},
    {intent::hold, 4.2, "hang on"},
    {intent::hold, 3.6, "one moment"},
    {intent::hold, 3.6, "one second"},
    {intent::hold, 3.6, "just a second"},
    {intent::hold, 3.6, "just a moment"},
    {intent::hold, 3.6, "just a minute"},
    {intent::hold, 3.6, "give me a minute"},
    {intent::hold, 3.6, "give me a second"},
    {intent::hold, 3.6, "wait a"},
    {intent::hold, 3.6, "let me check"},
    {intent::hold, 3.6, "let me think"},
    {intent::greeting, 1, "hello"},
    {intent::greeting, 1, "hi"},
    {intent::greeting, 1, "hey"},
    {intent::greeting, 1, "good morning"},
    {intent::greeting, 1, "good afternoon"},
    {intent::greeting, 1.5, "how are you"},
    {intent::who_are_you, 6, "are you a robot"},
    {intent::who_are_you, 6, "are you a machine"},
    {intent::who_are_you, 6, "are you a real person"},
    {intent::who_are_you, 6, "are you a person"},
    {intent::who_are_you, 6, "are you human"},
    {intent::who_are_you, 6, "are you real"},
    {intent::who_are_you, 6, "who is this"},
    {intent::who_are_you, 6, "who am i speaking"},
    {intent::never_mind, 5.2, "never mind"},
    {intent::never_mind, 5.2, "nevermind"},
    {intent::never_mind, 5.2, "forget it"},
    {intent::never_mind, 5.2, "forget about it"},
    {intent::never_mind, 5.2, "cancel that"},
    {intent::never_mind, 5.2, "changed my mind"},
};

bool same_word(std::string_view heard, std::string_view known) {
  return heard == known || (known.size() >= 7 && heard.size() >= 6 &&
                            heard.front() == known.front() && edit_distance(heard, known) <= 1);
}

// The phrase's words in order, with at most one other word between two of them.
bool stands_in(std::span<const std::string> words, std::string_view wanted) {
  for (size_t start = 0; start < words.size(); ++start) {
    auto rest = wanted;
    size_t at = start;
    bool fits = true;
    for (bool first = true; fits && !rest.empty(); first = false) {
      const auto end = std::min(rest.find(' '), rest.size());
      const auto word = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (!first && at < words.size() && !same_word(words[at], word))
        ++at;
      fits = at < words.size() && same_word(words[at], word);
      ++at;
    }
    if (fits)
      return true;
  }
  return false;
}

bool is_one_of(std::string_view word, const std::set<std::string_view>& list) {
  return list.count(word) > 0;
}

bool any_phrase(std::span<const std::string> words, std::initializer_list<std::string_view> list) {
  return std::any_of(list.begin(), list.end(),
                     [&](std::string_view each) { return has_phrase(words, each); });
}

// What comes after "no sorry I meant", and after fillers; a plain "no" belongs to what it answers.
std::span<const std::string> after_correction(std::span<const std::string> words) {
  static const std::set<std::string_view> before = {"sorry", "actually", "wait"};
  const auto starts = [&](std::string_view one, std::initializer_list<std::string_view> next) {
    return words.size() > 1 && words[0] == one &&
           std::find(next.begin(), next.end(), words[1]) != next.end();
  };
  while (!words.empty() && (is_filler(words[0]) || is_one_of(words[0], before) ||
                            starts("no", {"sorry", "actually", "wait", "i"})))
    words = words.subspan(1);
  return starts("i", {"meant", "mean"}) ? words.subspan(2) : words;
}

} // namespace

scored_intent strongest_intent(std::span<const std::string> words) {
  scored_intent best;
  for (const auto& each : phrases)
    if (each.weight > best.strength && stands_in(words, each.words))
      best = {each.wants, each.weight};
  if (words.size() <= 2 && !words.empty() && best.strength == 0) {
    if (any_phrase(words, {"what", "sorry", "huh", "excuse me"}))
      return {intent::repeat, 4};
    if (any_phrase(words, {"wait"}))
      return {intent::hold, 3.6};
  }
  return best;
}

yes_or_no read_answer(std::span<const std::string> words) {
  static const std::set<std::string_view> yes_words = {
      "yes",   "yeah",  "yep",  "yup",        "yah",     "sure",     "correct",
      "right", "ok",    "okay", "absolutely", "exactly", "perfect",  "definitely",
      "fine",  "great", "good", "please",     "ya",      "certainly"};
  static const std::set<std::string_view> no_words = {"no", "nope", "nah", "negative"};
  if (any_phrase(words, {"no problem", "no that's right", "no that's fine", "no that's correct",
                         "no that works", "no that's good"}))
    return {true, false};
  if (any_phrase(words, {"not right", "not correct", "isn't right", "that's wrong", "incorrect",
                         "not really", "not quite", "don't want", "i don't", "i do not",
                         "rather not", "none of those", "neither"}))
    return {false, true};
  size_t seen = 0;
  for (const auto& word : words) {
    if (is_filler(word) && word != "please")
      continue;
    if (is_one_of(word, no_words))
      return {false, true};
    if (is_one_of(word, yes_words) || ++seen >= 3)
      break;
  }
  const bool yes =
      std::any_of(words.begin(), words.end(),
                  [&](const auto& word) { return is_one_of(word, yes_words); }) ||
      any_phrase(words, {"of course", "go ahead", "that works", "works for me", "uh huh", "mm hmm",
                         "i would", "i do", "do it", "book it", "that's me", "i'll take it"});
  return {yes, false};
}

bool is_correction(std::span<const std::string> words) {
  if (any_phrase(words, {"actually", "i said", "i meant", "i mean", "instead", "rather", "make it",
                         "change it", "change the", "switch to", "not the"}))
    return true;
  for (const auto& word : words)
    if (!is_filler(word))
      return word == "no" || word == "nope" || word == "not" || word == "wait" || word == "sorry";
  return false;
}

bool is_question(std::span<const std::string> words) {
  static const std::set<std::string_view> openers = {
      "what", "what's", "where", "where's", "when",  "how",   "do",  "does", "is",
      "are",  "who",    "which", "why",     "could", "would", "can", "will", "may"};
  words = after_correction(words);
  return !words.empty() &&
         (is_one_of(words.front(), openers) ||
          any_phrase(words, {"tell me", "wondering", "want to know", "question"}));
}

bool is_filler(std::string_view word) {
  static const std::set<std::string_view> fillers = {
      "um",   "uh", "er",  "erm",  "well", "so",  "oh", "ah",    "hmm", "please", "like",
      "okay", "ok", "and", "just", "then", "but", "hi", "hello", "hey", "yeah",   "mm"};
  return is_one_of(word, fillers);
}

bool is_common_word(std::string_view word) {
  static const std::set<std::string> common = [] {
    std::set<std::string> all;
    for (const auto& each : phrases)
      for (auto& part : split_words(each.words))
        all.insert(std::move(part));
    for (const auto* list :
         {"a an the i i'm i'd i'll i've am is are was be been do does did have has had my your our "
          "me you we us they he she it it's its this that these those there here to of for on in "
          "at by with from about as if or and but so not no yes yeah okay ok sure right fine want "
          "would like need can could should will may might must go going get got give take make "
          "put name first last full under calling call phone number day date time today tomorrow "
          "week weeks month year morning afternoon evening noon next please thanks thank sorry um "
          "uh er well oh just now then when where what who how why which one two three four five "
          "six seven eight nine ten eleven twelve tooth teeth dental dentist doctor visit checkup "
          "new patient patients insurance price cost family kid kids son daughter wife husband "
          "myself mother father problem question help thing something anything somebody someone "
          "anyone everyone instead actually said meant know think guess believe see speaking "
          "o'clock am pm half quarter past perfect great good correct absolutely exactly yep yup "
          "hundred thousand twenty thirty forty fifty"})
      for (auto& part : split_words(list))
        all.insert(std::move(part));
    return all;
  }();
  return common.count(std::string{word}) > 0;
}

} // namespace trunkline
