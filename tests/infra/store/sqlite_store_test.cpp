#include "infra/store/migrations.hpp"
#include "infra/store/sqlite_store.hpp"
#include "tests/support/paths.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <future>

using namespace trunkline;
using namespace trunkline::testing;
using namespace std::chrono_literals;

namespace {

class sqlite_store_test : public ::testing::Test {
protected:
  std::string path() const { return (dir.path() / "store.db").string(); }

  result<void> write(store& to, store::job work) {
    std::promise<result<void>> done;
    EXPECT_TRUE(to.write(std::move(work), [&](const result<void>& r) { done.set_value(r); }));
    return done.get_future().get();
  }

  temp_dir dir;
};

TEST_F(sqlite_store_test, writes_survive_and_reads_see_them) {
  {
    auto store = open_sqlite_store({path(), 100, 1s});
    ASSERT_TRUE(store) << store.error().context;
    call_record call;
    call.call_sid = "CA1";
    ASSERT_TRUE(write(**store, [&](repository& rows) { return rows.put_call(call); }));
  }
  auto store = open_sqlite_store({path(), 100, 1s});
  ASSERT_TRUE(store);
  std::promise<bool> found;
  ASSERT_TRUE((*store)->read([&](repository& rows) -> result<void> {
    found.set_value(rows.find_call("CA1")->has_value());
    return {};
  }));
  EXPECT_TRUE(found.get_future().get());
}

TEST_F(sqlite_store_test, refuses_when_its_queue_is_full) {
  auto store = open_sqlite_store({path(), 2, 1s});
  ASSERT_TRUE(store);
  std::promise<void> started, release;
  auto block = [&](repository&) -> result<void> {
    started.set_value();
    release.get_future().wait();
    return {};
  };
  auto nothing = [](repository&) -> result<void> { return {}; };
  ASSERT_TRUE((*store)->write(block));
  started.get_future().wait();
  EXPECT_TRUE((*store)->write(nothing));
  EXPECT_FALSE((*store)->write(nothing));
  EXPECT_EQ((*store)->queued(), 2u);
  release.set_value();
}

TEST_F(sqlite_store_test, tries_again_while_another_process_holds_the_lock) {
  auto store = open_sqlite_store({path(), 100, 10s});
  ASSERT_TRUE(store);
  auto other = sqlite::connection::open(path());
  ASSERT_TRUE(other);
  ASSERT_TRUE(other->run("BEGIN IMMEDIATE"));
  std::promise<void> tried;
  std::promise<result<void>> done;
  call_record call;
  call.call_sid = "CA1";
  int attempts = 0;
  ASSERT_TRUE((*store)->write(
      [&](repository& rows) {
        auto put = rows.put_call(call);
        if (++attempts == 1)
          tried.set_value();
        return put;
      },
      [&](const result<void>& r) { done.set_value(r); }));
  tried.get_future().wait();
  ASSERT_TRUE(other->run("COMMIT"));
  EXPECT_TRUE(done.get_future().get());
  EXPECT_GE(attempts, 2);
}

TEST_F(sqlite_store_test, gives_up_a_write_after_its_patience_and_goes_on) {
  auto store = open_sqlite_store({path(), 100, 50ms});
  ASSERT_TRUE(store);
  auto failing = [](repository&) -> result<void> {
    return failure{failure_kind::unavailable, "full", true};
  };
  auto outcome = write(**store, failing);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, failure_kind::unavailable);
  EXPECT_TRUE(write(**store, [](repository&) -> result<void> { return {}; }));
}

TEST_F(sqlite_store_test, a_job_that_throws_fails_alone) {
  auto store = open_sqlite_store({path(), 100, 50ms});
  ASSERT_TRUE(store);
  EXPECT_FALSE(write(**store, [](repository&) -> result<void> { throw std::bad_alloc{}; }));
  EXPECT_TRUE(write(**store, [](repository&) -> result<void> { return {}; }));
}

TEST_F(sqlite_store_test, says_in_one_line_what_is_wrong_with_a_file) {
  auto missing = open_sqlite_store({"/nowhere/at/all.db", 10, 1s});
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().context.find("/nowhere/at/all.db"), std::string::npos);
  write_file(path(), "this is not a database, it is a text of some length to be sure");
  auto garbage = open_sqlite_store({path(), 10, 1s});
  ASSERT_FALSE(garbage);
  EXPECT_NE(garbage.error().context.find("not a usable SQLite database"), std::string::npos);
  EXPECT_EQ(garbage.error().context.find('\n'), std::string::npos);
}

TEST_F(sqlite_store_test, migrations_are_applied_once_and_a_changed_or_newer_one_is_refused) {
  auto db = sqlite::connection::open(path());
  ASSERT_TRUE(db);
  auto before = migration_status(*db);
  ASSERT_TRUE(before);
  ASSERT_FALSE(before->empty());
  EXPECT_FALSE((*before)[0].applied);
  ASSERT_TRUE(migrate_up(*db));
  ASSERT_TRUE(migrate_up(*db)) << "a second time changes nothing";
  ASSERT_TRUE(db->run("INSERT INTO migrations VALUES ('9999_future', 'x', 0)"));
  auto newer = migrate_up(*db);
  ASSERT_FALSE(newer);
  EXPECT_NE(newer.error().context.find("9999_future"), std::string::npos);
  ASSERT_TRUE(db->run("DELETE FROM migrations WHERE name = '9999_future'"));
  ASSERT_TRUE(db->run("UPDATE migrations SET checksum = 'other'"));
  EXPECT_FALSE(migrate_up(*db));
}

} // namespace
