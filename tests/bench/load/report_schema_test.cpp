// Reports are what schema/bench_report.json says they are.

#include "bench/load/load_report.hpp"
#include "schema/embedded.hpp"

#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include <gtest/gtest.h>

namespace trunkline {
namespace {

std::string complaint(const nlohmann::json& report) {
  const auto text = nlohmann::json::parse(*embedded_text("schema/bench_report.json"));
  valijson::Schema schema;
  valijson::SchemaParser{}.populateSchema(valijson::adapters::NlohmannJsonAdapter{text}, schema);
  valijson::ValidationResults results;
  if (valijson::Validator{}.validate(schema, valijson::adapters::NlohmannJsonAdapter{report},
                                     &results))
    return {};
  valijson::ValidationResults::Error error;
  std::string all = "does not match";
  while (results.popError(error)) {
    for (const auto& step : error.context)
      all += " " + step;
    all += ": " + error.description;
  }
  return all;
}

TEST(report_schema_test, describes_a_full_and_an_empty_report) {
  const auto scenario =
      *parse_load_scenario("thresholds = [\"calls_failed == 0\", \"greeting_ms.p99 < 1\"]\n"
                           "[[stage]]\nseconds = 5\ncalls_per_s = 1\n",
                           "x.toml");
  const auto plan = *make_plan(scenario);
  load_record record;
  EXPECT_EQ(complaint(report_json(make_report(scenario, plan, record, facts_of_this_machine()))),
            "");
  for (int i = 0; i < 1200; ++i)
    record.samples.push_back({load_metric::response_gap, 1, 5, 0});
  record.samples.push_back({load_metric::greeting, 1, 5, 0});
  record.calls.push_back({0, 0, 0, 1, call_end::failed, "why", 5, 5});
  record.moments.resize(3);
  record.owners["engine"] = record.owners["relay.engine"] = {1, 2};
  record.samples.push_back({load_metric::added, 1, -5, 0, call_channel::relay});
  record.calls.push_back({1, 0, 0, 1, call_end::completed, "", 0, 0, call_channel::relay});
  record.placed = 1;
  auto report = report_json(make_report(scenario, plan, record, facts_of_this_machine()));
  EXPECT_EQ(complaint(report), "");
  report["surprise"] = 1;
  EXPECT_NE(complaint(report), "");
}

} // namespace
} // namespace trunkline
