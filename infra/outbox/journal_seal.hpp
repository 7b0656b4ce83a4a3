#pragma once

#include "infra/privacy/master_keys.hpp"

#include <string>
#include <string_view>

namespace trunkline {

/// Rows in the journal, sealed by a master key itself: a journal is read before there is a
/// database, and short-lived. Rows from before there was a key are read as they are.
class journal_seal {
public:
  /// No keys: rows stay as they are.
  explicit journal_seal(shared_master_keys keys = {}) : keys_(std::move(keys)) {}

  std::string close(std::string json) const;
  /// unauthorized: sealed with a key that is not known; internal: changed.
  result<std::string> open(std::string_view kept) const;

private:
  shared_master_keys keys_;
};

} // namespace trunkline
