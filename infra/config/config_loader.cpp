#include "infra/config/config_loader.hpp"

#include "infra/config/assistant_checks.hpp"
#include "infra/config/assistant_config.hpp"
#include "infra/config/config_table.hpp"
#include "infra/config/environment.hpp"
#include "infra/config/languages.hpp"
#include "infra/config/service_entry.hpp"
#include "infra/config/state_dir.hpp"
#include "infra/config/tenant_keys.hpp"
#include "protocol/text/utf8.hpp"

#include <algorithm>

namespace trunkline {

namespace {

using kind = config_node::kind;

class loader {
public:
  explicit loader(const config_sources& sources) : sources_(sources) {}

  loaded_config load() {
    for (const auto& row : config_rows())
      out_.origins[std::string{row.key}] = "default";
    if (sources_.file)
      read_file(*sources_.file);
    std::stable_sort(out_.problems.begin(), out_.problems.end(), [](auto& a, auto& b) {
      return std::pair{a.place.line, a.place.column} < std::pair{b.place.line, b.place.column};
    });
    read_environment();
    read_flags();
    complete();
    return std::move(out_);
  }

private:
  void problem(const std::string& line) { out_.problems.push_back({{}, line}); }
  std::string at(file_place place) const {
    return file_ + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
  }
  void problem(file_place place, const std::string& what) {
    out_.problems.push_back({place, at(place) + ": " + what});
  }

  void read_file(const std::filesystem::path& path);
  void read_table(const config_node& table, const std::string& prefix);
  void unknown_key(const config_node::member& member, const std::string& full);
  void read_environment();
  void read_variable(const config_row& row, const std::string& name, const std::string& value);
  void unknown_variables();
  void read_flags();
  void complete();

