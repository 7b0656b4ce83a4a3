// Migrations of either database.

#include "infra/store/migrations.hpp"
#include "schema/embedded.hpp"
#include "tests/support/test_database.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <thread>

using namespace trunkline;
using namespace trunkline::testing;

namespace {

class migrations_test : public ::testing::TestWithParam<sql_dialect> {
protected:
  std::string refusal() const {
    const auto done = migrate_up(*database.session(session_use::migrate));
    EXPECT_FALSE(done);
    const auto what = done ? std::string{} : done.error().context;
    EXPECT_EQ(what.find('\n'), what.npos) << what;
    return what;
  }
  static size_t count(const std::vector<migration>& all, migration_state state) {
    return static_cast<size_t>(
        std::count_if(all.begin(), all.end(), [&](auto& one) { return one.state == state; }));
  }

  /// What a binary with only these migrations would have made.
  static void make_version(const test_database& of, sql_session& full,
                           const std::vector<migration>& names) {
    const auto db = of.session(session_use::migrate);
    ASSERT_TRUE(db->script("CREATE TABLE migrations (name TEXT PRIMARY KEY, checksum TEXT NOT NULL,"
                           " applied_at BIGINT NOT NULL)"));
    const std::string folder =
        GetParam() == sql_dialect::sqlite ? "schema/sql/" : "schema/sql/postgres/";
    for (const auto& one : names) {
      ASSERT_TRUE(db->script(std::string{*embedded_text(folder + one.name + ".sql")}));
      std::string checksum;
      ASSERT_TRUE(full.run("SELECT checksum FROM migrations WHERE name = $1",
                           {std::string_view{one.name}},
                           [&](const sql_row& row) { checksum = row.text(0); }));
      ASSERT_TRUE(db->run("INSERT INTO migrations (name, checksum, applied_at) VALUES ($1,$2,0)",
                          {std::string_view{one.name}, std::string_view{checksum}}));
    }
  }

  test_database database{GetParam()};
};

TEST(migrations, both_databases_have_the_same_ones) {
  std::set<std::string> sqlite, postgres;
  for (const auto& file : embedded_files())
    if (const auto path = std::string{file.path}; path.starts_with("schema/sql/postgres/"))
      postgres.insert(path.substr(20));
    else if (path.starts_with("schema/sql/"))
      sqlite.insert(path.substr(11));
  EXPECT_GE(sqlite.size(), 3u);
  EXPECT_EQ(sqlite, postgres);
}

TEST_P(migrations_test, are_applied_once) {
  const auto db = database.session(session_use::migrate);
  const auto before = *migration_status(*db);
  ASSERT_FALSE(before.empty());
  EXPECT_EQ(count(before, migration_state::missing), before.size());
  EXPECT_EQ(count(*migration_status(*db), migration_state::missing), before.size())
      << "looking changes nothing";
  EXPECT_EQ(count(*migrate_up(*db), migration_state::applied), before.size());
  EXPECT_EQ(count(*migrate_up(*db), migration_state::applied), before.size());
}

TEST_P(migrations_test, a_newer_database_is_refused_in_one_line) {
  const auto db = database.session(session_use::migrate);
  ASSERT_TRUE(migrate_up(*db));
  ASSERT_TRUE(db->script("INSERT INTO migrations VALUES ('9999_future', 'x', 0)"));
  EXPECT_EQ(refusal(), "the database has migration 9999_future, which this version does not know: "
                       "it was written by a newer one; install that, or restore an older backup");
  EXPECT_EQ(count(*migration_status(*db), migration_state::unknown), 1u);
}

TEST_P(migrations_test, a_changed_one_is_refused_in_one_line) {
  const auto db = database.session(session_use::migrate);
  ASSERT_TRUE(migrate_up(*db));
  ASSERT_TRUE(db->script("UPDATE migrations SET checksum = 'x' WHERE name = '0002_services'"));
  EXPECT_EQ(refusal(), "migration 0002_services was applied with another text than this version "
                       "has; use the version that wrote this database");
}

TEST_P(migrations_test, engines_that_start_at_once_do_it_once) {
  std::vector<std::unique_ptr<sql_session>> sessions;
  for (int i = 0; i < 8; ++i)
    sessions.push_back(database.session(session_use::migrate));
  std::vector<std::thread> engines;
  for (auto& db : sessions)
    engines.emplace_back([&db] {
      const auto done = migrate_up(*db);
      EXPECT_TRUE(done) << done.error().context;
    });
  for (auto& one : engines)
    one.join();
  const auto after = *migration_status(*sessions[0]);
  EXPECT_EQ(count(after, migration_state::applied), after.size());
}

TEST_P(migrations_test, each_earlier_version_comes_up_with_its_data) {
  const auto full = database.session(session_use::migrate);
  const auto names = *migrate_up(*full);
  for (size_t version = 1; version < names.size(); ++version) {
    const test_database old{GetParam()};
    make_version(old, *full, {names.begin(), names.begin() + static_cast<ptrdiff_t>(version)});
    const auto db = old.session(session_use::migrate);
    ASSERT_TRUE(db->script(
        "INSERT INTO calls (call_sid, tenant_id, assistant_id, assistant_version, channel,"
        " direction, caller_number, called_number, caller_name, started_at, outcome, end_reason)"
        " VALUES ('CA1','t','a','v','relay','inbound','+1','+2','Ann',5,'booked','x')"));
    const auto done = migrate_up(*db);
    ASSERT_TRUE(done) << version << ": " << done.error().context;
    const auto kept = *old.rows()->find_call("CA1");
    ASSERT_TRUE(kept) << version;
    EXPECT_EQ(kept->caller_name, "Ann");
  }
}

INSTANTIATE_TEST_SUITE_P(stores, migrations_test,
                         ::testing::Values(sql_dialect::sqlite, sql_dialect::postgres),
                         [](const auto& info) { return name_of(info.param); });

} // namespace
