#include "infra/config/assistant_checks.hpp"

#include "infra/config/languages.hpp"
#include "infra/config/service_entry.hpp"
#include "protocol/text/phone_number.hpp"

#include <algorithm>

namespace trunkline {

std::optional<std::string> missing_data_key(const assistant& who, const engine_config& config) {
  if (who.recording.mode == "off" || !config.store.data_key.empty() ||
      !config.store.data_key_file.empty())
    return {};
  return "assistants.recording needs encryption; make a key with 'trunkline data new-key' and "
         "set TRUNKLINE_STORE_DATA_KEY or store.data_key_file";
}

std::optional<std::string> owner_file_of(const std::string& id, const engine_config& config) {
  if (config.assistants_are_sample)
    return {};
  for (const auto& own : config.assistants)
    if (own.id == id)
      return "'" + id + "' is configured in " +
             (config.file.empty() ? std::string{"the engine's file"} : config.file) +
             ", which is read-only; change it there, or remove it there and put it again";
  return {};
}

std::vector<std::string> conflicts_of(const assistant& who, const engine_config& config) {
  std::vector<std::string> lines;
  if (auto owned = owner_file_of(who.id, config))
    return {*owned};
  const std::vector<assistant> none;
  const auto file = config.file.empty() ? std::string{"the engine's file"} : config.file;
  for (const auto& other : config.assistants_are_sample ? none : config.assistants) {
    for (const auto& number : who.numbers)
      if (std::count(other.numbers.begin(), other.numbers.end(), number) > 0)
        lines.push_back("the number " + mask_number(number) + " is taken by the assistant '" +
                        other.id + "' of " + file + "; a number has one assistant");
    if (who.is_default && other.is_default)
      lines.push_back("`default` is set for the assistant '" + other.id + "' of " + file +
                      " already; only one can take the other calls");
  }
  if (auto lack = missing_data_key(who, config))
    lines.push_back(*lack);
  auto alone = config;
  alone.assistants = {who};
  for (auto& line : missing_service_settings(alone))
    if (line.starts_with("assistant ")) // what the engine itself lacks, it says at its start
      lines.push_back(std::move(line));
  for (auto& line : unserved_languages(alone))
    lines.push_back(std::move(line));
  return lines;
}

} // namespace trunkline
