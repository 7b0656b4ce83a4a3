// The hosting rules, on real threads: every resume at home, whatever the sender; timers, fairness,
// faults and shutdown. Untyped actors keep the tests small.

#include "infra/caf/actor_host.hpp"
#include "infra/caf/compat.hpp"

#include <boost/asio/post.hpp>

#include <caf/event_based_actor.hpp>
#include <caf/stateful_actor.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <iostream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace trunkline;
using namespace std::chrono_literals;

namespace {

struct tally {
  std::atomic<int> handled{0}, astray{0};
  void count(size_t home) {
    ++handled;
    if (!shard::current() || shard::current()->index() != home)
      ++astray;
  }
};

// Waits for a condition that other threads make true; the deadline only ends a failing test.
template<class F>
bool eventually(F condition) {
  const auto deadline = std::chrono::steady_clock::now() + 30s;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline)
      return false;
    std::this_thread::yield();
  }
  return true;
}

struct worker_state {
  static inline const char* name = "test_worker";

  worker_state(caf::event_based_actor* self, tally* counts, size_t home)
      : self(self), guard(self), counts(counts), home(home),
        watch(self, [this](caf::actor_id, const caf::error&) { this->counts->count(this->home); }) {
  }

  caf::behavior make_behavior() {
    counts->count(home);
    return {
        [this](int hops, const caf::actor& next) {
          counts->count(home);
          if (hops == 0)
            return;
          tell(self, next, hops - 1, self_handle<caf::actor>(self));
          tell_later(self, self_handle<caf::actor>(self), 1ms, std::string{"timer"});
          ask(self, next, 10s, 1.5)
              .then([this](double) { counts->count(home); },
                    [this](caf::error&) { counts->count(home); });
        },
        [this](const std::string&) { counts->count(home); },
        [this](double x) {
          counts->count(home);
          return x * 2;
        },
        [this](bool) -> caf::result<void> {
          counts->count(home);
          throw std::runtime_error("secret caller text");
        },
        [this](const caf::actor& child) { watch.add(child); },
    };
  }

  caf::event_based_actor* self;
  actor_guard guard;
  tally* counts;
  size_t home;
  child_watch watch;
};

using worker = caf::stateful_actor<worker_state>;

class shard_test : public ::testing::Test {
protected:
  static void SetUpTestSuite() {
    static const bool once = (init_actor_types(), true);
    (void)once;
  }

  void stop(std::vector<caf::actor>& actors) {
    for (auto& one : actors)
      stop_actor(one, caf::exit_reason::user_shutdown);
    actors.clear();
  }

  uint64_t strays(actor_host& host) {
    uint64_t sum = 0;
    for (size_t i = 0; i < host.shards(); ++i)
      sum += host.at(i).strays();
    return sum;
  }
};

TEST_F(shard_test, every_resume_happens_at_home) {
  tally counts;
  actor_host host{3};
  std::vector<caf::actor> actors;
  for (size_t i = 0; i < 9; ++i)
    actors.push_back(host.spawn_on<worker>(i % 3, &counts, i % 3));
  constexpr int threads = 4, rounds = 200, hops = 5;
  std::vector<std::thread> foreign;
  for (int t = 0; t < threads; ++t)
    foreign.emplace_back([&, t] {
      for (int i = 0; i < rounds; ++i)
        tell_from_outside(actors[(t + i) % 9], hops, actors[(t * 2 + i + 1) % 9]);
    });
  for (auto& thread : foreign)
    thread.join();
  // Each chain: hops + 1 deliveries, and per hop one timer, one request and its response.
  const int expected = 9 + threads * rounds * ((hops + 1) + hops * 3);
  EXPECT_TRUE(eventually([&] { return counts.handled >= expected; })) << counts.handled;
  EXPECT_EQ(counts.handled, expected);
  EXPECT_EQ(counts.astray, 0);
  EXPECT_EQ(strays(host), 0u);
  stop(actors);
}

