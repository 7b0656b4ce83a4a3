#include "infra/outbox/outbox.hpp"

#include "infra/log/log.hpp"
#include "infra/time/wall_clock.hpp"

#include <pthread.h>

#include <algorithm>
#include <utility>

namespace trunkline {

namespace {

using std::chrono::milliseconds;
using clock = std::chrono::steady_clock;

} // namespace

outbox::outbox(std::unique_ptr<repository> rows, outbox_settings how,
               std::function<void(uint64_t)> released)
    : rows_(std::move(rows)), how_(std::move(how)), released_(std::move(released)) {}

void outbox::start() {
  thread_ = std::thread{[this] { run(); }};
  pthread_setname_np(thread_.native_handle(), "outbox");
}

outbox::~outbox() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
    last_try_ = clock::now() + how_.goodbye;
  }
  wake_.notify_all();
  if (thread_.joinable())
    thread_.join();
}

void outbox::deliver(outbox_row row) {
  const std::lock_guard lock{mutex_};
  put(std::move(row));
}

bool outbox::offer(outbox_row row) {
  const std::lock_guard lock{mutex_};
  if (away_ || stopping_ || queue_.size() >= how_.offered_rows_max)
    return false;
  put(std::move(row));
  return true;
}

/// The thread waits for a first row, and then for the last one that shares its transaction.
void outbox::put(outbox_row row) {
  queue_.push_back(std::move(row));
  if (queue_.size() == 1 || queue_.size() == how_.batch_rows_max)
    wake_.notify_one();
}

bool outbox::away() const {
  const std::lock_guard lock{mutex_};
  return away_;
}

void outbox::fill(store_condition& now) const {
  const std::lock_guard lock{mutex_};
  now.away = away_;
  now.why = why_;
  now.waiting = queue_.size();
  now.delivered = delivered_;
  now.dead = dead_;
  if (!queue_.empty())
    now.oldest =
        std::max(milliseconds{0}, wall_now() - content_of(queue_.front().payload).taken_at);
}

void outbox::run() {
  std::unique_lock lock{mutex_};
  for (;;) {
    if (most_.count() > 0) {
      const auto pause = milliseconds{
          std::uniform_int_distribution<int64_t>{how_.pause_min.count(), most_.count()}(random_)};
      const auto until = clock::now() + pause;
      if (stopping_ && until > last_try_)
        return; // the journal keeps them
      wake_.wait_until(lock, until, [&] { return stopping_; });
      if (stopping_)
        most_ = std::min(most_, milliseconds{200});
    }
    wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    wake_.wait_for(lock, how_.batch_within,
                   [this] { return stopping_ || queue_.size() >= how_.batch_rows_max; });
    if (queue_.empty())
      return;
    const auto size = std::min(queue_.size(), how_.batch_rows_max);
    const std::deque<outbox_row> batch{queue_.begin(), queue_.begin() + static_cast<long>(size)};
    lock.unlock();
    attempt(batch);
    lock.lock();
  }
}

void outbox::attempt(const std::deque<outbox_row>& batch) {
  size_t done = 0;
  auto outcome = rows_->together([&]() -> result<void> {
    for (const auto& one : batch)
      if (auto written = write(one); !written)
        return written;
    return {};
  });
  if (outcome)
    done = batch.size();
  else if (!outcome.error().retryable)
    outcome = one_by_one(batch, done);
  note(outcome, batch, done);
}

result<void> outbox::one_by_one(const std::deque<outbox_row>& batch, size_t& done) {
  for (const auto& one : batch) {
    auto written = rows_->together([&] { return write(one); });
    if (!written && !written.error().retryable)
      written = bury(one, written.error());
    if (!written)
      return written;
    ++done;
  }
  return {};
}

// Empty when it cannot be opened, which no row is.
std::string outbox::json_of(const outbox_row& row) const {
  auto json = how_.seal.open(content_of(row.payload).json);
  return json ? std::move(*json) : std::string{};
}

result<void> outbox::write(const outbox_row& row) {
  const auto known = decode(row.type, json_of(row));
  if (!known)
    return failure{failure_kind::bad_input, "the row cannot be read", false};
  try {
    return apply(*rows_, *known);
  } catch (const std::exception&) {
    return failure{failure_kind::internal, "the row's writer threw", false};
  }
}

result<void> outbox::bury(const outbox_row& row, const failure& why) {
  auto text = json_of(row);
  const auto known = decode(row.type, text);
  dead_letter_record dead{how_.engine_id + ":" + std::to_string(row.sequence),
                          std::string{known ? kind_of(*known) : "unknown"}, std::move(text),
                          to_string(why), wall_now()};
  auto kept = rows_->put_dead_letter(dead);
  if (!kept) { // it stays first in the queue: nothing is dropped
    auto again = kept.error();
    again.retryable = true;
    return again;
  }
  log_event(log_level::error, "outbox.dead",
            {{"kind", dead.kind}, {"id", dead.id}, {"error", dead.error}});
  const std::lock_guard lock{mutex_};
  ++dead_;
  return {};
}

void outbox::note(const result<void>& outcome, const std::deque<outbox_row>& batch, size_t done) {
  const bool went_away = !outcome;
  bool changed = false;
  {
    const std::lock_guard lock{mutex_};
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<long>(done));
    delivered_ += done;
    changed = std::exchange(away_, went_away) != went_away;
    why_ = went_away ? to_string(outcome.error()) : std::string{};
    most_ =
        !went_away ? milliseconds{0} : std::clamp(most_ * 2, how_.pause_min * 4, how_.pause_max);
  }
  if (changed && went_away)
    log_event(log_level::error, "store.away", {{"error", outcome.error().context}});
  else if (changed)
    log_event(log_level::warn, "store.back", {{"rows", batch.size()}});
  if (done > 0)
    released_(batch[done - 1].sequence);
}

} // namespace trunkline
