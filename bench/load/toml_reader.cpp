#include "bench/load/toml_reader.hpp"

#include <algorithm>
#include <cstdio>

namespace trunkline {

namespace {

std::string plain(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.10g", value);
  return text;
}

} // namespace

void toml_reader::complain(const toml::source_region& where, const std::string& what) {
  if (!problem_)
    problem_ =
        failure{failure_kind::bad_input, name_ + ":" + std::to_string(where.begin.line) + ":" +
                                             std::to_string(where.begin.column) + ": " + what};
}

std::optional<toml::table> toml_reader::parse(std::string_view text) {
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    complain(error.source(), std::string{error.description()});
    return std::nullopt;
  }
}

void toml_reader::members(const toml::table& table, const std::string& what,
                          const std::vector<member>& known) {
  // In the order of the file, so that the first problem is the topmost one.
  std::vector<std::pair<const toml::key*, const toml::node*>> present;
  for (const auto& [key, node] : table)
    present.emplace_back(&key, &node);
  std::sort(present.begin(), present.end(), [](const auto& a, const auto& b) {
    const auto left = a.first->source().begin, right = b.first->source().begin;
    return std::pair{left.line, left.column} < std::pair{right.line, right.column};
  });
  for (const auto& [key, node] : present) {
    const auto found = std::find_if(known.begin(), known.end(),
                                    [&](const member& one) { return one.key == key->str(); });
    if (found != known.end()) {
      found->read(*node);
      continue;
    }
    std::string listed;
    for (const auto& one : known)
      listed += (listed.empty() ? "" : ", ") + std::string{one.key};
    complain(key->source(),
             what + " has no \"" + std::string{key->str()} + "\"; it takes " + listed);
  }
}

void toml_reader::wrong_kind(const toml::node& node, std::string_view key,
                             const std::string& wanted) {
  complain(node, "\"" + std::string{key} + "\" must be " + wanted);
}

void toml_reader::text(const toml::node& node, std::string_view key, std::string& to) {
  if (const auto got = node.value_exact<std::string>())
    to = *got;
  else
    wrong_kind(node, key, "a text");
}

void toml_reader::flag(const toml::node& node, std::string_view key, bool& to) {
  if (const auto got = node.value_exact<bool>())
    to = *got;
  else
    wrong_kind(node, key, "true or false");
}

void toml_reader::whole(const toml::node& node, std::string_view key,
                        std::pair<int64_t, int64_t> range, int64_t& to) {
  const auto got = node.value_exact<int64_t>();
  if (got && *got >= range.first && *got <= range.second)
    to = *got;
  else
    wrong_kind(node, key,
               "a whole number from " + std::to_string(range.first) + " to " +
                   std::to_string(range.second));
}

void toml_reader::number(const toml::node& node, std::string_view key,
                         std::pair<double, double> range, double& to) {
  const auto got = node.is_number() ? node.value<double>() : std::nullopt;
  if (got && *got >= range.first && *got <= range.second) // not a number is in no range
    to = *got;
  else
    wrong_kind(node, key, "a number from " + plain(range.first) + " to " + plain(range.second));
}

void toml_reader::texts(const toml::node& node, std::string_view key,
                        std::vector<std::string>& to) {
  if (const auto one = node.value_exact<std::string>()) {
    to.push_back(*one);
    return;
  }
  const auto* list = node.as_array();
  if (!list) {
    wrong_kind(node, key, "a text or a list of texts");
    return;
  }
  for (const auto& entry : *list)
    text(entry, key, to.emplace_back());
}

} // namespace trunkline
