// The engine's own chores, on a clock the test owns: its lease, the calls of engines that are gone,
// and the minute's metrics.

#include "actors/ops/ops_actor.hpp"
#include "tests/support/call_fixture.hpp"

#include <gtest/gtest.h>

namespace trunkline {
namespace {

using namespace std::chrono_literals;
using testing::immediate_store;

class ops_test : public testing::deterministic {
protected:
  ops_test() {
    ops = system().spawn<ops_actor::stateful_impl<ops_state>>(ops_setup{
        rows,
        [this] {
          ++minutes;
          return std::vector<system_metric_record>{{"calls", 1, "engine", "{}", wall()}};
        },
        "this", [this] { return wall(); },
        [](timestamp now) {
          return std::vector<purge_order>{{"t1", kept_kind::transcripts, now - 24h},
                                          {"t1", kept_kind::calls, now - 48h}};
        },
        [this](repository&) -> result<size_t> { return ++sweeps; }, [this] { ++looks; }, 10s});
    drain();
  }
  ~ops_test() override {
    stop_actor(ops, caf::exit_reason::user_shutdown);
    ops = nullptr;
    drain();
  }
  timestamp wall() {
    return timestamp{
        std::chrono::duration_cast<std::chrono::milliseconds>(now().time_since_epoch())};
  }
  void open_call_of(const std::string& engine) {
    call_record call;
    call.call_sid = "CA-" + engine;
    call.engine_id = engine;
    ASSERT_TRUE(rows->rows.put_call(call));
  }
  call_record call_of(const std::string& engine) { return **rows->rows.find_call("CA-" + engine); }

  std::shared_ptr<immediate_store> rows = std::make_shared<immediate_store>();
  unsigned minutes = 0;
  size_t sweeps = 0;
  unsigned looks = 0;
  ops_actor ops;
};

TEST_F(ops_test, keeps_the_lease_from_the_start_on) {
  ASSERT_EQ(rows->rows.leases.count("this"), 1u);
  for (int minute = 0; minute < 3; ++minute) {
    advance(60s);
    EXPECT_GE(rows->rows.leases["this"], wall() + ops_state::lease - ops_state::renew_every);
  }
}

TEST_F(ops_test, closes_the_calls_of_an_engine_that_is_gone_and_no_others) {
  open_call_of("this");
  open_call_of("gone");
  ASSERT_TRUE(rows->rows.renew_lease("gone", wall(), ops_state::lease));
  advance(45s);
  EXPECT_FALSE(call_of("gone").ended_at) << "its lease is not over";
  advance(30s);
  EXPECT_EQ(call_of("gone").end_reason, "engine_lost");
  EXPECT_FALSE(call_of("this").ended_at);
}

TEST_F(ops_test, has_changed_assistants_looked_for) {
  advance(9s);
  EXPECT_EQ(looks, 0u) << "the start has looked";
  advance(31s);
  EXPECT_EQ(looks, 4u);
}

TEST_F(ops_test, goes_on_when_the_store_refuses_for_a_while) {
  rows->refuse = true;
  advance(30s);
  rows->refuse = false;
  advance(15s);
  EXPECT_GE(rows->rows.leases["this"], wall() + ops_state::lease - ops_state::renew_every);
}

TEST_F(ops_test, writes_the_metrics_once_a_minute) {
  advance(59s);
  EXPECT_EQ(minutes, 0u);
  advance(121s);
  EXPECT_EQ(minutes, 3u);
  EXPECT_EQ(rows->rows.metrics.size(), 3u);
}

TEST_F(ops_test, sweeps_files_after_the_rows_at_the_start_and_every_hour) {
  EXPECT_EQ(sweeps, 0u);
  advance(15s);
  EXPECT_EQ(sweeps, 1u);
  advance(59min);
  EXPECT_EQ(sweeps, 1u);
  advance(2min);
  EXPECT_EQ(sweeps, 2u);
}

TEST_F(ops_test, deletes_what_is_old_at_the_start_and_every_hour) {
  auto& purges = rows->rows.purges;
  ASSERT_EQ(purges.size(), 2u);
  EXPECT_EQ(purges[0].what, kept_kind::transcripts);
  EXPECT_EQ(purges[0].before, wall() - 24h);
  EXPECT_EQ(purges[1].what, kept_kind::calls);
  advance(59min);
  EXPECT_EQ(purges.size(), 2u);
  advance(1min);
  EXPECT_EQ(purges.size(), 4u);
}

TEST_F(ops_test, deletes_in_small_jobs_until_nothing_is_left) {
  rows->rows.purgeable = 3 * ops_state::purged_at_once;
  rows->rows.purges.clear();
  advance(1h);
  EXPECT_EQ(rows->rows.purges.size(), 5u) << "three jobs and the empty one, and the other kind";
}

TEST_F(ops_test, tries_to_delete_again_an_hour_after_the_store_refused) {
  rows->rows.purges.clear();
  rows->refuse = true;
  advance(1h);
  rows->refuse = false;
  EXPECT_TRUE(rows->rows.purges.empty());
  advance(1h);
  EXPECT_EQ(rows->rows.purges.size(), 2u);
}

} // namespace
} // namespace trunkline
