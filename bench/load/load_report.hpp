#pragma once

#include "bench/load/arrival_plan.hpp"
#include "bench/load/load_record.hpp"
#include "bench/load/threshold.hpp"

#include <nlohmann/json_fwd.hpp>

#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace trunkline {

/// Where and with what it was measured.
struct run_facts {
  std::string revision{}, build_type{}, compiler{}, kernel{}, processor{};
  unsigned cores = 0, threads = 1;
  std::string command{}, target{};
  std::string started{}; ///< "2026-11-21T10:00:00Z"
  int64_t server_pid = 0;
};
/// This machine, this program and this moment; without command, target and threads.
run_facts facts_of_this_machine();

struct call_counts {
  uint64_t placed = 0, completed = 0, server_ended = 0, rejected = 0, failed = 0, cut = 0;
  void add(call_end how);
};

/// What the server's process used over a stretch of time.
struct server_use {
  double cpu_s = 0, call_minutes = 0;
  std::optional<double> cpu_s_per_call_minute; ///< from a tenth of a call minute on
};

struct stage_report {
  std::string name, arrival;
  stage_window window;
  call_counts calls;
  uint64_t live_max = 0;
  std::map<std::string, summary> metrics;
  server_use server;
};

/// A load test as it is told: everything the outputs print, nothing raw.
struct load_report {
  run_facts facts;
  std::string scenario, about, scenario_hash, plan_hash;
  uint64_t seed = 1;
  bool valid = true; ///< the generator kept pace and nothing cut the run short
  bool partial = false;
  std::vector<std::string> problems{}; ///< why it is not valid, or what is not known
  double seconds = 0;
  call_counts calls;
  std::map<call_channel, call_counts> channels; ///< of the scenario's callers
  measured_values values;
  std::vector<stage_report> stages;
  std::vector<threshold_result> thresholds;
  std::map<std::string, uint64_t> reasons; ///< why calls did not complete, how often
  std::map<std::string, summary> owners;   ///< ms of an answer by who owns them
  double late_p50_ms = 0, late_p99_ms = 0, late_max_ms = 0;
  uint64_t frames_sent = 0, beats = 0; ///< beats: what may be late; a text call has them as well
  double generator_cpu_s = 0;
  server_use server;
  uint64_t server_rss_first = 0, server_rss_max = 0, server_rss_last = 0;
  std::vector<load_moment> moments;
  std::vector<load_sample> samples; ///< by time

  /// 0, 3 (not valid), or 99 (a threshold is broken).
  int exit_status() const;
};

/// A generator whose frames are this late measures itself.
inline constexpr double late_p99_ms_max = 10;

load_report make_report(const load_scenario& scenario, const arrival_plan& plan, load_record record,
                        run_facts facts);

/// The document that schema/bench_report.json describes.
nlohmann::json report_json(const load_report& report);
/// The table for a human.
std::string report_text(const load_report& report);
/// One line a sample: metric by channel, time, value, call.
std::string samples_csv(const std::vector<load_sample>& samples);
/// A page with charts that needs nothing but itself.
std::string report_html(const load_report& report);

/// "12.3", "0.0421", "1234": as many digits as tell something.
std::string plain_number(double value);

} // namespace trunkline
