#pragma once

#include "schema/chat.hpp"
#include "schema/failure.hpp"

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

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

/// The JSON text of a list of tools, made anew only when another list comes: it is most of a
/// request, and the same in all of a call. Any thread.
class tools_text {
public:
  using maker = std::function<nlohmann::json(std::span<const tool_spec>)>;
  explicit tools_text(maker make) : make_(std::move(make)) {}
  std::shared_ptr<const std::string> of(std::span<const tool_spec> tools) const;

private:
  const maker make_;
  mutable std::mutex mutex_;
  mutable std::vector<tool_spec> last_;
  mutable std::shared_ptr<const std::string> text_;
};

/// A request's text: `body`, the tools where there are any, and over both `extra` (RFC 7396: null
/// removes); what makes it a streamed chat stays.
std::string request_text(nlohmann::json body, std::span<const tool_spec> tools,
                         const tools_text& text, const nlohmann::json& extra);

} // namespace trunkline
