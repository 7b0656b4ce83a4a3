#pragma once

#include "infra/store/store.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace trunkline {

struct sqlite_store_options {
  std::string path;
  size_t queue_max = 20000;
  std::chrono::milliseconds patience{30000}; ///< a retryable write is tried again this long
};

/// Opens (and migrates) the database and starts one writing and one reading thread. A file that
/// cannot be used is a failure in one line with its path. Ends what is queued when destroyed, but
/// waits at most `patience` for a write that cannot be done.
result<std::shared_ptr<store>> open_sqlite_store(const sqlite_store_options& options);

} // namespace trunkline
