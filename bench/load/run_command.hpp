#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>

namespace trunkline {

/// What `trunkline bench run` takes from its command line. What is empty is as the scenario has it.
struct bench_run_options {
  std::string scenario{}; ///< a file, or the name of one that ships
  std::string url{}, public_url{}, stream_url{}, admin_url{}, metrics_url{}, token{}, state_dir{};
  std::optional<int64_t> server_pid{};
  std::optional<uint64_t> seed{};
  unsigned threads = 1;
  std::string json{}, csv{}, html{}; ///< files; "-" for json: stdout instead of the table
  bool quiet = false;                ///< no progress
  bool plan_only = false;            ///< says what would be done, and calls nobody
  bool find_capacity = false;
  unsigned capacity_first = 50, capacity_most = 5000;
  double capacity_seconds = 30;      ///< that a load must hold
  unsigned capacity_recovery_s = 60; ///< for the server to take calls again after too many
  std::string command{};             ///< as typed, for the report
};

/// Runs the scenario and reports. 0; 1: a report cannot be written; 2: scenario, options or limits
/// of this machine are wrong; 3: the measurement is not valid; 69: nobody answers, the metrics
/// cannot be read, or not one call reached media; 99: a threshold is broken.
int run_bench(const bench_run_options& options, std::ostream& out, std::ostream& err);

} // namespace trunkline
