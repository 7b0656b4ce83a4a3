#include "bench/load/compare.hpp"

#include "bench/load/load_report.hpp"
#include "protocol/text/json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <ostream>
#include <set>
#include <sstream>

namespace trunkline {

namespace {

using nlohmann::json;

constexpr std::string_view schema_name = "trunkline.bench_report.1";

std::optional<double> number_of(const json& object, std::string_view name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number() ? std::optional{found->get<double>()}
                                                     : std::nullopt;
}

bool flag(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_boolean() && found->get<bool>();
}

void add_row(comparison& to, std::string name, std::optional<double> a, std::optional<double> b) {
  if (!a && !b)
    return;
  auto& row = to.rows.emplace_back(comparison::row{std::move(name), a, b, std::nullopt});
  if (a && b && *a > 0)
    row.ratio = *b / *a;
}

void add_warnings(const json& a, const json& b, comparison& to) {
  const auto differs = [&](const char* group, const char* name, const char* what) {
    const auto& left = object_member(a, group);
    const auto& right = object_member(b, group);
    if (left.value(json::json_pointer{std::string{"/"} + name}, json{}) !=
        right.value(json::json_pointer{std::string{"/"} + name}, json{}))
      to.warnings.push_back(std::string{what} + " differ");
  };
  differs("scenario", "hash", "the scenarios");
  differs("scenario", "seed", "the seeds");
  differs("facts", "processor", "the processors");
  differs("facts", "cores", "the numbers of cores");
  differs("facts", "build_type", "the build types");
  for (const auto& [report, name] : {std::pair{&a, "A"}, std::pair{&b, "B"}})
    if (!flag(*report, "valid"))
      to.warnings.push_back(std::string{name} + " is not a valid measurement");
}

std::string shown(const std::optional<double>& value) {
  return value ? plain_number(*value) : "-";
}

std::string table(const comparison& of) {
  std::string text;
  char line[160];
  std::snprintf(line, sizeof line, "%-34s %12s %12s %8s\n", "", "A", "B", "B / A");
  text += line;
  for (const auto& row : of.rows) {
    char ratio[24] = "-";
    if (row.ratio)
      std::snprintf(ratio, sizeof ratio, "%.2f", *row.ratio);
    std::snprintf(line, sizeof line, "%-34s %12s %12s %8s\n", row.name.c_str(),
                  shown(row.a).c_str(), shown(row.b).c_str(), ratio);
    text += line;
  }
  for (const auto& warning : of.warnings)
    text += "note: " + warning + "\n";
  return text;
}

json to_json(const std::optional<double>& value) {
  return value ? json{*value} : json{};
}

result<json> load_report_file(const std::string& file) {
  std::ifstream in{file, std::ios::binary};
  std::ostringstream text;
  text << in.rdbuf();
  if (!in)
    return failure{failure_kind::not_found, "cannot read " + file};
  return parse_report(text.str(), file);
}

} // namespace

result<json> parse_report(std::string_view text, const std::string& name) {
  auto parsed = parse_json(text, name);
  if (!parsed)
    return parsed.error();
  if (!parsed->is_object() || string_member(*parsed, "schema") != schema_name)
    return failure{failure_kind::bad_input,
                   name + " is not a report of 'trunkline bench run --json'"};
  return parsed;
}

comparison compare_reports(const json& a, const json& b) {
  comparison made;
  for (const auto& name : metric_names()) {
    const auto& left = object_member(object_member(a, "metrics"), name);
    const auto& right = object_member(object_member(b, "metrics"), name);
    for (const auto* part : {"count", "p50", "p95", "p99", "max"})
      add_row(made, name + "." + part, number_of(left, part), number_of(right, part));
  }
  for (const auto& name : number_names())
    add_row(made, name, number_of(object_member(a, "numbers"), name),
            number_of(object_member(b, "numbers"), name));
  add_warnings(a, b, made);
  return made;
}

int run_compare(const compare_options& options, std::ostream& out, std::ostream& err) {
  constexpr int usage = 2;
  const auto a = load_report_file(options.a), b = load_report_file(options.b);
  for (const auto* report : {&a, &b})
    if (!*report) {
      err << "trunkline bench compare: " << report->error().context << std::endl;
      return usage;
    }
  const auto made = compare_reports(*a, *b);
  if (!options.json) {
    out << "A: " << options.a << "\nB: " << options.b << "\n\n" << table(made) << std::flush;
    return 0;
  }
  auto rows = json::array();
  for (const auto& row : made.rows)
    rows.push_back({{"name", row.name},
                    {"a", to_json(row.a)},
                    {"b", to_json(row.b)},
                    {"ratio", to_json(row.ratio)}});
  out << to_text({{"rows", std::move(rows)}, {"warnings", made.warnings}}) << std::endl;
  return 0;
}

} // namespace trunkline
