#pragma once

#include "tests/support/child_process.hpp"
#include "tests/support/held_port.hpp"
#include "tests/support/paths.hpp"
#include "tests/support/test_database.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace trunkline::testing {

/// Two `trunkline serve` with one PostgreSQL, behind a real HAProxy that sends webhooks to the
/// first as long as it is ready, and sockets to the engine that their path names.
class engine_pair {
public:
  static constexpr const char* token = "test-token"; ///< TWILIO_AUTH_TOKEN of both

  engine_pair(); ///< both are ready and HAProxy knows it; a test failure otherwise

  std::string url() const; ///< of HAProxy
  std::string admin_url(size_t which) const { return engines_[which].admin; }
  void kill_first() { engines_[0].process->signal(9); }
  const test_database& database() const { return database_; }

private:
  struct engine {
    held_port port;
    std::string admin;
    std::optional<child_process> process;
  };
  void start(engine& which, const std::string& name);
  void start_balancer();

  temp_dir dir_;
  test_database database_{sql_dialect::postgres};
  held_port port_; ///< HAProxy's
  engine engines_[2];
  std::optional<child_process> balancer_;
};

} // namespace trunkline::testing
