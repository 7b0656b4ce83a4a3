#pragma once

#include "actors/call/assistant_directory.hpp"
#include "infra/store/store.hpp"
#include "infra/work/worker_pool.hpp"
#include "schema/config.hpp"

#include <atomic>
#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace trunkline {

/// Keeps an engine's roster true to its configuration and to the database. The services of a new
/// version are made on a thread of its own; then the directory is exchanged, and calls that have
/// begun go on with theirs. A version that cannot be taken is logged once and the one before stays;
/// at the start, where there is none before, the newest good one is taken. A database that is away
/// changes nothing. Held in a shared_ptr.
class assistant_loader : public std::enable_shared_from_this<assistant_loader> {
public:
  using services = std::shared_ptr<const assistant_services>;
  /// Makes what the calls of a version talk through. May block; used by one thread at a time.
  using maker = std::function<result<services>(const assistant&)>;

  /// How long the start waits for the database.
  static constexpr std::chrono::seconds start_patience{3};
  /// Calls that ended so long before the start may come back to their version, and that is kept as
  /// long after it.
  static constexpr std::chrono::seconds late_calls{60};

  /// `config` outlives it.
  assistant_loader(const engine_config& config, std::shared_ptr<store> rows, maker make,
                   std::function<timestamp()> wall_clock);

  /// Serves what is configured, then what the database has. Blocks. A failure: a configured
  /// assistant cannot be served.
  result<void> start();
  /// From any thread, and returns at once: takes what has changed in the database.
  void look();
  /// Nothing is taken any more; waits for what is under way. Idempotent.
  void stop();

  /// No look is under way.
  bool idle() const { return !looking_; }

  const std::shared_ptr<assistant_roster>& roster() const { return roster_; }

private:
  /// What the database has, as far as it is news.
  struct book {
    std::string seen; ///< all heads in a line: the same again is no news
    std::vector<assistant_head_record> heads;
    std::map<std::string, std::vector<assistant_version_record>> candidates; ///< by id, best first
    std::vector<assistant_version_record> late;
  };
  using versions = std::map<std::string, std::string>; ///< by id

  static result<book> read(repository& from, const std::string& seen, const versions& taken,
                           std::optional<timestamp> late_since);
  versions taken_versions() const;
  void take(const book& news);
  void take_one(const assistant_head_record& head,
                const std::vector<assistant_version_record>& candidates);
  void drop_retired(const std::vector<assistant_head_record>& heads);
  void take_late(const std::vector<assistant_version_record>& late);
  result<served_assistant> serve(const assistant_version_record& row);
  void replace(served_assistant& old, served_assistant next);
  void forget_late();
  void exchange();

  const engine_config& config_;
  const std::shared_ptr<store> rows_;
  const maker make_;
  const std::function<timestamp()> wall_clock_;
  const std::shared_ptr<assistant_roster> roster_;
  std::atomic<bool> looking_{false};
  mutable std::mutex mutex_;
  std::string seen_; ///< with mutex_, as are the next
  std::map<std::string, served_assistant> taken_;
  std::vector<served_assistant> configured_, late_;
  std::deque<served_assistant> earlier_; ///< without services
  std::chrono::steady_clock::time_point late_until_{};
  bool changed_ = false;
  worker_pool work_{"assistants", 1, 4}; ///< last: its work uses all above
};

} // namespace trunkline
