#pragma once

#include "schema/config.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <ostream>
#include <string>

namespace trunkline {

/// What is told about an engine that is ready.
struct serving {
  std::string base_url, admin_url;
};

/// Opens store, providers and engine and serves until SIGTERM or SIGINT: the first stops admitting
/// and lets calls end (at most server.drain_timeout, then message taking), the second ends at once.
/// `ready` is called once both ports answer; what it returns is the process's exit status, -1 to go
/// on serving. Exit status: 0, 1 when the engine failed, 2 when the configuration cannot be served.
int serve(const engine_config& config, std::ostream& err,
          const std::function<int(const serving&)>& ready = {});

} // namespace trunkline
