#include "actors/speech/expected_reply.hpp"

#include "protocol/text/words.hpp"

#include <algorithm>

namespace trunkline {

namespace {

struct cue {
  expected_answer what;
  std::string_view phrase;
};

// In order: "shall i put it under your name" is answered with yes or no, not with a name.
constexpr cue cues[] = {
    {expected_answer::more, "anything else"},
    {expected_answer::more, "something else"},
    {expected_answer::more, "else i can"},
    {expected_answer::anything, "what should"},
    {expected_answer::yes_no, "is that right"},
    {expected_answer::yes_no, "is that correct"},
    {expected_answer::yes_no, "is this right"},
    {expected_answer::yes_no, "is this correct"},
    {expected_answer::yes_no, "sound right"},
    {expected_answer::yes_no, "sound good"},
    {expected_answer::yes_no, "shall i"},
    {expected_answer::yes_no, "shall we"},
    {expected_answer::yes_no, "should i"},
    {expected_answer::yes_no, "should we"},
    {expected_answer::yes_no, "do you want me to"},
    {expected_answer::yes_no, "would you like me to"},
    {expected_answer::yes_no, "would you like to book"},
    {expected_answer::yes_no, "would you like to leave"},
    {expected_answer::yes_no, "go ahead"},
    {expected_answer::yes_no, "work for you"},
    {expected_answer::name, "your name"},
    {expected_answer::name, "your full name"},
    {expected_answer::name, "name please"},
    {expected_answer::name, "which name"},
    {expected_answer::name, "what name"},
    {expected_answer::name, "who am i speaking"},
    {expected_answer::message, "your message"},
    {expected_answer::message, "the message"},
    {expected_answer::when, "what time"},
    {expected_answer::when, "which time"},
    {expected_answer::when, "what day"},
    {expected_answer::when, "which day"},
    {expected_answer::when, "what date"},
    {expected_answer::when, "which date"},
    {expected_answer::when, "when would"},
    {expected_answer::when, "when works"},
    {expected_answer::when, "which one would"},
    {expected_answer::service, "come in for"},
    {expected_answer::service, "which service"},
    {expected_answer::service, "what service"},
    {expected_answer::service, "kind of appointment"},
    {expected_answer::service, "type of appointment"},
};

} // namespace

expected_answer expected_after(std::string_view agent_text) {
  const auto words = split_words(agent_text);
  if (agent_text.find('?') == std::string_view::npos && !has_phrase(words, "please") &&
      !has_phrase(words, "tell me"))
    return expected_answer::anything;
  const auto found = std::find_if(std::begin(cues), std::end(cues),
                                  [&](const cue& each) { return has_phrase(words, each.phrase); });
  return found == std::end(cues) ? expected_answer::anything : found->what;
}

} // namespace trunkline
