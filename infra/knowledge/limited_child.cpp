#include "infra/knowledge/limited_child.hpp"

#include "protocol/text/utf8.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace trunkline {

namespace {

using clock = std::chrono::steady_clock;

constexpr int no_such_program = 127;
constexpr size_t complaint_bytes_max = 4096;

/// A pipe whose ends are closed with it.
struct pipe_ends {
  pipe_ends() {
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
      ends = {-1, -1};
  }
  ~pipe_ends() {
    close_end(0);
    close_end(1);
  }
  pipe_ends(const pipe_ends&) = delete;
  pipe_ends& operator=(const pipe_ends&) = delete;
  void close_end(size_t which) {
    if (ends[which] >= 0)
      ::close(ends[which]);
    ends[which] = -1;
  }
  std::array<int, 2> ends{-1, -1};
};

void limit(int what, rlim_t most) {
  const rlimit both{most, most};
  (void)::setrlimit(what, &both);
}

// Between fork and exec: only calls that are safe there.
[[noreturn]] void become(char* const* arguments, int out, int err, const child_limits& limits) {
  ::setpgid(0, 0);
  const int nothing = ::open("/dev/null", O_RDONLY);
  ::dup2(nothing, 0);
  ::dup2(out, 1);
  ::dup2(err, 2);
  limit(RLIMIT_AS, limits.memory_bytes);
  limit(RLIMIT_CPU, static_cast<rlim_t>(limits.time.count()));
  limit(RLIMIT_FSIZE, 0);
  limit(RLIMIT_CORE, 0);
  ::execvp(arguments[0], arguments);
  ::_exit(no_such_program);
}

struct output {
  std::string text, complaint;
  bool too_long = false, too_late = false;
};

// Reads what is there; false when the pipe has ended.
bool take(int from, std::string& to, size_t bytes_max, bool& too_long) {
  std::array<char, 64 * 1024> buffer{};
  const auto got = ::read(from, buffer.data(), buffer.size());
  if (got < 0)
    return errno == EINTR || errno == EAGAIN;
  if (got == 0)
    return false;
  const auto room = bytes_max - std::min(bytes_max, to.size());
  to.append(buffer.data(), std::min(static_cast<size_t>(got), room));
  too_long = too_long || static_cast<size_t>(got) > room;
  return true;
}

output read_all(int out, int err, const child_limits& limits) {
  output got;
  const auto deadline = clock::now() + limits.time;
  std::array<pollfd, 2> wanted{pollfd{out, POLLIN, 0}, pollfd{err, POLLIN, 0}};
  bool complaint_long = false; // its end is of no interest
  while (wanted[0].fd >= 0 || wanted[1].fd >= 0) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - clock::now());
    got.too_late = left.count() <= 0;
    if (got.too_late || got.too_long)
      break;
    if (::poll(wanted.data(), wanted.size(), static_cast<int>(left.count()) + 1) <= 0)
      continue;
    if (wanted[0].revents && !take(out, got.text, limits.output_bytes, got.too_long))
      wanted[0].fd = -1;
    if (wanted[1].revents && !take(err, got.complaint, complaint_bytes_max, complaint_long))
      wanted[1].fd = -1;
  }
  return got;
}

std::string megabytes(size_t bytes) {
  return std::to_string(bytes >> 20) + " MB";
}

failure judged(const std::string& name, const output& got, int status, const child_limits& limits) {
  if (got.too_long)
    return {failure_kind::too_large,
            name + " printed more than " + megabytes(limits.output_bytes) + " of text", false};
  const auto seconds = std::to_string(limits.time.count()) + " s";
  if (got.too_late || (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU) ||
      (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL))
    return {failure_kind::timeout, name + " took longer than " + seconds, false};
  if (WIFEXITED(status) && WEXITSTATUS(status) == no_such_program && got.complaint.empty())
    return {failure_kind::not_found, "there is no program " + name, false};
  auto line = clean_text(got.complaint.substr(0, got.complaint.find('\n')), 200);
  const bool memory = line.find("bad_alloc") != line.npos || line.find("emory") != line.npos ||
                      (WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT) ||
                      (WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
  if (memory)
    return {failure_kind::too_large,
            name + " needed more than " + megabytes(limits.memory_bytes) + " of memory", false};
  return {failure_kind::bad_input, name + " cannot read it" + (line.empty() ? "" : ": " + line),
          false};
}

} // namespace

result<std::string> run_limited(const std::vector<std::string>& command,
                                const child_limits& limits) {
  pipe_ends out, err;
  std::vector<char*> arguments;
  for (const auto& one : command)
    arguments.push_back(const_cast<char*>(one.c_str()));
  arguments.push_back(nullptr);
  const auto child = out.ends[0] < 0 || err.ends[0] < 0 ? -1 : ::fork();
  if (child < 0)
    return failure{failure_kind::unavailable,
                   "cannot start " + command[0] + ": " + std::strerror(errno), true};
  if (child == 0)
    become(arguments.data(), out.ends[1], err.ends[1], limits);
  out.close_end(1);
  err.close_end(1);
  auto got = read_all(out.ends[0], err.ends[0], limits);
  if (got.too_late || got.too_long)
    ::kill(child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!got.too_late && !got.too_long && WIFEXITED(status) && WEXITSTATUS(status) == 0)
    return std::move(got.text);
  return judged(command[0], got, status, limits);
}

} // namespace trunkline
