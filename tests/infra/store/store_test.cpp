// The store's threads over either database.

#include "infra/store/sqlite_session.hpp"
#include "infra/store/sqlite_store.hpp"
#include "infra/store/unkept_store.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/test_database.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <future>

using namespace trunkline;
using namespace trunkline::testing;
using namespace std::chrono_literals;

namespace {

call_record call(const std::string& sid) {
  call_record made;
  made.call_sid = sid;
  return made;
}

result<void> nothing(repository&) {
  return {};
}

result<void> write(store& to, store::job work) {
  std::promise<result<void>> done;
  EXPECT_TRUE(to.write(std::move(work), [&](const result<void>& r) { done.set_value(r); }));
  return done.get_future().get();
}

class store_test : public ::testing::TestWithParam<sql_dialect> {
protected:
  std::shared_ptr<store> open() {
    auto opened = open_store(database.url(), database.config);
    if (!opened)
      throw std::runtime_error(opened.error().context);
    return std::move(*opened);
  }
  /// A write job that waits until it is let go.
  store::job block() {
    return [this](repository&) -> result<void> {
      started.set_value();
      release.get_future().wait();
      return {};
    };
  }

  test_database database{GetParam()};
  std::promise<void> started, release;
};

TEST_P(store_test, writes_survive_and_reads_see_them) {
  ASSERT_TRUE(write(*open(), [&](repository& rows) { return rows.put_call(call("CA1")); }));
  const auto store = open();
  std::promise<bool> found;
  ASSERT_TRUE(store->read([&](repository& rows) -> result<void> {
    found.set_value((*rows.find_call("CA1")).has_value());
    return {};
  }));
  EXPECT_TRUE(found.get_future().get());
}

TEST_P(store_test, refuses_when_its_queue_is_full) {
  database.config.queue_max = 2;
  const auto store = open();
  ASSERT_TRUE(store->write(block()));
  started.get_future().wait();
  EXPECT_TRUE(store->write(nothing));
  EXPECT_FALSE(store->write(nothing));
  EXPECT_EQ(store->queued(), 2u);
  release.set_value();
}

TEST_P(store_test, gives_up_a_write_after_its_patience_and_goes_on) {
  database.config.patience = 0s;
  const auto store = open();
  auto outcome = write(*store, [](repository&) -> result<void> {
    return failure{failure_kind::unavailable, "full", true};
  });
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, failure_kind::unavailable);
  EXPECT_TRUE(write(*store, nothing));
}

TEST_P(store_test, a_job_that_throws_fails_alone) {
  const auto store = open();
  EXPECT_FALSE(write(*store, [](repository&) -> result<void> { throw std::bad_alloc{}; }));
  EXPECT_TRUE(write(*store, nothing));
}

TEST_P(store_test, rows_are_written_together_in_order_and_a_bad_one_fails_alone) {
  const auto store = open();
  ASSERT_TRUE(store->write(block()));
  started.get_future().wait();
  std::vector<int> ended; // by the writing thread, read after it has ended
  std::atomic<int> failed{0};
  for (int i = 0; i < 120; ++i) {
    const auto work = [i](repository& rows) -> result<void> {
      if (i == 60)
        return failure{failure_kind::internal, "on purpose", false};
      return rows.put_call(call("CA" + std::to_string(i)));
    };
    ASSERT_TRUE(store->write_row(work, [&, i](const result<void>& done) {
      ended.push_back(i);
      failed += !done;
    }));
  }
  std::promise<size_t> kept;
  ASSERT_TRUE(store->write([&](repository& rows) -> result<void> {
    kept.set_value(rows.list_calls(1000)->size());
    return {};
  }));
  release.set_value();
  EXPECT_EQ(kept.get_future().get(), 119u);
  EXPECT_EQ(failed, 1);
  ASSERT_EQ(ended.size(), 120u);
  EXPECT_TRUE(std::is_sorted(ended.begin(), ended.end()));
}

TEST_P(store_test, what_is_queued_is_written_before_it_ends) {
  {
    const auto store = open();
    for (int i = 0; i < 200; ++i)
      ASSERT_TRUE(store->write_row(
          [i](repository& rows) { return rows.put_call(call("CA" + std::to_string(i))); }));
  }
  EXPECT_EQ(database.rows()->list_calls(1000)->size(), 200u);
}

INSTANTIATE_TEST_SUITE_P(stores, store_test,
                         ::testing::Values(sql_dialect::sqlite, sql_dialect::postgres),
                         [](const auto& info) { return name_of(info.param); });

TEST(postgres_store, writes_and_reads_go_on_after_the_server_was_away) {
  test_database database{sql_dialect::postgres};
  auto& server = postgres_server::shared();
  const auto store = *open_store(database.url(), database.config);
  std::promise<void> tried;
  std::promise<result<void>> done;
  int attempts = 0;
  server.stop();
  ASSERT_TRUE(store->write(
      [&](repository& rows) {
        auto put = rows.put_call(call("CA1"));
        if (++attempts == 3)
          tried.set_value();
        return put;
      },
      [&](const result<void>& r) { done.set_value(r); }));
  std::promise<result<void>> read;
  ASSERT_TRUE(
      store->read([](repository& rows) -> result<void> { return rows.find_call("CA1").error(); },
                  [&](const result<void>& r) { read.set_value(r); }));
  EXPECT_EQ(read.get_future().get().error().kind, failure_kind::unreachable);
  tried.get_future().wait();
  EXPECT_GT(store->oldest_write(), 0ms);
  server.start();
  const auto outcome = done.get_future().get();
  EXPECT_TRUE(outcome) << outcome.error().context;
  EXPECT_TRUE(*database.rows()->find_call("CA1"));
}

class sqlite_store_test : public ::testing::Test {
protected:
  std::string path() const { return (dir.path() / "store.db").string(); }
  temp_dir dir;
};

TEST_F(sqlite_store_test, tries_again_while_another_process_holds_the_lock) {
  auto store = open_sqlite_store({path(), 100, 10s});
  ASSERT_TRUE(store);
  auto other = open_sqlite_session(path());
  ASSERT_TRUE(other);
  ASSERT_TRUE((*other)->script("BEGIN IMMEDIATE"));
  std::promise<void> tried;
  std::promise<result<void>> done;
  int attempts = 0;
  ASSERT_TRUE((*store)->write(
      [&](repository& rows) {
        auto put = rows.put_call(call("CA1"));
        if (++attempts == 1)
          tried.set_value();
        return put;
      },
      [&](const result<void>& r) { done.set_value(r); }));
  tried.get_future().wait();
  ASSERT_TRUE((*other)->script("COMMIT"));
  EXPECT_TRUE(done.get_future().get());
  EXPECT_GE(attempts, 2);
}

TEST_P(store_test, unkept_rows_are_done_at_once_and_jobs_go_on) {
  const auto store = make_unkept_store(open());
  bool told = false;
  ASSERT_TRUE(store->put(call("CA1"), [&](const result<void>& done) { told = done.has_value(); }));
  EXPECT_TRUE(told);
  ASSERT_TRUE(write(*store, [](repository& rows) { return rows.put_call(call("CA2")); }));
  std::promise<std::pair<bool, bool>> found;
  ASSERT_TRUE(store->write([&](repository& rows) -> result<void> {
    found.set_value({rows.find_call("CA1")->has_value(), rows.find_call("CA2")->has_value()});
    return {};
  }));
  EXPECT_EQ(found.get_future().get(), (std::pair{false, true}));
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

} // namespace
