#include "bench/load/usual_lines.hpp"

#include <set>

namespace trunkline {

using habit = load_caller::habit;

std::vector<std::string> usual_lines(habit what) {
  switch (what) {
  case habit::silent:
    return {};
  case habit::talkative:
    return {
        "Well, you know, I was just telling my neighbour the other day that I should really get "
        "my teeth looked at again, because it has been quite a while, and then of course I "
        "forgot all about it, so here I am now, calling you.",
        "Oh, and before I forget, my sister was with you last year, and she was very happy with "
        "everything, except for the parking, so I wanted to ask you where one parks."};
  case habit::barge_in:
    return {"Sorry, just a moment, I have a question.", "No, wait, that is not what I meant."};
  case habit::echo:
    return {"One, two, three, four, five."};
  default:
    return {"I would like to book an appointment, please.", "Next Tuesday in the morning.",
            "Yes, that is fine.", "What are your opening hours?"};
  }
}

std::vector<std::string> all_usual_lines() {
  std::set<std::string> all;
  for (const auto what : {habit::talk, habit::barge_in, habit::silent, habit::hang_up, habit::dtmf,
                          habit::talkative, habit::echo})
    for (auto& line : usual_lines(what))
      all.insert(std::move(line));
  return {all.begin(), all.end()};
}

} // namespace trunkline
