#include "infra/config/config_commands.hpp"

#include "infra/config/config_table.hpp"
#include "infra/config/environment.hpp"
#include "infra/config/state_dir.hpp"
#include "protocol/text/json.hpp"
#include "schema/embedded.hpp"

#include <nlohmann/json.hpp>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <ostream>

namespace trunkline {

namespace {

constexpr auto default_file = "trunkline.toml";

void print(const std::vector<config_problem>& problems, std::ostream& err) {
  for (const auto& problem : problems)
    err << problem.line << "\n";
}

std::string shown(const config_row& row, engine_config& config) {
  if (row.secret)
    return shown_text(row, config);
  if (row.check == field_check::database)
    return toml_quoted(shown_text(row, config));
  return field_toml(row.member(config));
}

// "# key = default" lines under their tables, each with its meaning.
std::string settings_text() {
  engine_config defaults;
  std::string text, table;
  for (const auto& row : config_rows()) {
    const auto dot = row.key.find('.');
    const auto name = dot == row.key.npos ? std::string{} : std::string{row.key.substr(0, dot)};
    if (name != table)
      text += "\n[" + (table = name) + "]\n";
    const auto key = std::string{dot == row.key.npos ? row.key : row.key.substr(dot + 1)};
    text += "# " + std::string{row.doc} + " (" + variable_of(row) + ")\n";
    text += row.secret ? "# a secret: set " + variable_of(row) + " in the environment\n"
                       : "# " + key + " = " + field_toml(row.member(defaults)) + "\n";
  }
  return text;
}

} // namespace

result<config_sources> sources_of(const config_options& options) {
  config_sources sources;
  if (!options.config_file.empty())
    sources.file = options.config_file;
  sources.environment = process_environment();
  sources.flags = options.set;
  if (!options.env_file.empty()) {
    const auto more = read_env_file(options.env_file);
    if (!more)
      return more.error();
    sources.environment.insert(more->begin(), more->end());
  }
  return sources;
}

std::optional<engine_config> config_for(const config_options& options, std::ostream& err) {
  const auto sources = sources_of(options);
  if (!sources) {
    err << sources.error().context << "\n";
    return std::nullopt;
  }
  auto loaded = read_config(*sources);
  print(loaded.problems, err);
  if (!loaded.problems.empty())
    return std::nullopt;
  return std::move(loaded.config);
}

int config_check(const config_sources& sources, std::ostream& out, std::ostream& err) {
  auto loaded = read_config(sources);
  if (loaded.problems.empty())
    if (const auto listeners = check_listeners(loaded.config); !listeners)
      loaded.problems.push_back({{}, listeners.error().context});
  print(loaded.problems, err);
  if (!loaded.problems.empty())
    return exit_usage;
  out << "the configuration is good: " << loaded.config.assistants.size()
      << (loaded.config.assistants.size() == 1 ? " assistant\n" : " assistants\n");
  return exit_ok;
}

int config_show(const config_sources& sources, bool json, std::ostream& out, std::ostream& err) {
  auto loaded = read_config(sources);
  print(loaded.problems, err);
  if (!loaded.problems.empty())
    return exit_usage;
  auto& config = loaded.config;
  if (json) {
    auto settings = nlohmann::json::object();
    for (const auto& row : config_rows())
      settings[std::string{row.key}] = {{"value", shown_text(row, config)},
                                        {"origin", loaded.origins.at(std::string{row.key})}};
    auto assistants = nlohmann::json::array();
    for (const auto& who : config.assistants)
      assistants.push_back({{"id", who.id}, {"business", who.business}, {"version", who.version}});
    out << to_text({{"settings", settings}, {"assistants", assistants}}) << "\n";
    return exit_ok;
  }
  size_t wide = 0;
  for (const auto& row : config_rows())
    wide = std::max(wide, row.key.size());
  for (const auto& row : config_rows())
    out << std::left << std::setw(int(wide)) << row.key << " = " << shown(row, config) << "  # "
        << loaded.origins.at(std::string{row.key}) << "\n";
  for (const auto& who : config.assistants)
    out << std::left << std::setw(int(wide)) << "assistant"
        << " = " << toml_quoted(who.id) << "  # " << who.business << ", version " << who.version
        << (who.is_default ? ", default\n" : "\n");
  return exit_ok;
}

std::string initial_config() {
  return "# Configuration of Trunkline. Lines that start with # show the defaults.\n"
         "# Flags win over environment variables, and those over this file.\n"
         "# Check it: trunkline config check --config FILE\n\n" +
         settings_text() + "\n" +
         std::string{embedded_text("docs/examples/dental.toml").value_or("")};
}

int config_init(const std::string& file, bool force, std::ostream& out, std::ostream& err) {
  if (file == "-") {
    out << initial_config();
    return exit_ok;
  }
  const std::filesystem::path path{file.empty() ? default_file : file};
  std::error_code error;
  if (!force && std::filesystem::exists(path, error)) {
    err << path.string() << ": exists already; name another file, or replace it with --force\n";
    return exit_failed;
  }
  std::ofstream to{path, std::ios::binary | std::ios::trunc};
  to << initial_config();
  to.close();
  if (!to) {
    err << path.string() << ": cannot be written: " << std::strerror(errno) << "\n";
    return exit_failed;
  }
  err << "wrote " << path.string() << "; start with: trunkline serve --config " << path.string()
      << "\n";
  return exit_ok;
}

} // namespace trunkline
