#include "bench/providers/fault.hpp"

#include <array>
#include <charconv>
#include <optional>

namespace trunkline {

namespace {

constexpr std::array<std::string_view, 12> names = {"none",    "refuse", "hang", "hang_after_head",
                                                    "status",  "reset",  "stop", "stall",
                                                    "garbage", "huge",   "drip", "empty"};

std::optional<unsigned> number(std::string_view text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional{value}
                                                                  : std::nullopt;
}

bool set(fault_plan& plan, std::string_view key, unsigned value) {
  if (key == "status")
    plan.status = value;
  else if (key == "retry_after")
    plan.retry_after = value;
  else if (key == "times")
    plan.times = value;
  else if (key == "pieces")
    plan.pieces = value;
  else if (key == "pause")
    plan.pause = std::chrono::milliseconds{value};
  else if (key == "share" && value <= 100)
    plan.share = value / 100.0;
  else
    return false;
  return true;
}

} // namespace

std::string_view to_string(fault_kind kind) {
  return names[static_cast<size_t>(kind)];
}

result<fault_plan> parse_fault(std::string_view text) {
  fault_plan plan;
  bool first = true;
  while (!text.empty() || first) {
    const auto comma = text.find(',');
    const auto part = text.substr(0, comma);
    text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
    const auto sign = part.find('=');
    const auto key = part.substr(0, sign);
    if (first) {
      const auto known = std::find(names.begin(), names.end(), key);
      if (known == names.end())
        return failure{failure_kind::bad_input, "'" + std::string{key} +
                                                    "' is no fault; there are none, refuse, hang, "
                                                    "hang_after_head, status, reset, stop, stall, "
                                                    "garbage, huge, drip, empty"};
      plan.kind = static_cast<fault_kind>(known - names.begin());
    }
    if (sign != std::string_view::npos) {
      const auto value = number(part.substr(sign + 1));
      if (!value || !set(plan, key, *value))
        return failure{failure_kind::bad_input,
                       "'" + std::string{part} +
                           "' is no part of a fault; write status=429,retry_after=7 or "
                           "stall,pieces=3,pause=3000,share=5"};
    }
    first = false;
  }
  return plan;
}

} // namespace trunkline
