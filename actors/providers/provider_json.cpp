#include "actors/providers/provider_json.hpp"

#include "protocol/text/json.hpp"

#include <nlohmann/json.hpp>

namespace trunkline {

std::string providers_json(const std::vector<provider_status>& all) {
  auto list = nlohmann::json::array();
  for (const auto& one : all)
    list.push_back({{"key", one.key},
                    {"state", to_string(one.state)},
                    {"opens_in_ms", one.opens_in.count()},
                    {"at_once", one.at_once},
                    {"good", one.good},
                    {"failed", one.failed},
                    {"latency_ms", one.latency.count()},
                    {"last_error", one.last_error}});
  return to_text({{"providers", std::move(list)}});
}

} // namespace trunkline
