#pragma once

#include "schema/config.hpp"
#include "schema/failure.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace trunkline {

/// One item of a service list: "name", "name:model" or either with "=weight" for comparisons, such
/// as "openai:gpt-4o=20". The model may have colons of its own ("ollama:llama3.2:3b").
struct service_entry {
  std::string name;
  std::string model;   ///< empty: the one of the service's own settings
  unsigned weight = 0; ///< share of calls that try it first; 0 for all: the list's order
};

enum class service_role { stt, llm, tts };

/// The names a role's list may have; "embedded" is one of each.
const std::vector<std::string>& known_services(service_role role);
/// `bad_input` says what is wrong and what to write.
result<service_entry> parse_service_entry(service_role role, std::string_view text);
/// A list that was checked before.
std::vector<service_entry> service_entries(service_role role, const std::vector<std::string>& list);

/// What the listed services lack: keys, URLs, models; a line each with the variable to set. All
/// lists count, those of assistants too.
std::vector<std::string> missing_service_settings(const engine_config& config);

} // namespace trunkline
