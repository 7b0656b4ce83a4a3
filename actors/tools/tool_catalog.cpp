#include "actors/tools/tool_catalog.hpp"

#include "protocol/text/json.hpp"
#include "schema/embedded.hpp"

#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include <exception>
#include <map>
#include <memory>

namespace trunkline {

namespace {

constexpr std::string_view schema_folder = "schema/tools/";

struct known_tool {
  std::string name;
  std::string description;
  bool side_effects = false;
  nlohmann::json parameters;
  std::shared_ptr<valijson::Schema> schema;
};

known_tool load(const embedded_file& file) {
  known_tool tool;
  auto document = nlohmann::json::parse(file.text);
  tool.name = document.at("title");
  tool.description = document.at("description");
  tool.side_effects = document.at("x-side-effects");
  for (const auto* key : {"$schema", "title", "description", "x-side-effects"})
    document.erase(key);
  tool.schema = std::make_shared<valijson::Schema>();
  valijson::SchemaParser{}.populateSchema(valijson::adapters::NlohmannJsonAdapter{document},
                                          *tool.schema);
  tool.parameters = std::move(document);
  return tool;
}

// Our own files: a mistake in them ends the process at the first use, which every test reaches.
const std::map<std::string, known_tool, std::less<>>& tools() {
  static const auto all = [] {
    std::map<std::string, known_tool, std::less<>> loaded;
    for (const auto& file : embedded_files())
      if (file.path.substr(0, schema_folder.size()) == schema_folder) {
        auto tool = load(file);
        loaded.emplace(tool.name, std::move(tool));
      }
    return loaded;
  }();
  return all;
}

template<class List>
void allow_only(nlohmann::json& property, const List& entries) {
  for (const auto& entry : entries)
    property["enum"].push_back(entry.id);
}

nlohmann::json parameters_for(const known_tool& tool, const assistant& who) {
  auto parameters = tool.parameters;
  auto& properties = parameters["properties"];
  if (properties.contains("service") && !who.services.empty())
    allow_only(properties["service"], who.services);
  if (properties.contains("for_staff") && !who.staff.empty())
    allow_only(properties["for_staff"], who.staff);
  if (properties.contains("staff")) {
    allow_only(properties["staff"], who.staff);
    for (const auto* place : {"front_desk", "emergency"})
      properties["staff"]["enum"].push_back(place);
  }
  if (properties.contains("language"))
    for (const auto& tag : language_tags(who))
      properties["language"]["enum"].push_back(tag);
  return parameters;
}

std::string first_complaint(valijson::ValidationResults& results) {
  valijson::ValidationResults::Error error;
  std::string place, what = "do not match the schema";
  if (results.popError(error)) {
    for (const auto& step : error.context)
      if (step != "<root>")
        place += step;
    what = error.description;
  }
  return (place.empty() ? "" : place + ": ") + what;
}

} // namespace

std::vector<tool_spec> tool_catalog(const assistant& who) {
  std::vector<tool_spec> catalog;
  for (const auto& [name, tool] : tools())
    if (name != "switch_language" || !who.languages.empty())
      catalog.push_back({name, tool.description, to_text(parameters_for(tool, who))});
  return catalog;
}

bool has_side_effects(std::string_view tool) {
  const auto found = tools().find(tool);
  return found != tools().end() && found->second.side_effects;
}

result<nlohmann::json> checked_arguments(std::string_view tool, std::string_view arguments) {
  const auto found = tools().find(tool);
  if (found == tools().end())
    return failure{failure_kind::not_found, "there is no such tool"};
  if (arguments.size() > tool_arguments_bytes_max)
    return failure{failure_kind::bad_input, found->first + ": arguments are too long"};
  if (arguments.find_first_not_of(" \t\r\n") == std::string_view::npos)
    arguments = "{}";
  auto parsed = parse_json(arguments, "tool arguments");
  if (!parsed)
    return parsed.error();
  try {
    valijson::ValidationResults results;
    valijson::Validator validator{valijson::Validator::kStrongTypes};
    const valijson::adapters::NlohmannJsonAdapter target{*parsed};
    if (!validator.validate(*found->second.schema, target, &results))
      return failure{failure_kind::bad_input, found->first + ": " + first_complaint(results)};
  } catch (const std::exception& problem) {
    return failure{failure_kind::bad_input, found->first + ": arguments cannot be checked"};
  }
  return parsed;
}

} // namespace trunkline
