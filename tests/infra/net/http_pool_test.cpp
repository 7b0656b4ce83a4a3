// Streamed answers over kept connections, against a peer that says exactly what the test wants.

#include "infra/net/http_pool.hpp"

#include "tests/support/net.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <future>
#include <thread>

namespace trunkline {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using tcp = boost::asio::ip::tcp;

/// Accepts connections one after the other, each served by a function on a thread of its own.
class peer {
public:
  using conversation = std::function<void(tcp::socket&, int number)>;

  explicit peer(conversation talk)
      : thread_([this, talk = std::move(talk)] {
          for (int number = 0;; ++number) {
            auto socket = std::make_shared<tcp::socket>(io_);
            boost::system::error_code error;
            acceptor_.accept(*socket, error);
            if (error || closing_)
              return;
            ++connections;
            sockets_.push_back(socket);
            talks_.emplace_back([talk, socket, number] { talk(*socket, number); });
          }
        }) {}

  ~peer() {
    closing_ = true;
    boost::system::error_code ignored;
    tcp::socket wake{io_};
    wake.connect(acceptor_.local_endpoint(), ignored);
    thread_.join();
    for (auto& socket : sockets_)
      socket->shutdown(tcp::socket::shutdown_both, ignored);
    for (auto& talk : talks_)
      talk.join();
  }

  /// Reads a request's head (requests here have no body); false at the end of the stream.
  static bool request(tcp::socket& from) {
    std::string head;
    boost::system::error_code error;
    boost::asio::read_until(from, boost::asio::dynamic_buffer(head), "\r\n\r\n", error);
    return !error;
  }
  static void say(tcp::socket& to, const std::string& text) {
    boost::system::error_code ignored;
    boost::asio::write(to, boost::asio::buffer(text), ignored);
  }

  std::string url() const {
    return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + "/x";
  }

  std::atomic<int> connections{0};

private:
  boost::asio::io_context io_;
  tcp::acceptor acceptor_{io_, {boost::asio::ip::address_v4::loopback(), 0}};
  std::atomic<bool> closing_{false};
  std::vector<std::shared_ptr<tcp::socket>> sockets_;
  std::vector<std::thread> talks_;
  std::thread thread_;
};

constexpr auto hello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

class http_pool_test : public ::testing::Test, public http_handler {
protected:
  ~http_pool_test() override { shards.stop(); }

  void on_head(const http_response& head) override {
    signals.change([&] { status = head.status; });
  }
  void on_body(std::string_view bytes) override {
    signals.change([&] { body += bytes; });
    if (on_bytes)
      on_bytes();
  }
  void on_end() override {
    signals.change([&] { ++ends; });
  }
  void on_failure(failure what) override {
    signals.change([&] { failures.push_back(std::move(what)); });
  }

  void start(const std::string& url, client_timeouts timeouts = {}) {
    shards.run(0, [&] {
      client_request request;
      request.url = url;
      request.timeouts = timeouts;
      call = pool.start(std::move(request), *this);
    });
  }
  bool ended(int times) {
    return signals.wait([&] { return ends == times || !failures.empty(); }) && ends == times;
  }
  bool failed() {
    return signals.wait([&] { return !failures.empty(); });
  }
  size_t idle(const std::string& url) {
    size_t count = 0;
    shards.run(0, [&] { count = pool.idle(url); });
    return count;
  }

