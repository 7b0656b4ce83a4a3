#include "actors/agent/forget_request.hpp"

#include "protocol/text/words.hpp"

#include <algorithm>
#include <string_view>

namespace trunkline {

namespace {

constexpr std::string_view removing[] = {"delete", "erase", "remove", "wipe", "forget"};
constexpr std::string_view of_the_caller[] = {"my data",
                                              "my information",
                                              "my details",
                                              "my personal data",
                                              "my personal information",
                                              "my caller data",
                                              "everything about me",
                                              "everything you know about me",
                                              "what you know about me",
                                              "all about me"};
constexpr std::string_view plain[] = {"forget me",
                                      "forget about me",
                                      "forget who i am",
                                      "forget my name",
                                      "forget my number",
                                      "erase me",
                                      "delete me",
                                      "don't remember me",
                                      "do not remember me",
                                      "stop remembering me",
                                      "not be remembered",
                                      "don't remember my name",
                                      "don't want you to remember me",
                                      "do not want you to remember me"};
// The opposite, or about something else.
constexpr std::string_view meant_otherwise[] = {"don't forget", "do not forget", "never forget",
                                                "won't forget", "not forget",    "you forget",
                                                "don't delete", "do not delete", "don't erase"};

using words_view = std::span<const std::string>;

// What is left of the words without `word`, when they begin with it.
words_view after(std::string_view word, words_view words) {
  return !words.empty() && words.front() == word ? words.subspan(1) : words;
}

bool is_of_the_caller(words_view words) {
  return std::ranges::any_of(of_the_caller,
                             [&](std::string_view what) { return find_phrase(words, what) == 0; });
}

// "delete my data", "erase all my data", "forget all of what you know about me"
bool removes_what_is_known(words_view words) {
  for (size_t at = 0; at < words.size(); ++at) {
    if (!std::ranges::count(removing, words[at]))
      continue;
    const auto what = words.subspan(at + 1);
    const auto of_all = after("all", what);
    if (is_of_the_caller(what) || is_of_the_caller(of_all) ||
        (of_all.size() < what.size() && is_of_the_caller(after("of", of_all))))
      return true;
  }
  return false;
}

} // namespace

bool asks_to_be_forgotten(std::span<const std::string> words) {
  const auto says = [&](std::string_view phrase) { return has_phrase(words, phrase); };
  if (std::ranges::any_of(meant_otherwise, says))
    return false;
  return std::ranges::any_of(plain, says) || removes_what_is_known(words);
}

} // namespace trunkline
