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

/// The recordings of an engine: files written on one thread of their own, rows put into the store.
/// A row, with the file's key, is put before its file is made. When the disk cannot keep up the
/// queue fills, and whichever recording finds it full is given up: calls never wait. Thread safe.
class recordings {
public:
  /// A file that no row speaks of is left alone for so long.
  static constexpr std::chrono::minutes young{10};
  static constexpr size_t readers_max = 16; ///< that wait for a part of a recording

  explicit recordings(recordings_setup setup);
  /// Writes what is queued.
  ~recordings();

  /// Null: the store or the disk's queue takes no more, which is logged and counted.
  std::shared_ptr<recording_tape> start(const call_record& call);

  /// For reading files, on a thread of its own. False: readers_max wait already.
  [[nodiscard]] bool read(std::function<void()> job) { return readers_.post(std::move(job)); }

private:
  struct shared;
  class tape;

  const std::shared_ptr<shared> shared_;
  worker_pool readers_;
};

/// Opens the file of a row. not_found: it is not on this disk, and `context` says who has it.
result<recording_reader> open_recording(const std::string& state_dir, const recording_record& row);

/// Deletes these recordings' files, where they are there; how many were.
size_t remove_recordings(const std::string& state_dir, const std::vector<std::string>& ids);

/// Deletes the files that no row speaks of, except young ones; how many. The folder belongs to the
/// database of its first sweep, by whose id another one is told from it (conflict): who starts an
/// engine with the wrong database loses no recording. Blocks.
result<size_t> sweep_recordings(const std::string& state_dir, repository& rows);

} // namespace trunkline
