#include "infra/config/stored_assistant.hpp"

#include "infra/config/assistant_config.hpp"
#include "protocol/text/json.hpp"
#include "protocol/text/utf8.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace trunkline {

namespace {

using kind = config_node::kind;

config_node* find(config_node& table, std::string_view name) {
  const auto found = std::find_if(table.members.begin(), table.members.end(),
                                  [&](const auto& one) { return one.name == name; });
  return found == table.members.end() ? nullptr : &found->value;
}

// One table, whether or not it stands under its heading; nothing: several, or none.
std::optional<config_node> table_of(config_node root) {
  auto* list = root.members.size() == 1 ? find(root, "assistants") : nullptr;
  if (!list) {
    root.place = {1, 1};
    return root;
  }
  if (list->type != kind::list || list->items.size() != 1)
    return {};
  return std::move(list->items[0]);
}

// What was beside the file when it was put.
void give_schema(config_node& table, const std::string& configuration) {
  auto* extraction = find(table, "extraction");
  auto* file = extraction ? find(*extraction, "schema_file") : nullptr;
  const auto json = parse_json(configuration, "configuration");
  if (!file || !json)
    return;
  file->text = string_member(object_member(*json, "extraction"), "schema");
  for (auto& member : extraction->members)
    if (member.name == "schema_file")
      member.name = "schema";
}

std::optional<assistant> read_table(config_node table, const std::string& file,
                                    const std::string& tenant,
                                    std::vector<config_problem>& problems) {
  config_node list;
  list.type = kind::list;
  list.items.push_back(std::move(table));
  const auto before = problems.size();
  auto all = read_assistants(list, file, problems);
  if (problems.size() > before || all.size() != 1)
    return {};
  auto& who = all[0];
  const auto* told = list.items[0].find("tenant_id");
  if (told && !tenant.empty() && who.tenant_id != tenant) {
    problems.push_back({told->place, file + ":" + std::to_string(told->place.line) + ":" +
                                         std::to_string(told->place.column) +
                                         ": assistants.tenant_id is '" + who.tenant_id +
                                         "', but --tenant is '" + tenant + "'; leave one out"});
    return {};
  }
  if (!tenant.empty())
    who.tenant_id = tenant;
  who.version = assistant_version(who);
  return std::move(who);
}

} // namespace

std::optional<assistant> read_assistant(std::string_view text, const std::string& file,
                                        const std::string& tenant,
                                        std::vector<config_problem>& problems) {
  const auto before = problems.size();
  auto root = parse_config(text, file, problems);
  if (problems.size() > before)
    return {};
  auto table = table_of(std::move(root));
  if (!table) {
    problems.push_back({{}, file + ": has several [[assistants]]; put each in a file of its own"});
    return {};
  }
  auto who = read_table(std::move(*table), file, tenant, problems);
  std::stable_sort(problems.begin(), problems.end(), [](auto& a, auto& b) {
    return std::pair{a.place.line, a.place.column} < std::pair{b.place.line, b.place.column};
  });
  return who;
}

assistant_version_record stored_version(const assistant& who, const std::string& text,
                                        timestamp at) {
  return {who.id, who.version, who.tenant_id, assistant_json(who), text, at};
}

result<assistant> read_stored(const assistant_version_record& row) {
  std::vector<config_problem> problems;
  const auto name = row.id + " " + row.version;
  auto table = table_of(parse_config(row.text, name, problems));
  std::optional<assistant> who;
  if (problems.empty() && table) {
    give_schema(*table, row.configuration);
    std::erase_if(table->members, [](const auto& one) { return one.name == "tenant_id"; });
    who = read_table(std::move(*table), name, row.tenant_id, problems);
  }
  if (!who)
    return failure{failure_kind::bad_input,
                   problems.empty() ? name + ": is no assistant" : problems.front().line, false};
  if (who->id != row.id)
    return failure{failure_kind::bad_input, name + ": its text is of another assistant", false};
  who->version = row.version;
  return std::move(*who);
}

} // namespace trunkline
