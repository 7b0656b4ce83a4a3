#pragma once

#include "bench/load/statistics.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace trunkline {

/// A line of a chart: x and y, by x.
struct chart_line {
  std::string name;
  std::vector<std::pair<double, double>> points;
};

struct chart_labels {
  std::string title, x, y;
};

/// Inline SVG with axes, a grid and a legend; empty without points.
std::string line_chart(const chart_labels& labels, const std::vector<chart_line>& lines);
std::string bar_chart(const chart_labels& labels, const histogram& bars);
/// One bar of segments end to end, such as a wait by who owns it.
std::string stacked_bar(const chart_labels& labels,
                        const std::vector<std::pair<std::string, double>>& parts);

/// For text inside HTML and SVG.
std::string html_text(std::string_view text);

} // namespace trunkline
