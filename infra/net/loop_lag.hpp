#pragma once

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <memory>
#include <vector>

namespace trunkline {

/// How late event loops run what is due, by a timer on each. Outlived by the loops; their threads
/// have ended, or go on without it, when it goes. Thread safe.
class loop_lag {
public:
  explicit loop_lag(const std::vector<boost::asio::io_context*>& loops,
                    std::chrono::milliseconds every = std::chrono::milliseconds{100});
  ~loop_lag();
  loop_lag(const loop_lag&) = delete;
  loop_lag& operator=(const loop_lag&) = delete;

  /// The latest timer since the last question; one that is due and has not fired counts, too.
  std::chrono::milliseconds worst();

private:
  struct watch;
  std::vector<std::shared_ptr<watch>> watches_;
};

} // namespace trunkline
