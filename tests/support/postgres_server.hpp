#pragma once

#include "tests/support/child_process.hpp"
#include "tests/support/held_port.hpp"
#include "tests/support/paths.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace trunkline::testing {

/// A real PostgreSQL for the tests of one program: its own cluster in a temporary directory, on a
/// free port of loopback, with passwords, and without fsync. Runs as user postgres when the tests
/// run as root, which initdb refuses. Stopped at the end; dies with the program.
class postgres_server {
public:
  /// The one of this program, started at its first use. Throws when it cannot be started.
  static postgres_server& shared();

  postgres_server();
  ~postgres_server();

  /// The URL of a fresh empty database whose owner is an ordinary role.
  std::string make_database();
  /// Of this database with another login.
  std::string url(const std::string& database, const std::string& user,
                  const std::string& password) const;
  /// One statement as the superuser.
  void run(const std::string& sql, const std::string& database = "postgres");

  /// As an operator would: clients are disconnected. start() waits until it answers.
  void stop();
  void start();
  uint16_t port() const { return port_.number(); }
  /// PostgreSQL's own folder of programs: pg_dump and others.
  static std::string program(const std::string& name);

  static constexpr const char* owner = "trunkline";
  static constexpr const char* owner_password = "sword fish%";

private:
  temp_dir dir_;
  held_port port_;
  unsigned databases_ = 0;
  std::unique_ptr<child_process> process_;
};

} // namespace trunkline::testing
