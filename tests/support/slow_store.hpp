#pragma once

#include "tests/support/call_fixture.hpp"

#include <utility>
#include <vector>

namespace trunkline::testing {

/// Rows wait until the test says what became of them.
class slow_store : public immediate_store {
public:
  bool put(store_row row, done finished) override {
    if (refuse)
      return false;
    waiting.emplace_back(std::move(row), std::move(finished));
    return true;
  }
  void settle(const result<void>& how) {
    for (auto& [row, finished] : std::exchange(waiting, {}))
      if (finished)
        finished(how);
  }

  std::vector<std::pair<store_row, done>> waiting;
};

} // namespace trunkline::testing