TEST_F(shard_test, throws_and_their_down_messages_stay_at_home_and_end_one_actor_only) {
  tally counts;
  actor_host host{3};
  std::vector<caf::actor> actors;
  for (size_t i = 0; i < 3; ++i)
    actors.push_back(host.spawn_on<worker>(i, &counts, i));
  std::vector<caf::actor> doomed;
  for (size_t i = 0; i < 30; ++i) {
    doomed.push_back(host.spawn_on<worker>(i % 3, &counts, i % 3));
    tell_from_outside(actors[(i + 1) % 3], doomed.back()); // watched from another shard
  }
  ASSERT_TRUE(eventually([&] { return counts.handled >= 33; }));
  for (auto& one : doomed)
    tell_from_outside(one, true);
  EXPECT_TRUE(eventually([&] { return counts.handled >= 33 + 30 + 30; })); // throws and downs
  for (auto& one : actors)
    tell_from_outside(one, std::string{"still here"});
  EXPECT_TRUE(eventually([&] { return counts.handled == 33 + 30 + 30 + 3; }));
  EXPECT_EQ(counts.astray, 0);
  EXPECT_EQ(strays(host), 0u);
  stop(actors);
}

TEST_F(shard_test, a_flooded_actor_does_not_keep_others_or_sockets_from_their_turn) {
  tally flooded, quiet;
  actor_host host{1};
  std::vector<caf::actor> actors{host.spawn_on<worker>(0, &flooded, size_t{0}),
                                 host.spawn_on<worker>(0, &quiet, size_t{0})};
  ASSERT_TRUE(eventually([&] { return flooded.handled == 1 && quiet.handled == 1; }));
  // The loop is held until everything is queued, so that the race is always the same.
  constexpr int flood = 200000;
  std::promise<void> release;
  std::promise<int> seen_by_socket_loop;
  auto& io = host.at(0).io();
  boost::asio::post(io, [&] { release.get_future().wait(); });
  for (int i = 0; i < flood; ++i)
    tell_from_outside(actors[0], std::string{"flood"});
  tell_from_outside(actors[1], std::string{"me too"});
  boost::asio::post(io, [&] { // the second one waits for its turn behind running actors
    boost::asio::post(io, [&] {
      boost::asio::post(io,
                        [&] { seen_by_socket_loop.set_value(flooded.handled + quiet.handled); });
    });
  });
  release.set_value();
  EXPECT_LT(seen_by_socket_loop.get_future().get(), flood);
  ASSERT_TRUE(eventually([&] { return quiet.handled == 2; }));
  EXPECT_TRUE(eventually([&] { return flooded.handled == flood + 1; }));
  stop(actors);
}

TEST_F(shard_test, ten_thousand_pending_timers_fire_once_each_in_time_order) {
  tally counts;
  actor_host host{2};
  std::vector<caf::actor> actors{host.spawn_on<worker>(1, &counts, size_t{1})};
  std::vector<int> order; // touched on shard 1 only
  std::atomic<int> fired{0};
  auto& clock = host.system().clock();
  const auto start = clock.now() + 300ms;
  std::promise<void> added;
  boost::asio::post(host.at(1).io(), [&] {
    for (int i = 0; i < 10000; ++i) {
      const int slot = (i * 7919) % 10000; // not in order of time
      clock.schedule_periodically(start + std::chrono::microseconds(slot * 10),
                                  caf::make_action([&order, &fired, slot] {
                                    order.push_back(slot);
                                    ++fired;
                                  }),
                                  caf::actor_clock::duration_type{0});
    }
    added.set_value();
  });
  added.get_future().wait();
  ASSERT_TRUE(eventually([&] { return fired == 10000; }));
  std::promise<std::vector<int>> result;
  boost::asio::post(host.at(1).io(), [&] { result.set_value(order); });
  const auto seen = result.get_future().get();
  ASSERT_EQ(seen.size(), 10000u);
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
  stop(actors);
}

