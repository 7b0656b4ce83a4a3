#include "actors/call/assistant_directory.hpp"

#include <algorithm>

namespace trunkline {

namespace {

template<class Wanted>
served_assistant first_of(const std::vector<served_assistant>& all, Wanted wanted) {
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const auto& one) { return one.who && wanted(*one.who); });
  return found == all.end() ? served_assistant{} : *found;
}

} // namespace

assistant_directory::assistant_directory(const std::vector<assistant>& all) {
  for (const auto& one : all)
    all_.push_back({std::make_shared<const assistant>(one)});
}

served_assistant assistant_directory::for_number(const std::string& number) const {
  auto own = first_of(all_, [&](const assistant& who) {
    return std::count(who.numbers.begin(), who.numbers.end(), number) > 0;
  });
  return own.who ? own : first_of(all_, [](const assistant& who) { return who.is_default; });
}

served_assistant assistant_directory::by_id(const std::string& id) const {
  return first_of(all_, [&](const assistant& who) { return who.id == id; });
}

served_assistant assistant_directory::version(const std::string& id,
                                              const std::string& version) const {
  const auto is_it = [&](const assistant& who) { return who.id == id && who.version == version; };
  auto now = first_of(all_, is_it);
  return now.who ? now : first_of(earlier_, is_it);
}

} // namespace trunkline
