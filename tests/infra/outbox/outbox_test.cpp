// What waits for the database shares transactions; nothing waits for longer than it must.

#include "infra/outbox/outbox.hpp"

#include "tests/support/memory_repository.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

using namespace trunkline;
using namespace std::chrono_literals;

namespace {

/// How many rows each transaction had.
struct transactions {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<size_t> rows;

  std::vector<size_t> wait_for(size_t count) {
    std::unique_lock lock{mutex};
    changed.wait_for(lock, 10s, [&] { return rows.size() >= count; });
    return rows;
  }
};

class counting_repository : public memory_repository {
public:
  explicit counting_repository(transactions& all) : all_(all) {}
  result<void> together(const std::function<result<void>()>& work) override {
    rows_ = 0;
    auto done = work();
    const std::lock_guard lock{all_.mutex};
    all_.rows.push_back(rows_);
    all_.changed.notify_all();
    return done;
  }
  result<void> put_turn(const turn_record& row) override {
    ++rows_;
    return memory_repository::put_turn(row);
  }

private:
  transactions& all_;
  size_t rows_ = 0;
};

class outbox_test : public ::testing::Test {
protected:
  void open(std::chrono::milliseconds batch_within, size_t batch_rows_max) {
    outbox_settings how;
    how.batch_within = batch_within;
    how.batch_rows_max = batch_rows_max;
    out =
        std::make_unique<outbox>(std::make_unique<counting_repository>(all), how, [](uint64_t) {});
    out->start();
  }
  void deliver(unsigned rows) {
    for (unsigned i = 0; i < rows; ++i) {
      turn_record turn;
      turn.call_sid = "CA1";
      turn.index = static_cast<int>(++number);
      const auto row = encode(turn);
      out->deliver({number, row.type, journal_payload(row.json, timestamp{})});
    }
  }

  transactions all;
  uint64_t number = 0;
  std::unique_ptr<outbox> out;
};

TEST_F(outbox_test, rows_that_come_soon_after_each_other_share_a_transaction) {
  open(1h, 3);
  deliver(2);
  EXPECT_TRUE(all.rows.empty()) << "more may come";
  deliver(1);
  EXPECT_EQ(all.wait_for(1), std::vector<size_t>{3}) << "so many are not kept waiting";
}

TEST_F(outbox_test, a_row_that_stays_alone_is_delivered_alone) {
  open(1ms, 100);
  deliver(1);
  EXPECT_EQ(all.wait_for(1), std::vector<size_t>{1});
}

TEST_F(outbox_test, the_end_waits_for_no_more_rows) {
  open(1h, 100);
  deliver(2);
  out.reset();
  EXPECT_EQ(all.rows, std::vector<size_t>{2});
}

} // namespace
