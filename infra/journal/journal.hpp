#pragma once

#include "infra/journal/journal_files.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace trunkline {

/// How much a journal holds, and who goes without when that is much. Text is shed when three
/// quarters are used, progress when all is. What is never shed is refused only when so much of it
/// waits for a disk that does not answer that memory is at stake: then it was not taken, and
/// whoever wanted to confirm it must not.
struct journal_limits {
  uint64_t bytes_max = 256u << 20;       ///< on disk, not yet released
  uint64_t waiting_bytes_max = 4u << 20; ///< in memory, not yet synced; four times for `always`

  enum class answer { taken, shed, refused };
  answer takes(journal_value value, uint64_t bytes, uint64_t on_disk, uint64_t waiting) const;
};

/// Of one journal since it was opened.
struct journal_counters {
  uint64_t appended = 0, appended_bytes = 0; ///< durable
  uint64_t syncs = 0;
  uint64_t shed_text = 0, shed_progress = 0;
  uint64_t refused = 0; ///< not taken though never shed
  uint64_t failed = 0;  ///< taken, and then not written: the disk
  uint64_t disk_bytes = 0, waiting_bytes = 0;
};

/// A durable queue in files of this machine: append now, deliver elsewhere later, release. Appends
/// from any thread cost a copy; one thread of its own writes and syncs all that waits at once.
/// Records that were answered durable are replayed, in order, by every later open until released.
class journal {
public:
  using answer = journal_limits::answer;
  /// The record's sequence once it is durable, or why it will not be; on the journal's thread.
  /// `overloaded`: shed while it waited, for want of disk. `unavailable`: the disk.
  using done = std::function<void(const result<uint64_t>&)>;

  struct settings {
    journal_files::settings files;
    journal_limits limits{};
    /// What was delivered is gone from the disk at the latest so long after it was written, when
    /// nothing else waits for its delivery then; and at the end.
    std::chrono::milliseconds clear_after{30000};
    /// What was released is told to the disk with the next record, or alone after so long: a sync
    /// for it alone would keep the next record waiting.
    std::chrono::milliseconds mark_after{1000};
    /// How long a record for which nobody waits may wait for others to share its sync.
    std::chrono::milliseconds soon{20};
  };

  static result<std::unique_ptr<journal>>
  open(settings how, const std::function<void(const journal_record&)>& replay,
       journal_disk& disk = journal_disk::real());
  /// Writes what was taken.
  ~journal();

  /// `type` is not 0. Anything but `taken`: `finished` is not called. A payload over
  /// journal_payload_max is refused.
  enum class haste { at_once, soon };
  [[nodiscard]] answer append(journal_value value, uint8_t type, std::string payload,
                              done finished = {}, haste when = haste::at_once);
  /// Everything up to this sequence has been delivered and is not replayed again; a crash
  /// before the disk is told may replay some of it once more.
  void release(uint64_t up_to);

  const journal_files::recovery& recovered() const { return recovered_; }
  journal_counters counters() const;

private:
  struct entry {
    journal_value value;
    uint8_t type;
    std::string payload;
    done finished;
  };

  journal(settings how, journal_disk& disk) : how_(std::move(how)), files_(how_.files, disk) {}
  using clock = std::chrono::steady_clock;

  void run();
  bool all_released() const { return last_row_ > 0 && last_row_ <= release_; }
  clock::time_point next_work() const;
  void clear(std::unique_lock<std::mutex>& lock);
  void write(std::vector<entry> batch);
  result<void> write_at_least(journal_value least, const std::vector<entry>& batch);
  void count_shed(journal_value value);

  const settings how_;
  journal_files files_; ///< the thread's alone, once it runs
  journal_files::recovery recovered_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<entry> waiting_;
  clock::time_point write_at_ = clock::time_point::max(); ///< what waits; max: nothing does
  uint64_t last_row_ = 0; ///< sequence of the last one on disk, the thread's alone; 0: none
  clock::time_point first_row_at_{};
  uint64_t waiting_bytes_ = 0;      ///< also of what is being written
  uint64_t release_ = 0, told_ = 0; ///< released, and so much of it told to the disk
  clock::time_point untold_since_{};
  bool stopping_ = false;
  journal_counters counters_;
  std::thread thread_;
};

} // namespace trunkline
