// Who wins when many want the same time: one, on either database.

#include "tests/support/test_database.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <thread>
#include <vector>

using namespace trunkline;
using namespace trunkline::testing;

namespace {

constexpr int racers = 40, slots = 5;

class booking_race : public ::testing::TestWithParam<sql_dialect> {
protected:
  test_database database{GetParam()};
};

appointment_record wanted(int racer, int slot, int minutes_late = 0) {
  const timestamp start{std::chrono::hours{500000 + slot} + std::chrono::minutes{minutes_late}};
  appointment_record row;
  row.id = "r" + std::to_string(racer) + "s" + std::to_string(slot);
  row.tenant_id = "t1";
  row.starts_at = start;
  row.ends_at = start + std::chrono::minutes{30};
  return row;
}

// As the store's writer does: what may pass is tried again.
result<appointment_record> book(repository& rows, const appointment_record& row) {
  for (;;) {
    auto booked = rows.book(row);
    if (booked || !booked.error().retryable)
      return booked;
    std::this_thread::yield();
  }
}

TEST_P(booking_race, one_of_forty_gets_each_of_five_slots) {
  std::vector<std::unique_ptr<repository>> rows;
  for (int i = 0; i < racers; ++i)
    rows.push_back(database.rows());
  std::array<std::atomic<int>, slots> won{}, lost{};
  std::atomic<bool> go{false};
  std::vector<std::thread> threads;
  for (int racer = 0; racer < racers; ++racer)
    threads.emplace_back([&, racer] {
      while (!go)
        std::this_thread::yield();
      for (int slot = 0; slot < slots; ++slot) {
        // Not the very same times: it is the overlap that counts.
        const auto booked = book(*rows[racer], wanted(racer, slot, racer % 20));
        if (booked)
          ++won[slot];
        else if (booked.error().kind == failure_kind::conflict)
          ++lost[slot];
        else
          ADD_FAILURE() << booked.error().context;
      }
    });
  go = true;
  for (auto& thread : threads)
    thread.join();
  for (int slot = 0; slot < slots; ++slot) {
    EXPECT_EQ(won[slot], 1) << slot;
    EXPECT_EQ(lost[slot], racers - 1) << slot;
  }
  EXPECT_EQ(rows[0]->list_appointments(100)->size(), size_t{slots});
}

TEST_P(booking_race, one_of_forty_moves_to_a_free_slot) {
  std::vector<std::unique_ptr<repository>> rows;
  for (int i = 0; i < racers; ++i) {
    rows.push_back(database.rows());
    ASSERT_TRUE(book(*rows[0], wanted(i, 10 + i)));
  }
  std::atomic<int> won{0};
  std::vector<std::thread> threads;
  for (int racer = 0; racer < racers; ++racer)
    threads.emplace_back([&, racer] {
      const auto goal = wanted(racer, 0);
      for (;;) {
        const auto moved = rows[racer]->move_appointment(wanted(racer, 10 + racer).id,
                                                         goal.starts_at, goal.ends_at);
        if (moved)
          ++won;
        if (moved || !moved.error().retryable)
          break;
      }
    });
  for (auto& thread : threads)
    thread.join();
  EXPECT_EQ(won, 1);
}

INSTANTIATE_TEST_SUITE_P(stores, booking_race,
                         ::testing::Values(sql_dialect::sqlite, sql_dialect::postgres),
                         [](const auto& info) { return name_of(info.param); });

} // namespace
