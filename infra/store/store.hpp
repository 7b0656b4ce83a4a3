#pragma once

#include "infra/store/repository.hpp"
#include "infra/store/store_row.hpp"

#include <chrono>
#include <functional>
#include <utility>

namespace trunkline {

/// All that is stored of a call; `call` is nothing when it is unknown.
struct stored_call {
  std::optional<call_record> call;
  std::vector<turn_record> turns;
  std::vector<tool_run_record> tools;
  std::vector<appointment_record> booked; ///< by tools whose result is not known
};
/// Reads it; the database's word only.
result<stored_call> read_call(repository& from, const std::string& call_sid);

/// How the store is, at a moment.
struct store_condition {
  bool away = false; ///< the database has not taken the last write; see `why`
  std::string why;
  std::chrono::milliseconds oldest{0}; ///< age of the oldest write it has not taken
  uint64_t waiting = 0;                ///< writes it has not taken
  bool journaled = false;              ///< what follows is known
  bool journal_fails = false;          ///< the disk did not take the last record
  uint64_t journal_bytes = 0, delivered = 0, dead = 0;
  uint64_t shed_text = 0, shed_progress = 0, refused = 0, failed = 0;
};

/// Why an engine with such a store is not ready; empty: it is.
std::string trouble_of(const store_condition& now);

/// The store as the actors see it: jobs for a repository, run elsewhere, in order, never on a
/// shard. Thread safe.
class store {
public:
  /// One unit of work. Returning a retryable failure (locked, full, unreachable) makes the store
  /// try it again with growing pauses while later jobs wait, up to its patience; so jobs are
  /// idempotent.
  using job = std::function<result<void>(repository&)>;
  /// Hears how the job ended; on a store thread.
  using done = std::function<void(const result<void>&)>;

  virtual ~store() = default;
  /// A row, written without an answer but in order with all other rows. `finished` when it is
  /// durable: it will be in the database, whatever happens to this process. A failure of kind
  /// `overloaded` means that it was left out for want of room (text first, bookings and audit
  /// never), any other that it may be lost. False: as for write.
  [[nodiscard]] virtual bool put(store_row row, done finished = {}) {
    return write_row([row = std::move(row)](repository& to) { return apply(to, row); },
                     std::move(finished));
  }
  /// What is known of a call, every row put before included. Asks the database and so may take
  /// long; `found` is called once, on a store thread or at once.
  [[nodiscard]] virtual bool load_call(const std::string& call_sid,
                                       std::function<void(result<stored_call>)> found);
  /// What of a call is known without the database; nothing, in stores without a memory.
  virtual stored_call recall(const std::string&) const { return {}; }
  /// The database does not answer at present; whoever can do without it should.
  virtual bool away() const { return false; }
  virtual store_condition condition() const {
    store_condition now;
    now.oldest = oldest_write();
    now.waiting = queued();
    return now;
  }

  /// In order with all other writes. False: the queue is full, the job was not taken and `finished`
  /// is not called. A read that must see earlier writes is a write job too.
  [[nodiscard]] virtual bool write(job work, done finished = {}) = 0;
  /// As write, for a job that tells nobody about its work but by its outcome: it may share a
  /// transaction with its neighbours and be run again when one of them fails. `finished` is called
  /// when the transaction is durable.
  [[nodiscard]] virtual bool write_row(job work, done finished = {}) {
    return write(std::move(work), std::move(finished));
  }
  /// On a read connection, beside the writes; never retried.
  [[nodiscard]] virtual bool read(job work, done finished = {}) = 0;

  virtual size_t queued() const = 0;
  /// Age of the oldest write not yet done; 0 when there is none.
  virtual std::chrono::milliseconds oldest_write() const = 0;
};

} // namespace trunkline
