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

} // namespace

bool asks_to_be_forgotten(std::span<const std::string> words) {
  const auto says = [&](std::string_view phrase) { return has_phrase(words, phrase); };
  if (std::ranges::any_of(meant_otherwise, says))
    return false;
  if (std::ranges::any_of(plain, says))
    return true;
  return std::ranges::any_of(removing, [&](std::string_view verb) {
    return std::ranges::any_of(of_the_caller, [&](std::string_view what) {
      const auto both = std::string{verb} + " ";
      return says(both + std::string{what}) || says(both + "all " + std::string{what}) ||
             says(both + "all of " + std::string{what});
    });
  });
}

} // namespace trunkline
