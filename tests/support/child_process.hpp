#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace trunkline::testing {

/// A program started by a test, its stderr read line by line; stdout goes to a string. Killed and
/// waited for at the end, whatever happens.
class child_process {
public:
  /// `environment` replaces or, with an empty value, removes variables of this process.
  child_process(const std::vector<std::string>& command,
                const std::map<std::string, std::string>& environment = {});
  ~child_process();
  child_process(const child_process&) = delete;
  child_process& operator=(const child_process&) = delete;

  /// The first line of stderr, from where the last call stopped, that contains `part`; nothing when
  /// the program ended or the time is over before.
  std::optional<std::string> wait_for_line(const std::string& part,
                                           std::chrono::milliseconds limit = default_limit);
  void signal(int number);
  pid_t pid() const { return pid_; }
  /// Exit status, 128 + signal; nothing when it still runs after `limit`.
  std::optional<int> wait_for_exit(std::chrono::milliseconds limit = default_limit);

  /// All read so far.
  const std::string& errors() const { return errors_; }
  const std::string& output() const { return output_; }

private:
  static constexpr std::chrono::milliseconds default_limit{30000};

  /// Reads what there is; false when both ends are closed or nothing came in time.
  bool read_some(std::chrono::steady_clock::time_point until);

  pid_t pid_ = -1;
  int out_ = -1, err_ = -1;
  std::string output_, errors_;
  size_t looked_at_ = 0; ///< of errors_
  std::optional<int> status_;
};

} // namespace trunkline::testing
