#pragma once

#include "infra/recording/recording_file.hpp"
#include "infra/store/store.hpp"
#include "infra/work/worker_pool.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace trunkline {

/// The recording of one stream while it is made. Used by one actor; nothing here blocks.
class recording_tape {
public:
  virtual ~recording_tape() = default; ///< without end(): cut there
  /// A block of recording_block_bytes. False: this recording is given up, at what was written.
  [[nodiscard]] virtual bool write(std::string block) = 0;
  /// The last one, which may be shorter.
  virtual void end(std::string block) = 0;
};

struct recordings_setup {
  std::string state_dir, engine_id;
  std::shared_ptr<store> rows;
  std::function<timestamp()> wall_clock;
  /// Counts how recordings went: started, whole, cut, refused. From any thread; may be null.
  std::function<void(std::string_view)> count;
  size_t queue_max = 256; ///< blocks not yet written, of all calls: 8 MiB
};

/// Runs jobs that read files, on a thread for that. Whoever holds it has one job waiting at most.
using recording_reading = std::function<void(std::function<void()> job)>;

/// The recordings of an engine: files written on one thread of their own, rows put into the store.
/// A row, with the file's key, is put before its file is made. When the disk cannot keep up the
/// queue fills, and whichever recording finds it full is given up: calls never wait. Thread safe.
class recordings {
public:
  /// A file that no row speaks of is left alone for so long.
  static constexpr std::chrono::minutes young{10};
  static constexpr size_t listeners_max = 16; ///< that are given a recording at the same time

  explicit recordings(recordings_setup setup);
  /// Writes what is queued.
  ~recordings();

  /// Null: the store or the disk's queue takes no more, which is logged and counted.
  std::shared_ptr<recording_tape> start(const call_record& call);

  /// For one listener, who has it until the last copy is gone. Empty: there are listeners_max.
  /// Must not be used after this object.
  recording_reading listen();

private:
  struct shared;
  class tape;

  const std::shared_ptr<shared> shared_;
  const std::shared_ptr<std::atomic<size_t>> listeners_;
  worker_pool readers_;
};

/// False: there is less in the file than was written.
bool is_complete(const recording_reader& file, const recording_record& row);

/// Opens the file of a row. not_found: it is not on this disk, and `context` says who has it. One
/// that has less than its row says is opened all the same, and that is logged.
result<recording_reader> open_recording(const std::string& state_dir, const recording_record& row);

/// Deletes these recordings' files, where they are there; how many were.
size_t remove_recordings(const std::string& state_dir, const std::vector<std::string>& ids);

/// Deletes the files that no row speaks of, except young ones; how many. The folder belongs to the
/// database of its first sweep, by whose id another one is told from it (conflict): who starts an
/// engine with the wrong database loses no recording. Blocks.
result<size_t> sweep_recordings(const std::string& state_dir, repository& rows);

} // namespace trunkline
