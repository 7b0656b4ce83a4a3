#pragma once

#include "infra/outbox/journal_seal.hpp"
#include "infra/outbox/row_codec.hpp"
#include "infra/store/store.hpp"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <thread>

namespace trunkline {

/// A durable row on its way to the database.
struct outbox_row {
  uint64_t sequence = 0; ///< in the journal
  uint8_t type = 0;
  std::string payload; ///< as in the journal
};

struct outbox_settings {
  std::string engine_id;
  size_t batch_rows_max = 200;
  /// How long the first row waits for others to share its transaction. They are durable already.
  std::chrono::milliseconds batch_within{100};
  size_t offered_rows_max = 2000; ///< in the queue, for one more that is not durable
  std::chrono::milliseconds pause_min{20}, pause_max{5000};
  /// How long the end waits for a database that does not take rows; the journal keeps the rest.
  std::chrono::milliseconds goodbye{1500};
  journal_seal seal{}; ///< of payloads
};

/// Delivers rows to the database in order, on a thread and connection of its own. What waits goes
/// together in one transaction; a batch that fails for good is done row by row, and a row that
/// fails for good becomes a dead letter. Trouble that may pass is tried again without end, with
/// pauses of full jitter. The queue is as bounded as the journal that feeds it; a
/// row that is not in the journal is taken only while the queue is short (offer).
class outbox {
public:
  /// `released` hears, after each commit, up to which sequence all is delivered; on the thread.
  outbox(std::unique_ptr<repository> rows, outbox_settings how,
         std::function<void(uint64_t)> released);
  ~outbox();

  void deliver(outbox_row row);
  /// A row that is not durable, after those before it; `sequence` is theirs. False, and not taken:
  /// the database is away or behind.
  bool offer(outbox_row row);
  void start();

  bool away() const;
  void fill(store_condition& now) const;

private:
  void put(outbox_row row);
  void run();
  void attempt(const std::deque<outbox_row>& batch);
  result<void> write(const outbox_row& row);
  std::string json_of(const outbox_row& row) const;
  result<void> bury(const outbox_row& row, const failure& why);
  result<void> one_by_one(const std::deque<outbox_row>& batch, size_t& done);
  void note(const result<void>& outcome, const std::deque<outbox_row>& batch, size_t done);

  std::unique_ptr<repository> rows_;
  const outbox_settings how_;
  const std::function<void(uint64_t)> released_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<outbox_row> queue_; ///< what is being written is still in it
  bool stopping_ = false;
  std::chrono::steady_clock::time_point last_try_{};
  bool away_ = false;
  std::string why_;
  uint64_t delivered_ = 0, dead_ = 0;
  std::chrono::milliseconds most_{0}; ///< of the next pause; 0: none is due
  std::minstd_rand random_{std::random_device{}()};
  std::thread thread_;
};

} // namespace trunkline
