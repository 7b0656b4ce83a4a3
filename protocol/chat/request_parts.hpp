#pragma once

#include "schema/failure.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace trunkline {

/// What every language model's options must keep to; `what` names them in the failure.
struct checked_options {
  std::string_view service;
  std::string_view model;
  std::string_view api_key;
  int tokens_max = 0;
  std::optional<double> temperature;
  double temperature_max = 0;
  std::string_view extra;
};

/// The parsed `extra`, an empty object when there is none.
result<nlohmann::json> check_options(const checked_options& options);

/// A tool's JSON Schema as an object schema; one that is none becomes that of a tool without
/// arguments, for a request with it would be refused as a whole.
nlohmann::json tool_schema(const std::string& parameters);

/// Merges `extra` into a body (RFC 7396: null removes); what makes it a streamed chat stays.
void merge_extra(nlohmann::json& body, const nlohmann::json& extra);

} // namespace trunkline
