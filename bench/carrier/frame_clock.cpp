#include "bench/carrier/frame_clock.hpp"

#include <algorithm>
#include <utility>

namespace trunkline {

namespace {

using clock = std::chrono::steady_clock;

} // namespace

boost::asio::execution_context::id frame_clock::id;

frame_clock& frame_clock::of(boost::asio::io_context& io) {
  return boost::asio::use_service<frame_clock>(io);
}

frame_clock::frame_clock(boost::asio::execution_context& io)
    : boost::asio::execution_context::service(io),
      timer_(static_cast<boost::asio::io_context&>(io)) {}

void frame_clock::shutdown() {
  for (auto& slot : wheel_)
    slot.clear();
}

int64_t frame_clock::tick_at(time_point at) {
  return std::chrono::ceil<std::chrono::milliseconds>(at.time_since_epoch()).count();
}

void frame_clock::add(std::shared_ptr<listener> who) {
  const auto earliest = tick_at(clock::now()) + period.count();
  if (size_ == 0)
    restart(earliest);
  auto best = earliest;
  for (auto tick = earliest; tick < earliest + static_cast<int64_t>(slots); ++tick)
    if (wheel_[tick % slots].size() < wheel_[best % slots].size())
      best = tick;
  wheel_[best % slots].push_back({std::move(who), best});
  ++size_;
  wait();
}

// Without listeners the clock stood still.
void frame_clock::restart(int64_t tick) {
  if (!beating_)
    next_ = tick;
}

void frame_clock::remove(const listener& who) {
  for (auto& slot : wheel_) {
    const auto found = std::find_if(slot.begin(), slot.end(),
                                    [&](const entry& one) { return one.who.get() == &who; });
    if (found == slot.end())
      continue;
    --size_;
    if (beating_) { // somebody walks along this slot, perhaps
      found->who.reset();
      removed_ = true;
    } else {
      slot.erase(found);
    }
    break;
  }
  if (size_ == 0 && !beating_)
    timer_.cancel();
}

void frame_clock::wait() {
  if (size_ == 0 || beating_)
    return;
  auto tick = next_;
  while (wheel_[tick % slots].empty())
    ++tick;
  timer_.expires_at(time_of(tick));
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error)
      on_timer();
  });
}

void frame_clock::on_timer() {
  beating_ = true;
  while (size_ > 0 && time_of(next_) <= clock::now())
    beat(next_++);
  beating_ = false;
  if (std::exchange(removed_, false))
    for (auto& slot : wheel_)
      std::erase_if(slot, [](const entry& one) { return !one.who; });
  wait();
}

void frame_clock::beat(int64_t tick) {
  auto& slot = wheel_[tick % slots];
  for (size_t i = 0; i < slot.size(); ++i) { // it may grow meanwhile
    if (!slot[i].who || slot[i].first > tick)
      continue;
    const auto who = slot[i].who;
    late_.add(clock::now() - time_of(tick));
    who->on_beat(time_of(tick));
  }
}

} // namespace trunkline
