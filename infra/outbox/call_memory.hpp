#pragma once

#include "infra/store/store.hpp"

#include <deque>
#include <mutex>
#include <string>
#include <unordered_map>

namespace trunkline {

/// The latest calls as this engine wrote them, so that a webhook can be answered while the database
/// is away. Thread safe. Keeps `calls_max`, then forgets the one that was begun first.
class call_memory {
public:
  static constexpr size_t calls_max = 4000;

  void note(const store_row& row);
  stored_call recall(const std::string& call_sid) const;

private:
  mutable std::mutex mutex_;
  std::unordered_map<std::string, stored_call> calls_;
  std::deque<std::string> order_;
};

/// What is known of a call: the database's row, with what this engine wrote later. Who brought the
/// caller back more often wrote last. Pure.
stored_call merged(stored_call database, const stored_call& memory);

} // namespace trunkline
