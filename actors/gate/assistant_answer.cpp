#include "actors/gate/assistant_answer.hpp"

#include "infra/config/assistant_config.hpp"
#include "protocol/text/json.hpp"

#include <nlohmann/json.hpp>

namespace trunkline {

namespace {

nlohmann::json head_value(const served_assistant& served) {
  const auto& who = *served.who;
  return {{"id", who.id},
          {"tenant_id", who.tenant_id},
          {"version", who.version},
          {"source", served.from_database ? "database" : "file"},
          {"business", who.business},
          {"numbers", who.numbers},
          {"default", who.is_default}};
}

} // namespace

std::string assistants_json(const assistant_directory& directory) {
  auto list = nlohmann::json::array();
  for (const auto& served : directory.all())
    list.push_back(head_value(served));
  return to_text({{"assistants", std::move(list)}});
}

std::optional<std::string> assistant_details_json(const assistant_directory& directory,
                                                  const std::string& id) {
  const auto served = directory.by_id(id);
  if (!served.who)
    return std::nullopt;
  auto value = head_value(served);
  if (auto all = parse_json(assistant_json(*served.who), "assistant"))
    value["configuration"] = std::move(*all);
  return to_text(value);
}

} // namespace trunkline
