#pragma once

#include "bench/providers/stand_in_fleet.hpp"
#include "schema/config.hpp"

#include <chrono>
#include <ostream>
#include <string>
#include <vector>

namespace trunkline {

/// What `trunkline bench providers` takes from its command line.
struct providers_bench_options {
  fleet_settings fleet;
  std::vector<std::string> scripts{}; ///< names or files; empty: those that ship
  std::vector<std::string> voices{"rms"};
  std::vector<std::string> faults{}; ///< "deepgram:hang", "openai:status=500,share=3"
  bool number_replies = false;       ///< none is the same as another, so none comes from a cache
  std::string profile{};             ///< name of one; its faults come before `faults`
  bool list_profiles = false;        ///< only prints them
  std::string log_file{};            ///< a JSON line for each fault that was made
  std::string env_file{};            ///< the variables are written here as well
  std::chrono::seconds duration{0};  ///< 0: until it is told to end
};

/// Serves stand-ins of all services until SIGINT, SIGTERM or the time is over, printing the
/// variables an engine needs to use them. Lines on stdin set faults while it runs: "openai hang",
/// "openai none". At the end what each was asked. 0; 1: it cannot serve; 2: an option is wrong.
int run_providers_bench(providers_bench_options options, const engine_config& config,
                        std::ostream& out, std::ostream& err);

} // namespace trunkline
