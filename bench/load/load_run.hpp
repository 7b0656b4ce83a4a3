#pragma once

#include "bench/carrier/simulated_call.hpp"
#include "bench/load/arrival_plan.hpp"
#include "bench/load/load_lane.hpp"
#include "bench/load/load_record.hpp"

#include <iosfwd>
#include <string>
#include <vector>

namespace trunkline {

struct load_run_options {
  unsigned threads = 1;
  server_sources server{};          ///< without its admin_url who owns the waiting stays unknown
  std::ostream* progress = nullptr; ///< a line a second; null: none
  bool progress_in_place = false;   ///< on a terminal each line replaces the one before
};

/// Plays the plan against the server and blocks until all is over. SIGINT and SIGTERM end it early,
/// the second one at once; the record then says `partial`. So does a server that lets not one of
/// the first calls through.
load_record run_load(const load_scenario& scenario, const arrival_plan& plan,
                     const std::vector<prepared_caller>& callers, const carrier_settings& carrier,
                     const load_run_options& options);

/// Whether a connection to the URL can be made; unreachable with one line otherwise.
result<void> check_reachable(const std::string& url);

} // namespace trunkline
