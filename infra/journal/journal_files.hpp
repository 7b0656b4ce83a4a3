#pragma once

#include "infra/journal/journal_disk.hpp"
#include "infra/journal/journal_format.hpp"
#include "schema/failure.hpp"

#include <deque>
#include <filesystem>
#include <functional>
#include <string>

namespace trunkline {

/// The segments of one journal on disk. Not thread safe; blocks.
///
/// New records go to the end of the last segment, which is closed when it is large enough. A
/// segment whose records have all been released is deleted. The folder is locked against other
/// processes. Beside the segments lies a reserve: space for what is never shed, given up when the
/// disk is full and laid aside again when there is room.
class journal_files {
public:
  struct settings {
    std::filesystem::path folder;
    uint64_t segment_bytes = 8u << 20;
    uint64_t reserve_bytes = 1u << 20;
  };
  /// What opening found.
  struct recovery {
    uint64_t records = 0;          ///< not released, handed to `replay`
    uint64_t torn_bytes = 0;       ///< cut off the last segment: never acknowledged
    uint64_t damaged_segments = 0; ///< earlier ones with a broken record: a failing disk
  };

  journal_files(settings how, journal_disk& disk) : how_(std::move(how)), disk_(disk) {}
  ~journal_files();
  journal_files(const journal_files&) = delete;
  journal_files& operator=(const journal_files&) = delete;

  /// Creates or recovers; every record that is not released is given to `replay`, in order.
  result<recovery> open(const std::function<void(const journal_record&)>& replay);

  /// Appends whole records, in the bytes of journal_format, and syncs. On failure nothing of it is
  /// there. `unavailable`: the disk is full, or does not work.
  result<void> append(std::string_view records, uint64_t count);
  /// Whether the last append failed for want of space.
  bool full() const { return full_; }
  /// Makes room of the reserve. False: it is used up already.
  bool spend_reserve();

  /// Everything up to this sequence is delivered; deletes what that makes needless.
  void release(uint64_t up_to);
  /// Everything there is has been delivered: begins a new segment and deletes all others.
  void clear();

  uint64_t next_sequence() const { return next_; }
  uint64_t released() const { return released_; }
  uint64_t bytes() const;

private:
  struct segment {
    std::filesystem::path path;
    uint64_t first = 0; ///< sequence
    uint64_t bytes = 0;
  };

  result<void> lock_folder();
  result<void> find_segments();
  result<void> replay_all(const std::function<void(const journal_record&)>& replay);
  result<void> cut_tail();
  result<void> start_segment();
  void close_segment();
  void sync_folder();
  void lay_reserve();

  const settings how_;
  journal_disk& disk_;
  recovery found_;
  std::deque<segment> segments_;
  int lock_ = -1;
  int file_ = -1; ///< the last segment
  uint64_t next_ = 1, released_ = 0;
  bool full_ = false, reserve_ = false;
};

} // namespace trunkline
