#include "infra/metrics/process_usage.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace trunkline {

namespace {

// Fields of /proc/PID/stat, counted from 1; the second is a name that may hold anything.
constexpr int user_ticks = 14, system_ticks = 15, thread_count = 20, resident_pages = 24;

} // namespace

process_usage parse_usage(std::string_view stat, long ticks_per_s, uint64_t page_bytes) {
  process_usage usage;
  const auto name_end = stat.rfind(')');
  if (name_end == stat.npos || ticks_per_s <= 0)
    return usage;
  stat.remove_prefix(name_end + 1);
  uint64_t ticks = 0;
  for (int field = 3; !stat.empty(); ++field) {
    stat.remove_prefix(std::min(stat.find_first_not_of(' '), stat.size()));
    const auto end = std::min(stat.find(' '), stat.size());
    uint64_t number = 0;
    std::from_chars(stat.data(), stat.data() + end, number);
    if (field == user_ticks || field == system_ticks)
      ticks += number;
    else if (field == thread_count)
      usage.threads = number;
    else if (field == resident_pages)
      usage.rss_bytes = number * page_bytes;
    stat.remove_prefix(end);
  }
  usage.cpu_s = static_cast<double>(ticks) / static_cast<double>(ticks_per_s);
  return usage;
}

result<process_usage> usage_of(int64_t pid) {
  const auto folder = std::filesystem::path{"/proc"} / std::to_string(pid);
  std::ifstream in{folder / "stat"};
  const std::string stat{std::istreambuf_iterator<char>{in}, {}};
  if (stat.empty())
    return failure{failure_kind::not_found, "there is no process " + std::to_string(pid)};
  auto usage =
      parse_usage(stat, ::sysconf(_SC_CLK_TCK), static_cast<uint64_t>(::sysconf(_SC_PAGESIZE)));
  std::error_code denied;
  for (auto entry = std::filesystem::directory_iterator{folder / "fd", denied};
       !denied && entry != std::filesystem::directory_iterator{}; entry.increment(denied))
    ++usage.descriptors;
  return usage;
}

} // namespace trunkline
