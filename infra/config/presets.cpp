#include "infra/config/presets.hpp"

#include "infra/config/config_field.hpp"
#include "protocol/text/utf8.hpp"
#include "schema/embedded.hpp"

#include <algorithm>

namespace trunkline {

namespace {

using kind = config_node::kind;

std::vector<preset> read_presets() {
  constexpr auto file = "schema/presets.toml";
  std::vector<config_problem> problems;
  const auto root = parse_config(embedded_text(file).value_or(""), file, problems);
  std::vector<preset> all;
  for (const auto& [name, _, table] : root.members) {
    preset one{name, {}, table};
    std::erase_if(one.keys.members, [&](const auto& member) {
      if (member.name == "summary")
        one.summary = member.value.text;
      return member.name == "summary";
    });
    all.push_back(std::move(one));
  }
  return all;
}

const preset* find_preset(std::string_view name) {
  const auto& all = presets();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.name == name; });
  return found == all.end() ? nullptr : &*found;
}

// Problems with what comes from a preset are told where it is named.
void place_at(config_node& node, file_place place) {
  node.place = place;
  for (auto& member : node.members) {
    member.place = place;
    place_at(member.value, place);
  }
}

void add_missing(config_node& to, const config_node& from, file_place place) {
  for (const auto& member : from.members) {
    const auto own = std::find_if(to.members.begin(), to.members.end(),
                                  [&](const auto& one) { return one.name == member.name; });
    if (own == to.members.end()) {
      to.members.push_back(member);
      to.members.back().place = place;
      place_at(to.members.back().value, place);
    } else if (own->value.type == kind::table && member.value.type == kind::table) {
      add_missing(own->value, member.value, place);
    }
  }
}

} // namespace

const std::vector<preset>& presets() {
  static const auto all = read_presets();
  return all;
}

std::optional<std::string> check_preset(const std::string& name) {
  if (find_preset(name))
    return {};
  std::vector<std::string> names;
  std::string listed;
  for (const auto& one : presets()) {
    names.push_back(one.name);
    listed += (listed.empty() ? "" : ", ") + one.name;
  }
  const auto near = nearest_name(name, names);
  return "'" + shortened(clean_text(name, 200), 60) + "' is unknown; " +
         (near ? "did you mean '" + *near + "'?" : "use one of " + listed);
}

config_node with_preset(const config_node& table) {
  auto whole = table;
  const auto* named = table.find("preset");
  const auto* one = named && named->type == kind::text ? find_preset(named->text) : nullptr;
  if (one)
    add_missing(whole, one->keys, named->place);
  return whole;
}

} // namespace trunkline
