#include "bench/load/side_effects.hpp"

#include "protocol/text/json.hpp"

#include <nlohmann/json.hpp>

#include <initializer_list>
#include <vector>

namespace trunkline {

namespace {

constexpr size_t list_max = 100; // of the admin API

bool count(std::string_view text, const char* list, std::initializer_list<const char*> fields,
           const std::set<std::string>& call_sids, side_effects& to) {
  const auto parsed = parse_json(text, "a list of the admin API");
  if (!parsed || !parsed->is_object())
    return false;
  const auto rows = parsed->find(list);
  if (rows == parsed->end() || !rows->is_array() || rows->size() >= list_max)
    return false;
  std::set<std::vector<std::string>> seen;
  for (const auto& row : *rows) {
    const auto sid = string_member(row, "call_sid");
    if (call_sids.count(sid) == 0)
      continue;
    std::vector<std::string> key{sid};
    for (const auto* field : fields)
      key.push_back(string_member(row, field));
    ++to.kept;
    if (!seen.insert(std::move(key)).second)
      ++to.doubled;
  }
  return true;
}

} // namespace

std::optional<side_effects> count_side_effects(std::string_view appointments,
                                               std::string_view messages,
                                               const std::set<std::string>& call_sids) {
  side_effects made;
  const bool read =
      count(appointments, "appointments", {"service_id", "starts_at", "status"}, call_sids, made) &&
      count(messages, "messages", {"for_whom", "text", "recording_url"}, call_sids, made);
  return read ? std::optional{made} : std::nullopt;
}

} // namespace trunkline
