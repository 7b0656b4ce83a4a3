// The backup and restore of docs/operations.md, with its own commands.

#include "infra/store/migrations.hpp"
#include "infra/store/sql_repository.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/test_database.hpp"

#include <gtest/gtest.h>

using namespace trunkline;
using namespace trunkline::testing;

namespace {

class backup_test : public ::testing::TestWithParam<sql_dialect> {
protected:
  static void run(const std::vector<std::string>& command,
                  const std::map<std::string, std::string>& environment = {}) {
    child_process one{command, environment};
    EXPECT_EQ(one.wait_for_exit(), 0) << one.errors() << one.output();
  }
  void save() const {
    if (GetParam() == sql_dialect::sqlite)
      return run({"sqlite3", database.url().text, ".backup " + copy()});
    run({postgres_server::program("pg_dump"), "--format=custom", "--no-owner", "--file", copy(),
         "--dbname", database.url().shown},
        {{"PGPASSWORD", database.url().password}});
  }
  void restore(const test_database& to) const {
    if (GetParam() == sql_dialect::sqlite)
      return run({"cp", copy(), to.url().text});
    run({postgres_server::program("pg_restore"), "--no-owner", "--exit-on-error",
         "--single-transaction", "--dbname", to.url().shown, copy()},
        {{"PGPASSWORD", to.url().password}});
  }
  std::string copy() const { return (dir.path() / "copy").string(); }

  temp_dir dir;
  test_database database{GetParam()};
};

TEST_P(backup_test, a_copy_made_while_it_runs_is_a_whole_database) {
  const auto rows = database.rows();
  appointment_record booked;
  booked.id = "b1";
  booked.tenant_id = "t1";
  booked.ends_at = booked.starts_at + std::chrono::minutes{30};
  ASSERT_TRUE(rows->book(booked));
  ASSERT_TRUE(rows->together([&]() -> result<void> {
    call_record call;
    call.call_sid = "CA1";
    EXPECT_TRUE(rows->put_call(call));
    save(); // this call is not committed yet
    return {};
  }));
  const test_database other{GetParam()};
  restore(other);
  const auto all = *migration_status(*other.session());
  EXPECT_TRUE(std::all_of(all.begin(), all.end(),
                          [](auto& one) { return one.state == migration_state::applied; }));
  const auto restored = other.rows();
  EXPECT_EQ(restored->list_appointments(10)->size(), 1u);
  EXPECT_FALSE(*restored->find_call("CA1"));
  booked.id = "b2";
  EXPECT_EQ(restored->book(booked).error().kind, failure_kind::conflict) << "the rule came along";
}

INSTANTIATE_TEST_SUITE_P(stores, backup_test,
                         ::testing::Values(sql_dialect::sqlite, sql_dialect::postgres),
                         [](const auto& info) { return name_of(info.param); });

} // namespace
