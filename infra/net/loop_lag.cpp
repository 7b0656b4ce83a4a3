#include "infra/net/loop_lag.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <mutex>

namespace trunkline {

using clock = std::chrono::steady_clock;

struct loop_lag::watch : std::enable_shared_from_this<watch> {
  watch(boost::asio::io_context& io, clock::duration how_often)
      : timer(io), every(how_often), due(clock::now() + how_often) {}

  void arm() {
    {
      const std::lock_guard lock{mutex};
      if (over)
        return;
      due = clock::now() + every;
      timer.expires_at(due);
    }
    timer.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
      if (error)
        return;
      self->note();
      self->arm();
    });
  }
  void note() {
    const std::lock_guard lock{mutex};
    worst = std::max(worst, clock::now() - due);
  }
  clock::duration take() {
    const std::lock_guard lock{mutex};
    const auto now = clock::now();
    return std::max(std::exchange(worst, {}), now - due);
  }
  void end() {
    const std::lock_guard lock{mutex};
    over = true;
  }

  boost::asio::steady_timer timer; ///< on its loop's thread only
  const clock::duration every;
  std::mutex mutex;
  clock::time_point due;
  clock::duration worst{};
  bool over = false;
};

loop_lag::loop_lag(const std::vector<boost::asio::io_context*>& loops,
                   std::chrono::milliseconds every) {
  for (auto* io : loops) {
    watches_.push_back(std::make_shared<watch>(*io, every));
    boost::asio::post(*io, [one = watches_.back()] { one->arm(); });
  }
}

loop_lag::~loop_lag() {
  for (const auto& one : watches_)
    one->end();
}

std::chrono::milliseconds loop_lag::worst() {
  clock::duration lag{};
  for (const auto& one : watches_)
    lag = std::max(lag, one->take());
  return std::chrono::duration_cast<std::chrono::milliseconds>(lag);
}

} // namespace trunkline
