#pragma once

#include "infra/store/repository.hpp"

#include <chrono>
#include <functional>
#include <utility>

namespace trunkline {

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