  const config_sources& sources_;
  std::string file_;
  loaded_config out_;
  bool assistants_given_ = false;
};

bool is_table_name(std::string_view name) {
  const auto rows = config_rows();
  return std::any_of(rows.begin(), rows.end(), [&](const auto& row) {
    return row.key.starts_with(name) && row.key.substr(name.size()).starts_with('.');
  });
}

void loader::read_file(const std::filesystem::path& path) {
  file_ = out_.config.file = path.string();
  const auto text = read_small_file(path, config_bytes_max);
  if (!text)
    return problem(text.error().context);
  const auto root = parse_config(*text, file_, out_.problems);
  read_table(root, "");
}

void loader::read_table(const config_node& table, const std::string& prefix) {
  for (const auto& member : table.members) {
    const auto full = prefix + member.name;
    if (full == "assistants") {
      assistants_given_ = true;
      out_.config.assistants = read_assistants(member.value, file_, out_.problems);
    } else if (is_table_name(full)) {
      if (member.value.type == kind::table)
        read_table(member.value, full + ".");
      else
        problem(member.place, full + " must be a table: write [" + full + "]");
    } else if (const auto* row = find_config_row(full)) {
      if (row->secret) {
        problem(member.place, full + " is a secret, which does not belong in a file; set " +
                                  variable_of(*row) + " in the environment");
      } else if (auto wrong = set_field(row->member(out_.config), member.value, row->check,
                                        row->min, row->max)) {
        problem(member.value.place, full + " " + *wrong);
      } else if (holds_secret(*row, out_.config)) {
        problem(member.value.place, full +
                                        " has a password, which does not belong in a file; set " +
                                        variable_of(*row) + " in the environment");
      } else {
        out_.origins[full] = at(member.value.place);
      }
    } else {
      unknown_key(member, full);
    }
  }
}

void loader::unknown_key(const config_node::member& member, const std::string& full) {
  std::vector<std::string> names{"assistants"};
  for (const auto& row : config_rows()) {
    names.emplace_back(row.key);
    if (const auto dot = row.key.find('.'); dot != row.key.npos)
      names.emplace_back(row.key.substr(0, dot));
  }
  // A wrong table name is one mistake, not one a key.
  const bool table = member.value.type == kind::table;
  auto shown = full;
  auto near = nearest_name(full, names);
  if (table && near && member.value.members.size() == 1) {
    shown = full + "." + member.value.members[0].name;
    if (const auto whole = nearest_name(shown, names))
      near = whole;
  }
  problem(member.place, "unknown key '" + shortened(clean_text(shown, 300), 80) + "'" +
                            (near ? "; did you mean '" + *near + "'?"
                                  : "; see docs/configuration.md for the keys"));
}

void loader::read_variable(const config_row& row, const std::string& name,
                           const std::string& value) {
  if (auto wrong = set_field(row.member(out_.config), value, row.check, row.min, row.max))
    problem(name + ": " + *wrong);
  else
    out_.origins[std::string{row.key}] = name;
}

void loader::read_environment() {
  const auto& all = sources_.environment;
  const auto value_of = [&](const std::string& name) {
    const auto found = all.find(name);
    return found == all.end() ? std::string{} : found->second;
  };
  for (const auto& row : config_rows()) {
    const auto formed = formed_variable(row.key), own = variable_of(row);
    const auto first = value_of(own), second = value_of(formed);
    if (!first.empty() && !second.empty() && first != second)
      problem(formed + ": contradicts " + own + ", which means the same; unset one of them");
    else if (!first.empty())
      read_variable(row, own, first);
    else if (!second.empty())
      read_variable(row, formed, second);
  }
  unknown_variables();
}

void loader::unknown_variables() {
  std::vector<std::string> names;
  for (const auto& row : config_rows())
    names.push_back(formed_variable(row.key));
  for (const auto& [name, value] : sources_.environment) {
    if (!name.starts_with("TRUNKLINE_") || is_foreign_variable(name) ||
        std::find(names.begin(), names.end(), name) != names.end())
      continue;
    const auto near = nearest_name(name, names);
    problem(shortened(clean_text(name, 300), 80) + ": unknown variable" +
            (near ? "; did you mean " + *near + "?" : "; see docs/configuration.md for the names"));
  }
}

void loader::read_flags() {
  for (const auto& [key, value] : sources_.flags) {
    const auto shown = "--set " + shortened(clean_text(key, 300), 80);
    const auto* row = find_config_row(key);
    if (!row) {
      std::vector<std::string> names;
      for (const auto& each : config_rows())
        names.emplace_back(each.key);
      const auto near = nearest_name(key, names);
      problem(shown + ": unknown key" +
              (near ? "; did you mean '" + *near + "'?" : "; see docs/configuration.md"));
    } else if (row->secret) {
      problem(shown + ": is a secret, which a command line shows to everybody; set " +
              variable_of(*row) + " in the environment");
    } else if (auto wrong =
                   set_field(row->member(out_.config), value, row->check, row->min, row->max)) {
      problem(shown + ": " + *wrong);
    } else if (holds_secret(*row, out_.config)) {
      problem(shown + ": has a password, which a command line shows to everybody; set " +
              variable_of(*row) + " in the environment");
    } else {
      out_.origins[key] = "flag";
    }
  }
}

void loader::complete() {
  auto& config = out_.config;
  if (config.state_dir.empty()) {
    if (auto folder = default_state_dir(sources_.environment))
      config.state_dir = *folder;
    else
      problem(folder.error().context);
  }
  if (config.server.certificate_file.empty() != config.server.key_file.empty())
    problem("server.certificate_file and server.key_file belong together; set both or none");
  const auto &open = config.server.listen, &admin = config.server.admin_listen;
  if (open.port != 0 && open.port == admin.port && open.host == admin.host)
    problem("server.listen and server.admin_listen are both " + to_string(open) +
            "; give them different ports");
  for (const auto& [key, list] : {std::pair{"providers.stt", config.stt_providers},
                                  {"providers.llm", config.llm_providers},
                                  {"providers.tts", config.tts_providers}})
    if (list.empty())
      problem(std::string{key} + " is empty; list at least one service, such as embedded");
  if (config.admin_user.empty() != config.admin_password.empty())
    problem("TRUNKLINE_ADMIN_USER and TRUNKLINE_ADMIN_PASSWORD belong together; set both or none");
  if (config.assistants.empty() && !assistants_given_) {
    auto sample = built_in_assistants();
    if (sample)
      config.assistants = std::move(*sample);
    else
      problem(sample.error().context);
    config.assistants_are_sample = true;
  } else if (config.assistants.empty() && out_.problems.empty()) {
    problem("assistants is empty; give at least one [[assistants]], or none for the sample");
  }
  for (const auto& who : config.assistants)
    if (auto lack = missing_data_key(who, config)) {
      problem(*lack);
      break;
    }
  std::vector<std::string> problems;
  config.tenants = read_tenant_keys(config, problems);
  for (const auto& line : problems)
    problem(line);
  for (const auto& line : missing_service_settings(config))
    problem(line);
  for (const auto& line : unserved_languages(config))
    problem(line);
}

} // namespace

loaded_config read_config(const config_sources& sources) {
  return loader{sources}.load();
}

result<engine_config> load_config(const config_sources& sources) {
  auto loaded = read_config(sources);
  if (loaded.problems.empty())
    return std::move(loaded.config);
  std::string lines;
  for (const auto& problem : loaded.problems)
    lines += (lines.empty() ? "" : "\n") + problem.line;
  return failure{failure_kind::bad_input, lines};
}

} // namespace trunkline
