#pragma once

#include "schema/failure.hpp"

#include <nlohmann/json_fwd.hpp>

#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace trunkline {

/// Two runs side by side.
struct comparison {
  struct row {
    std::string name;                  ///< "response_gap_ms.p95"
    std::optional<double> a, b, ratio; ///< b / a; nothing when that says nothing
  };
  std::vector<row> rows;
  std::vector<std::string> warnings; ///< why they may not be comparable
};

/// A report as `bench run --json` writes it; bad_input for anything else.
result<nlohmann::json> parse_report(std::string_view text, const std::string& name);

comparison compare_reports(const nlohmann::json& a, const nlohmann::json& b);

struct compare_options {
  std::string a{}, b{};
  bool json = false;
};
/// Prints the comparison. 0; 2: a file cannot be read or is no report.
int run_compare(const compare_options& options, std::ostream& out, std::ostream& err);

} // namespace trunkline
