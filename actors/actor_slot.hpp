#pragma once

#include <mutex>
#include <utility>

namespace trunkline {

/// Where an actor is found that its supervisor may replace: network threads and other actors take
/// the handle anew for each message. Thread safe.
template <class Handle>
class actor_slot {
public:
  Handle get() const {
    std::lock_guard lock{mutex_};
    return handle_;
  }
  void set(Handle handle) {
    std::lock_guard lock{mutex_};
    handle_ = std::move(handle);
  }
  void clear() {
    std::lock_guard lock{mutex_};
    handle_ = nullptr;
  }

private:
  mutable std::mutex mutex_;
  Handle handle_;
};

} // namespace trunkline
