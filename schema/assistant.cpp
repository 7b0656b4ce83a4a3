#include "schema/assistant.hpp"

#include <algorithm>
#include <utility>

namespace trunkline {

assistant in_language(const assistant& who, std::string_view tag) {
  auto other = who;
  const auto found = std::find_if(other.languages.begin(), other.languages.end(),
                                  [&](const spoken_language& one) { return one.tag == tag; });
  if (found == other.languages.end())
    return other;
  std::swap(other.language, found->tag);
  std::swap(other.greeting, found->greeting);
  std::swap(other.say_voice, found->say_voice);
  std::swap(other.service_voice, found->voice);
  std::swap(other.emergency_line, found->emergency_line);
  std::swap(other.recording.announcement, found->recording_announcement);
  std::swap(other.recording.question, found->recording_question);
  std::swap(other.stt, found->stt);
  std::swap(other.tts, found->tts);
  std::swap(other.in_first_language, found->first);
  found->numbers.clear(); // that of the call is settled
  return other;
}

assistant answering(const assistant& who, std::string_view number) {
  for (const auto& one : who.languages)
    if (std::find(one.numbers.begin(), one.numbers.end(), number) != one.numbers.end())
      return in_language(who, one.tag);
  return who;
}

std::vector<std::string> language_tags(const assistant& who) {
  std::vector<std::string> tags{who.language};
  for (const auto& one : who.languages)
    tags.push_back(one.tag);
  return tags;
}

} // namespace trunkline
