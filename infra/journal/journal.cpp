#include "infra/journal/journal.hpp"

#include <pthread.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace trunkline {

namespace {

constexpr uint8_t own_type = 0; // see journal_files.cpp

uint64_t size_of(const std::string& payload) {
  return payload.size() + journal_frame_bytes;
}

} // namespace

journal_limits::answer journal_limits::takes(journal_value value, uint64_t bytes, uint64_t on_disk,
                                             uint64_t waiting) const {
  const auto all = on_disk + waiting + bytes;
  const auto in_memory = waiting + bytes;
  switch (value) {
  case journal_value::text:
    return all > bytes_max / 4 * 3 || in_memory > waiting_bytes_max / 2 ? answer::shed
                                                                        : answer::taken;
  case journal_value::progress:
    return all > bytes_max || in_memory > waiting_bytes_max ? answer::shed : answer::taken;
  case journal_value::always:
    break;
  }
  return in_memory > waiting_bytes_max * 4 ? answer::refused : answer::taken;
}

result<std::unique_ptr<journal>>
journal::open(settings how, const std::function<void(const journal_record&)>& replay,
              journal_disk& disk) {
  std::unique_ptr<journal> made{new journal{std::move(how), disk}};
  auto recovered = made->files_.open([&](const journal_record& record) {
    made->last_row_ = record.sequence;
    replay(record);
  });
  if (!recovered)
    return recovered.error();
  made->recovered_ = *recovered;
  made->first_row_at_ = clock::now();
  made->counters_.disk_bytes = made->files_.bytes();
  made->thread_ = std::thread{[self = made.get()] { self->run(); }};
  pthread_setname_np(made->thread_.native_handle(), "journal");
  return made;
}

journal::~journal() {
  if (!thread_.joinable())
    return;
  {
    std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

journal::answer journal::append(journal_value value, uint8_t type, std::string payload,
                                done finished, haste when) {
  const auto bytes = size_of(payload);
  {
    std::lock_guard lock{mutex_};
    auto said = how_.limits.takes(value, bytes, counters_.disk_bytes, waiting_bytes_);
    if (payload.size() > journal_payload_max || stopping_)
      said = answer::refused;
    if (said == answer::shed)
      count_shed(value);
    else if (said == answer::refused)
      ++counters_.refused;
    if (said != answer::taken)
      return said;
    waiting_bytes_ += bytes;
    waiting_.push_back({value, type, std::move(payload), std::move(finished)});
    const auto at = clock::now() + (when == haste::soon ? how_.soon : std::chrono::milliseconds{0});
    if (at >= write_at_)
      return answer::taken; // the thread wakes up for those before it
    write_at_ = at;
  }
  wake_.notify_one();
  return answer::taken;
}

void journal::release(uint64_t up_to) {
  {
    std::lock_guard lock{mutex_};
    if (up_to <= release_)
      return;
    if (release_ == told_)
      untold_since_ = clock::now();
    release_ = up_to;
  }
  wake_.notify_one(); // to wait for something else
}

journal_counters journal::counters() const {
  std::lock_guard lock{mutex_};
  auto all = counters_;
  all.waiting_bytes = waiting_bytes_;
  return all;
}

void journal::count_shed(journal_value value) {
  ++(value == journal_value::text ? counters_.shed_text : counters_.shed_progress);
}

/// When there is something to do, also though nobody appends.
journal::clock::time_point journal::next_work() const {
  auto at = write_at_;
  if (release_ > told_)
    at = std::min(at, untold_since_ + how_.mark_after);
  if (all_released())
    at = std::min(at, first_row_at_ + how_.clear_after);
  return at;
}

void journal::run() {
  std::unique_lock lock{mutex_};
  for (;;) {
    while (!stopping_ && clock::now() < next_work()) {
      if (const auto at = next_work(); at == clock::time_point::max())
        wake_.wait(lock);
      else
        wake_.wait_until(lock, at);
    }
    if (waiting_.empty() && all_released() &&
        (stopping_ || clock::now() >= first_row_at_ + how_.clear_after))
      clear(lock);
    if (waiting_.empty() && release_ == told_) {
      if (stopping_)
        return;
      continue;
    }
    auto batch = std::exchange(waiting_, {});
    write_at_ = clock::time_point::max();
    const auto up_to = release_;
    if (up_to > told_) {
      std::string mark(sizeof up_to, '\0');
      std::memcpy(mark.data(), &up_to, sizeof up_to);
      waiting_bytes_ += size_of(mark);
      batch.push_back({journal_value::always, own_type, std::move(mark), {}});
    }
    lock.unlock();
    write(std::move(batch));
    if (up_to > told_)
      files_.release(up_to);
    lock.lock();
    told_ = up_to;
    untold_since_ = clock::now();
    counters_.disk_bytes = files_.bytes();
  }
}

result<void> journal::write_at_least(journal_value least, const std::vector<entry>& batch) {
  std::string bytes;
  uint64_t count = 0;
  for (const auto& one : batch)
    if (one.value >= least) {
      append_record(bytes, one.value, one.type, one.payload);
      ++count;
    }
  if (count == 0)
    return {};
  auto written = files_.append(bytes, count);
  std::lock_guard lock{mutex_};
  ++counters_.syncs;
  if (written) {
    counters_.appended += count;
    counters_.appended_bytes += bytes.size();
  }
  return written;
}

void journal::clear(std::unique_lock<std::mutex>& lock) {
  last_row_ = 0;
  told_ = release_;
  lock.unlock(); // nobody waits for the disk
  files_.clear();
  lock.lock();
  counters_.disk_bytes = files_.bytes();
}

// All of it, or on a full disk what is worth more; at last with the space laid aside for that. A
// disk that fails otherwise gets a second try, in a new segment.
void journal::write(std::vector<entry> batch) {
  const auto first = files_.next_sequence();
  auto least = journal_value::text;
  auto written = write_at_least(least, batch);
  for (bool again = true; !written && again;) {
    if (!files_.full())
      again = false;
    else if (least != journal_value::always)
      least = least == journal_value::text ? journal_value::progress : journal_value::always;
    else
      again = files_.spend_reserve();
    if (again || !files_.full())
      written = write_at_least(least, batch);
  }
  auto sequence = first;
  for (const auto& one : batch) {
    const bool shed = one.value < least;
    if (written && !shed && one.type != own_type) {
      if (last_row_ == 0)
        first_row_at_ = clock::now();
      last_row_ = sequence;
    }
    result<uint64_t> outcome = failure{failure_kind::overloaded, "shed: the disk is full", false};
    if (!shed)
      outcome = written ? result<uint64_t>{sequence++} : result<uint64_t>{written.error()};
    {
      std::lock_guard lock{mutex_};
      waiting_bytes_ -= size_of(one.payload);
      if (shed)
        count_shed(one.value);
      else if (!written)
        ++counters_.failed;
      counters_.disk_bytes = files_.bytes();
    }
    if (one.finished)
      one.finished(outcome);
  }
}

} // namespace trunkline
