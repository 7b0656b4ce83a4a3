#include "bench/load/svg_chart.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace trunkline {

namespace {

constexpr double width = 760, height = 240, left = 62, right = 12, top = 30, bottom = 44;
constexpr int marks = 5;
constexpr std::array<const char*, 6> colours{"#2166ac", "#d6604d", "#4d9221",
                                             "#762a83", "#b8860b", "#555555"};

std::string text_of(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

std::string at(double x, double y) {
  char text[48];
  std::snprintf(text, sizeof text, "%.1f,%.1f", x, y);
  return text;
}

std::string label(double x, double y, const char* anchor, const std::string& text) {
  char place[96];
  std::snprintf(place, sizeof place, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">", x, y,
                anchor);
  return place + html_text(text) + "</text>";
}

std::string rectangle(double x, double y, double w, double h, const char* colour,
                      const std::string& tip) {
  char shape[160];
  std::snprintf(shape, sizeof shape,
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\">", x, y, w,
                h, colour);
  return shape + ("<title>" + html_text(tip) + "</title></rect>");
}

// Axes from zero to round ends, and where values are between them.
class frame {
public:
  frame(const chart_labels& labels, double x_max, double y_max)
      : x_end_(marks * round_up(x_max / marks)), y_end_(marks * round_up(y_max / marks)) {
    svg_ = "<svg viewBox=\"0 0 760 240\" role=\"img\"><g font-size=\"11\" fill=\"#444\">";
    svg_ += "<g font-size=\"13\" font-weight=\"bold\">" + label(left, 16, "start", labels.title) +
            "</g>";
    for (int i = 0; i <= marks; ++i) {
      const auto x_value = x_end_ * i / marks, y_value = y_end_ * i / marks;
      svg_ += "<path stroke=\"#ddd\" d=\"M" + at(left, y(y_value)) + "L" +
              at(width - right, y(y_value)) + "\"/>";
      svg_ += label(left - 6, y(y_value) + 4, "end", text_of(y_value));
      svg_ += label(x(x_value), height - bottom + 16, "middle", text_of(x_value));
    }
    svg_ += label((left + width - right) / 2, height - 8, "middle", labels.x);
    svg_ += "<g transform=\"translate(12 " + text_of((top + height - bottom) / 2) +
            ") rotate(-90)\">" + label(0, 0, "middle", labels.y) + "</g>";
  }

  double x(double value) const { return left + (width - left - right) * value / x_end_; }
  double y(double value) const {
    return height - bottom - (height - top - bottom) * std::min(value / y_end_, 1.0);
  }
  void add(const std::string& part) { svg_ += part; }
  std::string done() { return svg_ + "</g></svg>\n"; }

private:
  double x_end_, y_end_;
  std::string svg_;
};

} // namespace

std::string html_text(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    if (c == '<')
      safe += "&lt;";
    else if (c == '>')
      safe += "&gt;";
    else if (c == '&')
      safe += "&amp;";
    else if (c == '"')
      safe += "&quot;";
    else
      safe += c;
  }
  return safe;
}

std::string line_chart(const chart_labels& labels, const std::vector<chart_line>& lines) {
  double x_max = 0, y_max = 0;
  size_t points = 0;
  for (const auto& line : lines)
    for (const auto& [x, y] : line.points) {
      x_max = std::max(x_max, x);
      y_max = std::max(y_max, y);
      ++points;
    }
  if (points == 0)
    return {};
  frame chart{labels, x_max, y_max};
  double legend = width - right;
  for (size_t i = 0; i < lines.size(); ++i) {
    const std::string colour = colours[i % colours.size()];
    std::string path;
    for (const auto& [x, y] : lines[i].points)
      path += (path.empty() ? "M" : "L") + at(chart.x(x), chart.y(y));
    if (path.empty())
      continue;
    chart.add("<path fill=\"none\" stroke-width=\"1.5\" stroke=\"" + colour + "\" d=\"" + path +
              "\"/>");
    chart.add("<g fill=\"" + colour + "\">" + label(legend, 16, "end", lines[i].name) + "</g>");
    legend -= 14 + 7.0 * static_cast<double>(lines[i].name.size());
  }
  return chart.done();
}

std::string bar_chart(const chart_labels& labels, const histogram& bars) {
  if (bars.counts.empty())
    return {};
  const auto most = *std::max_element(bars.counts.begin(), bars.counts.end());
  frame chart{labels, bars.bin_width * static_cast<double>(bars.counts.size()),
              static_cast<double>(most)};
  for (size_t i = 0; i < bars.counts.size(); ++i) {
    const auto from = bars.bin_width * static_cast<double>(i), to = from + bars.bin_width;
    const auto count = static_cast<double>(bars.counts[i]);
    const bool last = i + 1 == bars.counts.size();
    if (bars.counts[i] > 0)
      chart.add(rectangle(
          chart.x(from), chart.y(count), std::max(chart.x(to) - chart.x(from) - 1, 0.5),
          chart.y(0) - chart.y(count), colours[0],
          text_of(from) + (last ? " and more: " : " to " + text_of(to) + ": ") + text_of(count)));
  }
  return chart.done();
}

std::string stacked_bar(const chart_labels& labels,
                        const std::vector<std::pair<std::string, double>>& parts) {
  double total = 0;
  for (const auto& [name, value] : parts)
    total += value;
  if (total <= 0)
    return {};
  frame chart{labels, total, 1};
  double from = 0, legend = left;
  for (size_t i = 0; i < parts.size(); ++i) {
    const auto& [name, value] = parts[i];
    const auto* colour = colours[i % colours.size()];
    const auto text = name + " " + text_of(value);
    chart.add(rectangle(chart.x(from), chart.y(0.75), chart.x(from + value) - chart.x(from),
                        chart.y(0.25) - chart.y(0.75), colour, text));
    chart.add("<g fill=\"" + std::string{colour} + "\">" + label(legend, top + 14, "start", text) +
              "</g>");
    legend += 14 + 7.0 * static_cast<double>(text.size());
    from += value;
  }
  return chart.done();
}

} // namespace trunkline
