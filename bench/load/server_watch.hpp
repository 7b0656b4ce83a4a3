#pragma once

#include "infra/metrics/process_usage.hpp"
#include "schema/failure.hpp"

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace trunkline {

/// What the server under test uses.
struct server_usage : process_usage {
  uint64_t actors = 0; ///< of its actor system; 0: not known
};

/// From a page in Prometheus' text format: process_cpu_seconds_total, process_resident_memory_bytes
/// and process_open_fds, as its client libraries name them, process_threads, and
/// caf_system_running_actors of CAF. 0 for what is not there.
server_usage parse_server_metrics(std::string_view page);

/// Where a server's use of its machine is read.
struct server_sources {
  int64_t pid = 0;           ///< of this machine; 0: none
  std::string metrics_url{}; ///< when there is no pid; empty: none
  std::string admin_url{};   ///< an engine's, for the number of its actors; empty: none
};

/// Asks the page and waits for the answer; unreachable, or bad_input when it has no CPU seconds.
result<server_usage> ask_server_metrics(const std::string& url);

/// Looks at a server once a second while a load runs.
class server_watch {
public:
  server_watch(boost::asio::io_context& io, server_sources where);
  /// Now by pid. By metrics what the last look asked for, and asks again.
  server_usage look();
  /// Now; waits for the answer, at most a second. Not while `io` runs.
  server_usage begin();
  /// The same; waits up to five seconds for the actors to be no more than at the beginning: a call
  /// that has just ended is still put away.
  server_usage end();

private:
  uint64_t actors() const;

  boost::asio::io_context& io_;
  const server_sources where_;
  struct asked {
    bool waits = false;
    server_usage known;
  };
  std::shared_ptr<asked> asked_ = std::make_shared<asked>(); ///< an answer may come after us
  uint64_t actors_first_ = 0;
};

} // namespace trunkline
