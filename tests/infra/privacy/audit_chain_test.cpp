// The chain of audit rows, and what an intruder with the database in his hands can hide.

#include "infra/privacy/audit_chain.hpp"
#include "infra/privacy/master_keys.hpp"
#include "infra/privacy/person_keys.hpp"
#include "tests/support/test_database.hpp"

#include <gtest/gtest.h>

#include <thread>

using namespace trunkline;
using namespace trunkline::testing;

namespace {

class audit_chain_test : public ::testing::TestWithParam<sql_dialect> {
protected:
  audit_record entry(int n) const {
    return {"t1",     "CA" + std::to_string(n),
            "engine", "call.ended",
            "{}",     timestamp{std::chrono::milliseconds{1000 + n}}};
  }
  void put(int count) {
    const auto rows = database.rows();
    for (int n = 0; n < count; ++n)
      ASSERT_TRUE(rows->put_audit(entry(n)));
  }
  std::string fault(const secret_key* key = nullptr, std::optional<audit_head> known = {}) const {
    const auto verdict = verify_audit(*database.session(), key, known);
    return verdict ? verdict->fault : verdict.error().context;
  }
  std::string fault_after(const std::string& sql) const {
    EXPECT_TRUE(database.session()->script(sql));
    return fault();
  }
  secret_key audit_key(const std::string& master) const {
    const auto db = database.session();
    return *person_keys{*db, *load_master_keys(master, "")}.key_for("audit");
  }

  test_database database{GetParam()};
};

TEST_P(audit_chain_test, is_whole_when_nobody_touched_it) {
  put(12);
  const auto verdict = *verify_audit(*database.session(), nullptr);
  EXPECT_EQ(verdict.fault, "");
  EXPECT_EQ(verdict.rows, 12);
  EXPECT_EQ(verdict.head.position, 12);
  put(12); // repeated writes
  EXPECT_EQ(verify_audit(*database.session(), nullptr)->rows, 12);
}

TEST_P(audit_chain_test, an_empty_one_is_whole) {
  put(0);
  EXPECT_EQ(fault(), "");
}

TEST_P(audit_chain_test, a_changed_row_shows) {
  put(5);
  EXPECT_EQ(fault_after("UPDATE audit_logs SET actor = 'nobody' WHERE position = 3"),
            "row 3 was changed, or was not written after the one before it");
}

TEST_P(audit_chain_test, a_removed_row_shows) {
  put(5);
  EXPECT_EQ(fault_after("DELETE FROM audit_logs WHERE position = 3"), "row 3 is missing");
}

TEST_P(audit_chain_test, removed_rows_at_the_end_show) {
  put(5);
  EXPECT_EQ(fault_after("DELETE FROM audit_logs WHERE position > 3"), "row 4 is missing");
}

TEST_P(audit_chain_test, moved_rows_show) {
  put(5);
  EXPECT_EQ(fault_after("UPDATE audit_logs SET position = 99 WHERE position = 2;"
                        "UPDATE audit_logs SET position = 2 WHERE position = 4;"
                        "UPDATE audit_logs SET position = 4 WHERE position = 99"),
            "row 2 was changed, or was not written after the one before it");
}

TEST_P(audit_chain_test, a_row_put_in_beside_it_shows) {
  put(5);
  EXPECT_EQ(fault_after("INSERT INTO audit_logs (tenant_id, call_sid, actor, action, detail, at)"
                        " VALUES ('t1', 'CA9', 'engine', 'call.ended', '{}', 1)"),
            "1 row(s) were put in beside the chain");
}

TEST_P(audit_chain_test, an_end_cut_off_with_its_head_shows_by_an_end_known_from_before) {
  put(5);
  const auto known = verify_audit(*database.session(), nullptr)->head;
  EXPECT_EQ(fault(nullptr, known), "");
  EXPECT_EQ(fault_after("DELETE FROM audit_logs WHERE position > 3;"
                        "UPDATE audit_head SET position = 3, hash ="
                        " (SELECT hash FROM audit_logs WHERE position = 3)"),
            "");
  EXPECT_EQ(fault(nullptr, known), "row 5 is not the one that was known");
}

TEST_P(audit_chain_test, nobody_without_the_key_can_write_it_anew) {
  put(3); // from before there was a key
  const auto master = new_master_key("a");
  database.config.data_key = master;
  put(6);
  const auto key = audit_key(master);
  EXPECT_EQ(fault(&key), "");
  EXPECT_EQ(fault(), "row 4 needs the data key to be checked");
  const auto other = random_key();
  EXPECT_EQ(fault(&other), "row 4 was changed, or was not written after the one before it");
  // An intruder rewrites row 5 and hashes it as he can.
  auto row = entry(4);
  row.actor = "nobody";
  std::string before;
  const auto db = database.session();
  ASSERT_TRUE(db->run("SELECT hash FROM audit_logs WHERE position = 4", {},
                      [&](const sql_row& found) { before = found.text(0); }));
  const auto forged = audit_hash(row, {4, before}, nullptr);
  ASSERT_TRUE(db->run("UPDATE audit_logs SET actor = 'nobody', hash = $1 WHERE position = 5",
                      {std::string_view{forged}}));
  EXPECT_EQ(fault(&key), "row 5 is hashed without the key, and the one before it with it");
}

TEST_P(audit_chain_test, several_writers_make_one_chain) {
  put(0);
  std::vector<std::thread> writers;
  for (int w = 0; w < 4; ++w)
    writers.emplace_back([&, w] {
      const auto rows = database.rows();
      for (int n = 0; n < 25; ++n)
        for (;;) { // SQLite: the other one is writing
          const auto done = rows->put_audit(entry(w * 100 + n));
          if (done)
            break;
          ASSERT_TRUE(done.error().retryable) << done.error().context;
        }
    });
  for (auto& one : writers)
    one.join();
  const auto verdict = *verify_audit(*database.session(), nullptr);
  EXPECT_EQ(verdict.fault, "");
  EXPECT_EQ(verdict.rows, 100);
}

INSTANTIATE_TEST_SUITE_P(databases, audit_chain_test,
                         ::testing::Values(sql_dialect::sqlite, sql_dialect::postgres),
                         [](const auto& info) { return name_of(info.param); });

} // namespace
