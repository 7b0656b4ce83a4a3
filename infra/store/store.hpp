#pragma once

#include "infra/store/repository.hpp"

#include <chrono>
#include <functional>

namespace trunkline {

/// The store as the actors see it: jobs for a repository, run elsewhere, in order, never on a
/// shard. Thread safe.
class store {
public:
  /// One unit of work. Returning a retryable failure (locked, full, read-only) makes the store try
  /// it again with growing pauses while later jobs wait, up to its patience; so jobs are
  /// idempotent.
  using job = std::function<result<void>(repository&)>;
  /// Hears how the job ended; on a store thread.
  using done = std::function<void(const result<void>&)>;

  virtual ~store() = default;
  /// In order with all other writes. False: the queue is full, the job was not taken and `finished`
  /// is not called. A read that must see earlier writes is a write job too.
  [[nodiscard]] virtual bool write(job work, done finished = {}) = 0;
  /// On a read connection, beside the writes; never retried.
  [[nodiscard]] virtual bool read(job work, done finished = {}) = 0;

  virtual size_t queued() const = 0;
  /// Age of the oldest write not yet done; 0 when there is none.
  virtual std::chrono::milliseconds oldest_write() const = 0;
};

} // namespace trunkline
