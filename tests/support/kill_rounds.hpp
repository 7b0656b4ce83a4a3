#pragma once

#include "tests/support/carrier_peer.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/paths.hpp"
#include "tests/support/test_database.hpp"

#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace trunkline::testing {

/// `trunkline serve` killed with SIGKILL again and again while webhooks arrive and a call is live.
/// Counts what was acknowledged; after each restart it must be in the database, once. What is wrong
/// is a test failure.
class kill_rounds : public carrier_peer {
public:
  explicit kill_rounds(sql_dialect dialect, unsigned seed = 1);

  void run(unsigned rounds);

  size_t acknowledged() const { return calls_.size() + statuses_.size() + messages_.size(); }
  unsigned resumed = 0, messages_taken = 0;      ///< of the live calls that were killed
  std::vector<std::chrono::milliseconds> starts; ///< from exec to ready

private:
  void start();
  void load_until_killed();
  void bring_back(const std::string& call_sid);
  void check();
  form_fields fields(const std::string& sid, const form_fields& more);

  temp_dir dir_;
  test_database database_;
  std::minstd_rand random_;
  std::optional<child_process> process_;
  std::set<std::string> calls_, statuses_, messages_; ///< acknowledged, by CallSid
  std::string live_;
  unsigned serial_ = 0;
};

} // namespace trunkline::testing
