#include "tests/support/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <stdexcept>
#include <system_error>

extern char** environ; // NOLINT: POSIX

namespace trunkline::testing {

namespace {

using clock = std::chrono::steady_clock;

std::vector<std::string> merged_environment(const std::map<std::string, std::string>& changes) {
  std::vector<std::string> all;
  for (char** one = environ; *one; ++one) {
    const std::string entry = *one;
    if (changes.count(entry.substr(0, entry.find('='))) == 0)
      all.push_back(entry);
  }
  for (const auto& [name, value] : changes)
    if (!value.empty())
      all.push_back(name + "=" + value);
  return all;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (auto& one : texts)
    all.push_back(one.data());
  all.push_back(nullptr);
  return all;
}

std::array<int, 2> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    throw std::system_error(errno, std::generic_category(), "pipe");
  return ends;
}

} // namespace

child_process::child_process(const std::vector<std::string>& command,
                             const std::map<std::string, std::string>& environment) {
  auto words = command;
  auto variables = merged_environment(environment);
  const auto out = make_pipe(), err = make_pipe();
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out[1], 1);
  posix_spawn_file_actions_adddup2(&actions, err[1], 2);
  const int failed = ::posix_spawnp(&pid_, words.front().c_str(), &actions, nullptr,
                                    pointers_to(words).data(), pointers_to(variables).data());
  posix_spawn_file_actions_destroy(&actions);
  ::close(out[1]);
  ::close(err[1]);
  out_ = out[0];
  err_ = err[0];
  if (failed != 0)
    throw std::system_error(failed, std::generic_category(), command.front());
}

child_process::~child_process() {
  if (!status_) {
    ::kill(pid_, SIGKILL);
    wait_for_exit();
  }
  ::close(out_);
  ::close(err_);
}

bool child_process::read_some(clock::time_point until) {
  std::array<pollfd, 2> ends{{{out_, POLLIN, 0}, {err_, POLLIN, 0}}};
  // Rounded up: woken too early, we would take a silent program for one that has closed its pipes.
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - clock::now());
  if (left.count() <= 0 || ::poll(ends.data(), ends.size(), static_cast<int>(left.count())) <= 0)
    return false;
  bool any = false;
  std::array<char, 4096> buffer{};
  for (const auto& end : ends) {
    if ((end.revents & (POLLIN | POLLHUP)) == 0)
      continue;
    const auto bytes = ::read(end.fd, buffer.data(), buffer.size());
    if (bytes <= 0)
      continue;
    (end.fd == out_ ? output_ : errors_).append(buffer.data(), static_cast<size_t>(bytes));
    any = true;
  }
  return any;
}

std::optional<std::string> child_process::wait_for_line(const std::string& part,
                                                        std::chrono::milliseconds limit) {
  const auto until = clock::now() + limit;
  for (;;) {
    for (auto end = errors_.find('\n', looked_at_); end != std::string::npos;
         end = errors_.find('\n', looked_at_)) {
      auto line = errors_.substr(looked_at_, end - looked_at_);
      looked_at_ = end + 1;
      if (line.find(part) != std::string::npos)
        return line;
    }
    if (!read_some(until))
      return std::nullopt;
  }
}

void child_process::signal(int number) {
  if (!status_)
    ::kill(pid_, number);
}

std::optional<int> child_process::wait_for_exit(std::chrono::milliseconds limit) {
  const auto until = clock::now() + limit;
  while (!status_) {
    // The pipes close when the program ends; what it said last is read on the way.
    const bool more = read_some(until);
    if (more)
      continue;
    const bool late = clock::now() >= until;
    int status = 0;
    if (::waitpid(pid_, &status, late ? WNOHANG : 0) == pid_)
      status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    else if (late)
      return std::nullopt;
  }
  return status_;
}

} // namespace trunkline::testing