TEST_F(shard_test, disposed_timers_never_run_and_periodic_ones_repeat) {
  actor_host host{1};
  std::atomic<int> disposed_ran{0}, ticks{0};
  auto& clock = host.system().clock();
  auto doomed =
      clock.schedule_periodically(clock.now() + 20ms, caf::make_action([&] { ++disposed_ran; }),
                                  caf::actor_clock::duration_type{0});
  doomed.dispose();
  auto tick =
      clock.schedule_periodically(clock.now() + 5ms, caf::make_action([&] { ++ticks; }), 5ms);
  EXPECT_TRUE(eventually([&] { return ticks >= 6; }));
  tick.dispose();
  EXPECT_EQ(disposed_ran, 0);
}

TEST_F(shard_test, shuts_down_with_pending_timers_and_queued_messages) {
  tally counts;
  {
    actor_host host{3};
    std::vector<caf::actor> actors;
    for (size_t i = 0; i < 50; ++i)
      actors.push_back(host.spawn_on<worker>(i % 3, &counts, i % 3));
    auto& clock = host.system().clock();
    for (int i = 0; i < 1000; ++i)
      clock.schedule_message(
          clock.now() + 1h, caf::actor_cast<caf::strong_actor_ptr>(actors[i % 50]),
          caf::make_mailbox_element(nullptr, caf::make_message_id(), {}, std::string{"never"}));
    for (int i = 0; i < 1000; ++i)
      tell_from_outside(actors[i % 50], 3, actors[(i + 1) % 50]);
    stop(actors);
  } // must return
  EXPECT_EQ(counts.astray, 0);
}

TEST_F(shard_test, prints_nothing_of_a_message_or_an_exception) {
  tally counts;
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  {
    actor_host host{2};
    std::vector<caf::actor> actors{host.spawn_on<worker>(0, &counts, size_t{0}),
                                   host.spawn_on<worker>(1, &counts, size_t{1})};
    tell_from_outside(actors[0], std::string{"secret"}, std::string{"unexpected message"});
    tell_from_outside(actors[0], caf::make_error(caf::sec::runtime_error, "secret error"));
    tell_from_outside(actors[0], actors[1]);
    tell_from_outside(actors[1], true); // throws "secret caller text"
    EXPECT_TRUE(eventually([&] { return counts.handled >= 4; }));
    stop(actors);
  }
  std::cout.flush();
  const auto out = ::testing::internal::GetCapturedStdout();
  const auto err = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(out.find("secret"), std::string::npos) << out;
  EXPECT_EQ(err.find("secret"), std::string::npos) << err;
  EXPECT_EQ(out.find("***"), std::string::npos) << out;
}

TEST_F(shard_test, the_hang_hook_silences_an_actor_but_not_its_exit) {
  tally counts, watcher_counts;
  actor_host host{2};
  std::vector<caf::actor> actors{host.spawn_on<worker>(0, &watcher_counts, size_t{0})};
  auto hung = host.spawn_on<worker>(1, &counts, size_t{1});
  tell_from_outside(actors[0], hung);
  stop_actor(hung, ec::sabotage_hang);
  ASSERT_TRUE(eventually([&] { return counts.handled == 1 && watcher_counts.handled == 1; }));
  tell_from_outside(hung, std::string{"hello?"});
  stop_actor(hung, ec::hung);
  EXPECT_TRUE(eventually([&] { return watcher_counts.handled == 2; }));
  EXPECT_EQ(counts.handled, 1);
  stop(actors);
}

// Threads of pools and stores keep handles beyond the end, and answer them.
TEST_F(shard_test, what_is_sent_after_the_end_is_forgotten) {
  tally counts;
  std::atomic<bool> stop_sending{false};
  std::promise<void> sending;
  std::thread outside;
  {
    actor_host host{2};
    auto target = host.spawn_on<worker>(0, &counts, size_t{0});
    ASSERT_TRUE(eventually([&] { return counts.handled == 1; }));
    outside = std::thread{[&, target] {
      for (int sent = 0; !stop_sending; ++sent) {
        tell_from_outside(target, std::string{"are you there"});
        if (sent == 100)
          sending.set_value();
      }
    }};
    sending.get_future().wait();
    stop_actor(target, caf::exit_reason::user_shutdown);
    target = nullptr;
    host.stop();
  }
  const auto handled = counts.handled.load();
  stop_sending = true;
  outside.join();
  EXPECT_EQ(counts.handled, handled);
}

} // namespace
