// Long answers, fetched part by part.

#include "infra/net/http_server.hpp"
#include "tests/support/net.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <thread>

namespace trunkline {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using testing::raw_peer;

const std::string get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

/// Answers "head-" and then the parts; nullopt is a part that cannot be had.
class http_body_rest_test : public ::testing::Test {
protected:
  void SetUp() override {
    application.request = [this](http_request, http_respond respond) {
      http_response answer{.body = "head-"};
      answer.rest = {rest_bytes.load(), [this, at = size_t{0}](auto give) mutable {
                       ++asked;
                       const auto part = part_at(at++);
                       other = std::jthread{[give, part] { give(part); }};
                     }};
      respond(std::move(answer));
    };
    auto started = http_server::start(shards.all(), {}, application);
    ASSERT_TRUE(started);
    server = std::move(*started);
  }
  /// Of the answers that come from now on; the server's thread reads them.
  void answer_with(std::vector<std::optional<std::string>> parts, uint64_t bytes) {
    const std::lock_guard lock{mutex};
    parts_ = std::move(parts);
    rest_bytes = bytes;
  }
  std::optional<std::string> part_at(size_t index) {
    const std::lock_guard lock{mutex};
    return parts_.at(index);
  }
  void TearDown() override {
    server->close_all();
    shards.stop();
    server.reset();
  }

  testing::shard_threads shards{1};
  testing::scripted_application application;
  std::unique_ptr<http_server> server;
  std::atomic<uint64_t> rest_bytes{0};
  std::atomic<int> asked{0};
  std::jthread other;

private:
  std::mutex mutex;
  std::vector<std::optional<std::string>> parts_;
};

TEST_F(http_body_rest_test, parts_follow_the_body_and_the_connection_goes_on) {
  answer_with({"one-", std::string(300'000, 'x'), "-three"}, 4 + 300'000 + 6);
  raw_peer peer{server->port()};
  for (int i = 0; i < 2; ++i) {
    peer.send(get);
    const auto answer = peer.read_response();
    EXPECT_THAT(answer, HasSubstr("Content-Length: 300015\r\n"));
    EXPECT_TRUE(answer.ends_with("\r\n\r\nhead-one-" + std::string(300'000, 'x') + "-three"));
  }
  EXPECT_EQ(asked, 6);
}

TEST_F(http_body_rest_test, head_asks_for_none) {
  answer_with({"one"}, 3);
  raw_peer peer{server->port()};
  peer.send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(peer.read_until("\r\n\r\n"), HasSubstr("Content-Length: 8\r\n"));
  peer.send(get);
  EXPECT_THAT(peer.read_response(), EndsWith("head-one"));
  EXPECT_EQ(asked, 1);
}

TEST_F(http_body_rest_test, a_part_that_cannot_be_had_or_is_too_long_cuts_the_connection) {
  for (const std::optional<std::string>& bad :
       {std::optional<std::string>{}, std::optional<std::string>{""},
        std::optional<std::string>{"longer than announced"}}) {
    answer_with({"one-", bad}, 10);
    raw_peer peer{server->port()};
    peer.send(get);
    EXPECT_THAT(peer.read_to_end(), EndsWith("\r\n\r\nhead-one-"));
  }
}

} // namespace
} // namespace trunkline
