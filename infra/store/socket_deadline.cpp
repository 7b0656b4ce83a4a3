#include "infra/store/socket_deadline.hpp"

#include <fcntl.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

namespace trunkline {

socket_deadline::socket_deadline() : thread_{[this] { run(); }} {
  pthread_setname_np(thread_.native_handle(), "store-deadline");
}

socket_deadline::~socket_deadline() {
  watch(-1);
  {
    std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void socket_deadline::watch(int socket) {
  std::lock_guard lock{mutex_};
  if (socket_ >= 0)
    ::close(socket_);
  socket_ = socket < 0 ? -1 : ::fcntl(socket, F_DUPFD_CLOEXEC, 0);
  deadline_.reset();
}

void socket_deadline::arm(std::chrono::milliseconds limit) {
  std::lock_guard lock{mutex_};
  // Most statements end long before: the thread looks at the deadline when it wakes anyway, and
  // needs a call only when it sleeps without one.
  deadline_ = clock::now() + limit;
}

void socket_deadline::disarm() {
  std::lock_guard lock{mutex_};
  deadline_.reset();
}

void socket_deadline::run() {
  constexpr std::chrono::milliseconds step{100};
  std::unique_lock lock{mutex_};
  while (!stopping_) {
    if (deadline_ && clock::now() >= *deadline_) {
      ::shutdown(socket_, SHUT_RDWR);
      deadline_.reset();
    }
    changed_.wait_for(lock, step, [this] { return stopping_; });
  }
}

} // namespace trunkline