  testing::shard_threads shards{1};
  testing::signals signals;
  http_pool pool{shards.io()};
  unsigned status = 0;
  std::string body;
  int ends = 0;
  std::vector<failure> failures;
  std::function<void()> on_bytes;
  std::unique_ptr<http_call> call;
};

TEST_F(http_pool_test, keeps_a_connection_for_the_next_request) {
  peer server{[](tcp::socket& socket, int) {
    while (peer::request(socket))
      peer::say(socket, hello);
  }};
  for (int i = 1; i <= 3; ++i) {
    start(server.url());
    ASSERT_TRUE(ended(i)) << failures.front().context;
  }
  EXPECT_EQ(body, "hellohellohello");
  EXPECT_EQ(server.connections, 1);
  EXPECT_EQ(idle(server.url()), 1u);
}

TEST_F(http_pool_test, gives_out_a_body_as_it_arrives) {
  std::promise<void> first_heard;
  peer server{[&](tcp::socket& socket, int) {
    peer::request(socket);
    peer::say(socket, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
    first_heard.get_future().wait();
    peer::say(socket, "6\r\nsecond\r\n0\r\n\r\n");
  }};
  start(server.url());
  ASSERT_TRUE(signals.wait([&] { return body == "first"; })) << "the first chunk is held back";
  first_heard.set_value();
  ASSERT_TRUE(ended(1));
  EXPECT_EQ(body, "firstsecond");
}

TEST_F(http_pool_test, replaces_a_kept_connection_that_died_meanwhile) {
  std::promise<void> closed;
  peer server{[&](tcp::socket& socket, int number) {
    while (peer::request(socket)) {
      peer::say(socket, hello);
      if (number == 0)
        break;
    }
    boost::system::error_code ignored;
    socket.shutdown(tcp::socket::shutdown_both, ignored);
    if (number == 0)
      closed.set_value();
  }};
  start(server.url());
  ASSERT_TRUE(ended(1));
  closed.get_future().wait();
  start(server.url());
  ASSERT_TRUE(ended(2)) << failures.front().context;
  EXPECT_EQ(server.connections, 2);
}

TEST_F(http_pool_test, asks_again_when_a_kept_connection_dies_under_the_request) {
  peer server{[](tcp::socket& socket, int number) {
    peer::request(socket);
    peer::say(socket, hello);
    if (number == 0) {
      peer::request(socket); // read, and hung up on
      boost::system::error_code ignored;
      socket.shutdown(tcp::socket::shutdown_both, ignored);
    }
  }};
  start(server.url());
  ASSERT_TRUE(ended(1));
  start(server.url());
  ASSERT_TRUE(ended(2)) << failures.front().context;
  EXPECT_EQ(body, "hellohello");
}

TEST_F(http_pool_test, does_not_ask_again_on_a_fresh_connection) {
  peer server{[](tcp::socket& socket, int) {
    peer::request(socket);
    boost::system::error_code ignored;
    socket.shutdown(tcp::socket::shutdown_both, ignored);
  }};
  start(server.url());
  ASSERT_TRUE(failed());
  EXPECT_EQ(failures[0].kind, failure_kind::unreachable);
  EXPECT_TRUE(failures[0].retryable);
  EXPECT_EQ(server.connections, 1);
}

TEST_F(http_pool_test, does_not_keep_what_the_server_closes_or_says_too_much_on) {
  for (const std::string answer :
       {"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\na",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 200 OK\r\n\r\n"}) {
    peer server{[&](tcp::socket& socket, int) {
      peer::request(socket);
      peer::say(socket, answer);
    }};
    ends = 0;
    start(server.url());
    ASSERT_TRUE(ended(1));
    EXPECT_EQ(idle(server.url()), 0u) << answer;
  }
}

TEST_F(http_pool_test, warms_one_connection_ahead_and_uses_it) {
  peer server{[](tcp::socket& socket, int) {
    while (peer::request(socket))
      peer::say(socket, hello);
  }};
  shards.run(0, [&] {
    pool.warm(server.url());
    pool.warm(server.url());
  });
  const auto until = std::chrono::steady_clock::now() + 10s;
  while (idle(server.url()) != 1)
    ASSERT_LT(std::chrono::steady_clock::now(), until) << "nothing is warmed";
  shards.run(0, [&] { pool.warm(server.url()); });
  start(server.url());
  ASSERT_TRUE(ended(1));
  EXPECT_EQ(server.connections, 1);
}

TEST_F(http_pool_test, is_silent_after_a_cancel_in_the_middle_of_the_body) {
  std::promise<bool> hung_up;
  peer server{[&](tcp::socket& socket, int) {
    peer::request(socket);
    peer::say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nfirst");
    hung_up.set_value(!peer::request(socket));
  }};
  on_bytes = [&] { call.reset(); }; // in the handler itself
  start(server.url());
  EXPECT_TRUE(hung_up.get_future().get()) << "the connection stays open";
  shards.run(0, [] {});
  EXPECT_EQ(ends, 0);
  EXPECT_TRUE(failures.empty());
  EXPECT_EQ(idle(server.url()), 0u);
}

TEST_F(http_pool_test, keeps_the_connection_of_an_answer_that_is_left_before_its_end) {
  std::promise<void> left;
  peer server{[&](tcp::socket& socket, int) {
    peer::request(socket);
    peer::say(socket, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nlast\r\n");
    left.get_future().wait();
    peer::say(socket, "4\r\nmore\r\n0\r\n\r\n");
    while (peer::request(socket))
      peer::say(socket, hello);
  }};
  bool was_left = false;
  on_bytes = [&] {
    if (std::exchange(was_left, true))
      return;
    call->leave();
    call.reset(); // which cancels nothing any more
    left.set_value();
  };
  start(server.url());
  const auto until = std::chrono::steady_clock::now() + 10s;
  while (idle(server.url()) != 1)
    ASSERT_LT(std::chrono::steady_clock::now(), until) << "it is not kept";
  EXPECT_EQ(ends, 0);
  EXPECT_EQ(body, "last") << "something is heard of it";
  start(server.url());
  ASSERT_TRUE(ended(1)) << failures.front().context;
  EXPECT_EQ(server.connections, 1);
}

TEST_F(http_pool_test, ends_the_connection_of_an_answer_that_is_left_and_goes_on_for_ever) {
  std::promise<bool> hung_up;
  peer server{[&](tcp::socket& socket, int) {
    peer::request(socket);
    peer::say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nfirst");
    hung_up.set_value(!peer::request(socket));
  }};
  on_bytes = [&] { call->leave(); };
  start(server.url());
  EXPECT_TRUE(hung_up.get_future().get()) << "the connection stays open";
  shards.run(0, [] {});
  EXPECT_EQ(ends, 0);
  EXPECT_TRUE(failures.empty()) << "nobody waits for it";
}

TEST_F(http_pool_test, fails_when_the_handlers_own_deadline_passes) {
  peer server{[&](tcp::socket& socket, int) {
    peer::request(socket);
    peer::say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nfirst");
    peer::request(socket);
  }};
  on_bytes = [&] { call->expect_within(50ms, "next token"); };
  start(server.url());
  ASSERT_TRUE(failed());
  EXPECT_EQ(failures[0].kind, failure_kind::timeout);
  EXPECT_THAT(failures[0].context, HasSubstr("next token"));
}

TEST_F(http_pool_test, counts_a_deadline_from_the_start_when_told) {
  peer server{[&](tcp::socket& socket, int) {
    peer::request(socket);
    peer::say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nfirst");
    peer::request(socket);
  }};
  on_bytes = [&] { call->expect_since_start(0ms, "first token"); }; // passed before it was set
  start(server.url());
  ASSERT_TRUE(failed());
  EXPECT_EQ(failures[0].kind, failure_kind::timeout);
  EXPECT_THAT(failures[0].context, HasSubstr("first token"));
}

TEST_F(http_pool_test, holds_the_whole_time_against_a_slow_drip) {
  peer server{[&](tcp::socket& socket, int) {
    peer::request(socket);
    peer::say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nfirst");
    peer::request(socket);
  }};
  on_bytes = [&] { call->expect_within(10s, "next token"); };
  start(server.url(), {2000ms, 2000ms, 150ms});
  ASSERT_TRUE(failed());
  EXPECT_EQ(failures[0].kind, failure_kind::timeout);
}

TEST_F(http_pool_test, limits_the_body) {
  peer server{[&](tcp::socket& socket, int) {
    peer::request(socket);
    peer::say(socket, "HTTP/1.1 200 OK\r\n\r\n" + std::string(20'000, 'a'));
  }};
  shards.run(0, [&] {
    client_request request;
    request.url = server.url();
    request.body_bytes_max = 10'000;
    call = pool.start(std::move(request), *this);
  });
  ASSERT_TRUE(failed());
  EXPECT_EQ(failures[0].kind, failure_kind::bad_input);
}

} // namespace
} // namespace trunkline
