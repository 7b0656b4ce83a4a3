#pragma once

#include "infra/cli/command_line.hpp"
#include "schema/config.hpp"

#include <ostream>
#include <string>
#include <vector>

namespace trunkline {

/// How one service answered a trial.
struct service_trial {
  std::string key; ///< "llm:openai"
  bool good = false;
  std::string said; ///< "412 ms", or the vendor's own words
};

/// One small real request to each outside service that the lists name, all at the same time; at
/// most about 12 s. `names` empty: all.
std::vector<service_trial> try_services(const engine_config& config,
                                        const std::vector<std::string>& names);

/// `trunkline providers ls|test|trip|reset`. 0; 1 when a service failed or nobody has that name; 69
/// when no engine answers at the admin URL.
int providers_command_main(const providers_command& command, const engine_config& config,
                           std::ostream& out, std::ostream& err);

} // namespace trunkline
