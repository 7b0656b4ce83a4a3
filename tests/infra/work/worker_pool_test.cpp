#include "infra/work/worker_pool.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <stdexcept>

using trunkline::worker_pool;
using trunkline::worker_strand;

TEST(worker_pool_test, refuses_when_the_queue_is_full_and_goes_on_afterwards) {
  std::promise<void> started, release;
  worker_pool pool{"test", 1, 2};
  ASSERT_TRUE(pool.post([&] {
    started.set_value();
    release.get_future().wait();
  }));
  started.get_future().wait();
  EXPECT_TRUE(pool.post([] {}));
  EXPECT_TRUE(pool.post([] {}));
  EXPECT_FALSE(pool.post([] {}));
  release.set_value();
  pool.stop();
  EXPECT_FALSE(pool.post([] {}));
}

TEST(worker_pool_test, survives_a_job_that_throws) {
  std::promise<int> answer;
  worker_pool pool{"test", 1, 8};
  ASSERT_TRUE(pool.post([] { throw std::runtime_error("job"); }));
  ASSERT_TRUE(pool.post([&] { answer.set_value(7); }));
  EXPECT_EQ(answer.get_future().get(), 7);
}

TEST(worker_strand_test, keeps_order_over_several_threads_and_takes_turns) {
  std::promise<void> done;
  std::vector<int> seen; // only the strand touches it
  worker_pool pool{"test", 4, 64};
  auto strand = worker_strand::make(pool, 1000);
  for (int i = 0; i < 500; ++i)
    ASSERT_TRUE(strand->post([&seen, i, &done] {
      seen.push_back(i);
      if (i == 7)
        throw std::runtime_error("one bad job");
      if (i == 499)
        done.set_value();
    }));
  done.get_future().wait();
  ASSERT_EQ(seen.size(), 500u);
  for (int i = 0; i < 500; ++i)
    EXPECT_EQ(seen[i], i);
}

TEST(worker_strand_test, refuses_beyond_its_own_limit) {
  std::promise<void> release, started; // outlive the pool, whose thread may still use them
  worker_pool pool{"test", 1, 64};
  auto strand = worker_strand::make(pool, 2);
  ASSERT_TRUE(strand->post([&] {
    started.set_value();
    release.get_future().wait();
  }));
  started.get_future().wait();
  EXPECT_TRUE(strand->post([] {}));
  EXPECT_TRUE(strand->post([] {}));
  EXPECT_FALSE(strand->post([] {}));
  release.set_value();
}
