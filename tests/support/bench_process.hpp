#pragma once

#include "tests/support/child_process.hpp"
#include "tests/support/paths.hpp"

#include <nlohmann/json.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace trunkline::testing {

/// `trunkline bench run` as a process, and the JavaScript server of tests/bench/echo_server as
/// another.
class bench_process : public ::testing::Test {
protected:
  void serve(const std::vector<std::string>& options) {
    std::vector<std::string> command{"node", source_dir() / "tests/bench/echo_server/server.js"};
    command.insert(command.end(), options.begin(), options.end());
    server.emplace(command, std::map<std::string, std::string>{{"NODE_PATH", "/usr/share/nodejs"}});
    const auto line = server->wait_for_line("listening on ");
    ASSERT_TRUE(line) << "Debian's nodejs and node-ws are needed: " << server->errors();
    port = line->substr(line->rfind(' ') + 1);
  }

  void start(const std::string& scenario, const std::vector<std::string>& more = {}) {
    const auto file = folder.path() / "test.toml", json = folder.path() / "a.json";
    write_file(file, scenario);
    std::filesystem::remove(json);
    std::vector<std::string> command{
        binary(), "bench", "run", file, "--url", "http://127.0.0.1:" + port, "--json", json};
    command.insert(command.end(), more.begin(), more.end());
    bench.emplace(command, std::map<std::string, std::string>{{"TWILIO_AUTH_TOKEN", "any"}});
  }

  /// Its exit status; -1: it has not ended.
  int status(std::chrono::seconds limit = std::chrono::seconds{60}) {
    return bench->wait_for_exit(limit).value_or(-1);
  }

  nlohmann::json report() const {
    return nlohmann::json::parse(read_file(folder.path() / "a.json"), nullptr, false);
  }

  temp_dir folder;
  std::optional<child_process> server, bench;
  std::string port;
};

} // namespace trunkline::testing
