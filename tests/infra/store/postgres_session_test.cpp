// The session against a real server: what it does when the server does not.

#include "infra/store/postgres_session.hpp"
#include "tests/support/postgres_server.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <thread>

using namespace trunkline;
using namespace trunkline::testing;
using namespace std::chrono_literals;

namespace {

using steady = std::chrono::steady_clock;

class postgres_session_test : public ::testing::Test {
protected:
  postgres_server& server = postgres_server::shared();
  const std::string text = server.make_database();

  postgres_options options() const {
    postgres_options made;
    made.url = *parse_database_url(text);
    return made;
  }
  std::unique_ptr<sql_session> open(const postgres_options& how) const {
    auto opened = open_postgres_session(how);
    if (!opened)
      throw std::runtime_error(opened.error().context);
    return std::move(*opened);
  }
  std::string refusal(const std::string& url) const {
    postgres_options how;
    how.url = *parse_database_url(url);
    const auto opened = open_postgres_session(how);
    EXPECT_FALSE(opened) << url;
    const auto what = opened ? std::string{} : opened.error().context;
    EXPECT_EQ(what.find('\n'), what.npos) << what;
    EXPECT_EQ(what.find("wrong word"), what.npos) << what;
    return what;
  }
  static int64_t number(sql_session& db, const char* sql) {
    int64_t found = -1;
    const auto asked = db.run(sql, {}, [&](const sql_row& row) { found = row.number(0); });
    EXPECT_TRUE(asked) << asked.error().context;
    return found;
  }
};

TEST_F(postgres_session_test, what_keeps_it_from_connecting_is_one_line_with_advice) {
  const auto port = std::to_string(server.port());
  EXPECT_EQ(refusal("postgres://trunkline:wrong%20word@127.0.0.1:" + port + "/t1"),
            "postgres://trunkline@127.0.0.1:" + port +
                "/t1: the server refuses user or password; check those in DATABASE_URL");
  EXPECT_EQ(refusal(server.url("nowhere", server.owner, server.owner_password)),
            "postgres://trunkline@127.0.0.1:" + port +
                "/nowhere: there is no such database; create it, or correct DATABASE_URL");
  EXPECT_EQ(refusal("postgres://me:wrong%20word@127.0.0.1:1/x"),
            "postgres://me@127.0.0.1:1/x: nothing listens there; check that the server runs, and "
            "host and port of DATABASE_URL");
  EXPECT_EQ(refusal("postgres://me:wrong%20word@nowhere.invalid/x"),
            "postgres://me@nowhere.invalid/x: its host has no address; check DATABASE_URL");
  EXPECT_EQ(refusal("postgres:///x?host=/nowhere"),
            "postgres:///x: there is no such socket; check that the server runs, and host of "
            "DATABASE_URL");
  EXPECT_NE(refusal(text + "?sslmode=require").find("TLS"), std::string::npos);
}

TEST_F(postgres_session_test, a_statement_has_a_timeout) {
  auto how = options();
  how.statement_timeout = 50ms;
  const auto db = open(how);
  const auto slow = db->run("SELECT pg_sleep(5)", {});
  ASSERT_FALSE(slow);
  EXPECT_EQ(slow.error().kind, failure_kind::timeout);
  EXPECT_TRUE(slow.error().retryable);
  EXPECT_EQ(number(*db, "SELECT 7"), 7) << "the connection is still good";
}

TEST_F(postgres_session_test, a_server_that_hangs_is_given_up) {
  auto how = options();
  how.statement_timeout = 100ms;
  const auto db = open(how);
  const auto backend = static_cast<pid_t>(number(*db, "SELECT pg_backend_pid()"));
  ASSERT_EQ(::kill(backend, SIGSTOP), 0);
  const auto start = steady::now();
  const auto hung = db->run("SELECT 1", {});
  EXPECT_LT(steady::now() - start, 10s);
  ASSERT_FALSE(hung);
  EXPECT_EQ(hung.error().kind, failure_kind::unreachable);
  EXPECT_TRUE(hung.error().retryable);
  EXPECT_EQ(number(*db, "SELECT 7"), 7) << "on a new connection";
  ::kill(backend, SIGCONT);
}

TEST_F(postgres_session_test, comes_back_after_a_restart_with_its_settings) {
  auto how = options();
  how.statement_timeout = 1234ms;
  const auto db = open(how);
  ASSERT_TRUE(db->script("CREATE TABLE t (a BIGINT)"));
  server.stop();
  auto down = db->run("INSERT INTO t VALUES ($1)", {int64_t{1}});
  ASSERT_FALSE(down);
  EXPECT_EQ(down.error().kind, failure_kind::unreachable) << down.error().context;
  EXPECT_TRUE(down.error().retryable);
  const auto start = steady::now();
  for (int i = 0; i < 100; ++i)
    EXPECT_FALSE(db->run("INSERT INTO t VALUES ($1)", {int64_t{1}}));
  EXPECT_LT(steady::now() - start, 2s) << "it fails at once between attempts";
  server.start();
  const auto give_up = steady::now() + 20s;
  while (!db->run("INSERT INTO t VALUES ($1)", {int64_t{1}}) && steady::now() < give_up)
    std::this_thread::yield();
  EXPECT_EQ(number(*db, "SELECT count(*) FROM t"), 1);
  EXPECT_EQ(number(*db, "SELECT setting::bigint FROM pg_settings WHERE name ="
                        " 'statement_timeout'"),
            1234);
}

TEST_F(postgres_session_test, a_read_whose_connection_died_unseen_is_run_again) {
  auto how = options();
  how.read_only = true;
  const auto db = open(how);
  const auto backend = number(*db, "SELECT pg_backend_pid()");
  server.run("SELECT pg_terminate_backend(" + std::to_string(backend) + ", 5000)");
  EXPECT_EQ(number(*db, "SELECT 7"), 7);
}

TEST_F(postgres_session_test, a_transaction_that_loses_its_connection_is_none) {
  const auto db = open(options());
  ASSERT_TRUE(db->script("CREATE TABLE t (a BIGINT)"));
  const auto done = db->transaction([&]() -> result<void> {
    const auto backend = number(*db, "SELECT pg_backend_pid()");
    EXPECT_TRUE(db->run("INSERT INTO t VALUES ($1)", {int64_t{1}}));
    server.run("SELECT pg_terminate_backend(" + std::to_string(backend) + ", 5000)");
    if (auto second = db->run("INSERT INTO t VALUES ($1)", {int64_t{2}}); !second)
      return second.error();
    return {};
  });
  ASSERT_FALSE(done);
  EXPECT_TRUE(done.error().retryable) << done.error().context;
  EXPECT_EQ(number(*db, "SELECT count(*) FROM t"), 0);
}

TEST_F(postgres_session_test, a_reading_one_cannot_write) {
  ASSERT_TRUE(open(options())->script("CREATE TABLE t (a BIGINT)"));
  auto how = options();
  how.read_only = true;
  const auto wrote = open(how)->run("INSERT INTO t VALUES ($1)", {int64_t{1}});
  ASSERT_FALSE(wrote);
  EXPECT_NE(wrote.error().context.find("read-only"), std::string::npos);
}

} // namespace
