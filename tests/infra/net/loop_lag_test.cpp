#include "infra/net/loop_lag.hpp"
#include "tests/support/net.hpp"

#include <gtest/gtest.h>

#include <boost/asio/post.hpp>

#include <future>

namespace trunkline {
namespace {

using namespace std::chrono_literals;

TEST(loop_lag, tells_of_a_loop_that_is_held_up_also_while_it_is) {
  testing::shard_threads shards{2};
  loop_lag lag{shards.all(), 1ms};
  std::promise<void> held, let_go;
  boost::asio::post(shards.io(1), [&] {
    held.set_value();
    let_go.get_future().wait();
  });
  held.get_future().wait();
  const auto from = std::chrono::steady_clock::now();
  std::chrono::milliseconds told{0};
  while (told < 50ms && std::chrono::steady_clock::now() - from < 10s)
    told = std::max(told, lag.worst());
  EXPECT_GE(told, 50ms);
  let_go.set_value();
  shards.run(1, [] {});
}

TEST(loop_lag, ends_before_its_loops) {
  testing::shard_threads shards{1};
  for (int i = 0; i < 3; ++i) {
    loop_lag lag{shards.all(), 1ms};
    shards.run(0, [] {});
  }
  shards.stop();
}

} // namespace
} // namespace trunkline
