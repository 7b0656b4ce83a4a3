#include "infra/net/http_server.hpp"

#include "tests/support/net.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/post.hpp>

#include <mutex>
#include <semaphore>
#include <set>
#include <stdexcept>

namespace trunkline {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::raw_peer;
using ::testing::StartsWith;

class http_server_test : public ::testing::Test {
protected:
  void TearDown() override {
    if (server)
      server->close_all();
    shards.stop();
    server.reset();
  }

  uint16_t serve() {
    auto started = http_server::start(shards.all(), options, application);
    if (!started)
      throw std::runtime_error(started.error().context);
    server = std::move(*started);
    return server->port();
  }

  void echo() {
    application.request = [](http_request request, http_respond respond) {
      respond({.status = request.path() == "/403" ? 403u : 200u,
               .body = request.method + " " + request.target + " " + request.body,
               .headers = {}});
    };
  }

  void expect_refused(const std::string& bytes, const std::string& status) {
    raw_peer peer{server->port()};
    peer.send(bytes);
    const auto answer = peer.read_to_end();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 " + status));
    EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
    const auto body = answer.substr(answer.find("\r\n\r\n") + 4);
    EXPECT_EQ(std::count(body.begin(), body.end(), '\n'), 1) << body; // one line, no more
  }

  testing::shard_threads shards{2};
  http_server_options options;
  testing::scripted_application application;
  std::unique_ptr<http_server> server;
};

const std::string get = "GET /a?b=1 HTTP/1.1\r\nHost: x\r\n\r\n";

TEST_F(http_server_test, answers_several_requests_on_one_connection) {
  echo();
  raw_peer peer{serve()};
  for (int i = 0; i < 3; ++i) {
    peer.send(get);
    const auto answer = peer.read_response();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(answer, HasSubstr("\r\nContent-Length: 11\r\n"));
    EXPECT_THAT(answer, HasSubstr("\r\nConnection: keep-alive\r\n"));
    EXPECT_THAT(answer, Not(HasSubstr("Server:")));
    EXPECT_THAT(answer, Not(HasSubstr("Cache-Control")));
    EXPECT_TRUE(answer.ends_with("\r\n\r\nGET /a?b=1 ")) << answer;
  }
}

TEST_F(http_server_test, closes_when_the_peer_asks_for_it) {
  echo();
  const auto port = serve();
  raw_peer peer{port}, old{port};
  peer.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(peer.read_to_end(), HasSubstr("Connection: close\r\n"));
  old.send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_THAT(old.read_to_end(), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST_F(http_server_test, reads_fixed_and_chunked_bodies_and_forbids_to_store_the_answer) {
  echo();
  raw_peer peer{serve()};
  peer.send("POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
  const auto answer = peer.read_response();
  EXPECT_THAT(answer, HasSubstr("POST /p hello"));
  EXPECT_THAT(answer, HasSubstr("Cache-Control: no-store\r\n"));
  peer.send("POST /p HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
            "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
  EXPECT_THAT(peer.read_response(), HasSubstr("POST /p abcde"));
  peer.send("POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(peer.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  peer.send("ok");
  EXPECT_THAT(peer.read_response(), HasSubstr("POST /p ok"));
}

TEST_F(http_server_test, head_gets_the_length_without_the_body) {
  echo();
  raw_peer peer{serve()};
  peer.send("HEAD /x HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(peer.read_until("\r\n\r\n"), HasSubstr("Content-Length: 8\r\n"));
  peer.send(get); // had there been a body, it would come first
  EXPECT_THAT(peer.read_response(), StartsWith("HTTP/1.1 200"));
}

TEST_F(http_server_test, header_values_cannot_start_another_header) {
  application.request = [](http_request, http_respond respond) {
    respond({.status = 204, .body = "dropped", .headers = {{"X-Name", "a\r\nSet-Cookie: b"}}});
  };
  raw_peer peer{serve()};
  peer.send(get);
  const auto answer = peer.read_until("\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("X-Name: aSet-Cookie: b\r\n"));
  EXPECT_THAT(answer, Not(HasSubstr("Content-Length")));
}

TEST_F(http_server_test, takes_one_answer_from_any_thread) {
  std::thread other;
  application.request = [&](http_request, http_respond respond) {
    other = std::thread{[respond] {
      respond({.body = "first"});
      respond({.body = "second"});
    }};
  };
  raw_peer peer{serve()};
  peer.send(get);
  EXPECT_TRUE(peer.read_response().ends_with("first"));
  other.join();
  application.request = [](http_request, http_respond respond) { respond({.body = "third"}); };
  peer.send(get);
  EXPECT_TRUE(peer.read_response().ends_with("third"));
}

TEST_F(http_server_test, answers_503_itself_when_the_application_does_not) {
  options.limits.answer_timeout = 50ms;
  http_respond late;
  application.request = [&](http_request, http_respond respond) { late = std::move(respond); };
  raw_peer peer{serve()};
  peer.send(get);
  EXPECT_THAT(peer.read_to_end(), StartsWith("HTTP/1.1 503 "));
  late({.body = "too late"});
}

TEST_F(http_server_test, an_exception_of_the_application_is_a_500_without_its_text) {
  application.request = [](http_request, http_respond) { throw std::runtime_error("secret"); };
  application.upgrade = [](const http_request&) -> upgrade_decision {
    throw std::runtime_error("secret");
  };
  const auto port = serve();
  raw_peer peer{port};
  peer.send(get);
  const auto answer = peer.read_response();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 500 "));
  EXPECT_TRUE(answer.ends_with("\r\n\r\ninternal error\n"));
  expect_refused("GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                 "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                 "500");
}

TEST_F(http_server_test, slow_heads_and_bodies_get_408) {
  options.limits.head_timeout = 60ms;
  options.limits.body_timeout = 60ms;
  echo();
  const auto port = serve();
  expect_refused("", "408");
  expect_refused("GET / HT", "408");
  expect_refused("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhe", "408");
  // One byte now and then does not help: the limit is for the whole head.
  raw_peer dripping{port};
  size_t sent = 0;
  while (sent < get.size() && dripping.send({&get[sent++], 1}) && !dripping.readable_within(5ms)) {
  }
  EXPECT_LT(sent, get.size());
  EXPECT_THAT(dripping.read_to_end(), StartsWith("HTTP/1.1 408 "));
}

TEST_F(http_server_test, idle_connections_are_closed_without_a_word) {
  options.limits.keep_alive = 50ms;
  echo();
  raw_peer peer{serve()};
  peer.send(get);
  peer.read_response();
  EXPECT_EQ(peer.read_to_end(), "");
}

TEST_F(http_server_test, refuses_what_is_too_large) {
  echo();
  serve();
  const std::string head = "GET / HTTP/1.1\r\nHost: x\r\n";
  expect_refused(head + "X: " + std::string(9000, 'a') + "\r\n\r\n", "431");
  expect_refused("GET /" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n", "414");
  expect_refused("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 65537\r\n\r\n", "413");
  expect_refused("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n11000\r\n" +
                     std::string(0x11000, 'a') + "\r\n0\r\n\r\n",
                 "413");
  raw_peer peer{server->port()};
  peer.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 65536\r\n\r\n" +
            std::string(65536, 'a'));
  EXPECT_THAT(peer.read_response(), StartsWith("HTTP/1.1 200"));
}

TEST_F(http_server_test, refuses_what_is_malformed) {
  echo();
  serve();
  expect_refused("hello\r\n\r\n", "400");
  expect_refused("GET / HTTP/2.5\r\n\r\n", "400");
  expect_refused(std::string{"GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n", 29}, "400");
  expect_refused("GET / HTTP/1.1\r\n\r\n", "400"); // no Host
  expect_refused("GET / HTTP/1.1\r\nHost x\r\n\r\n", "400");
  expect_refused("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", "400");
  expect_refused("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n"
                 "Transfer-Encoding: chunked\r\n\r\n",
                 "400");
  expect_refused("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "400");
  expect_refused("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", "501");
}

TEST_F(http_server_test, a_peer_that_only_listens_still_gets_its_answer) {
  echo();
  raw_peer peer{serve()};
  peer.send(get);
  peer.half_close();
  EXPECT_THAT(peer.read_to_end(), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST_F(http_server_test, counts_unsigned_connections_by_address) {
  options.limits.connections_per_address_max = 3;
  echo();
  const auto port = serve();
  std::vector<std::unique_ptr<raw_peer>> peers;
  for (int i = 0; i < 3; ++i) {
    peers.push_back(std::make_unique<raw_peer>(port));
    peers.back()->send("GET /403 HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(peers.back()->read_response(), StartsWith("HTTP/1.1 403"));
  }
  raw_peer refused{port};
  EXPECT_EQ(refused.read_to_end(), "");
  peers[0]->send(get); // an accepted request makes room
  EXPECT_THAT(peers[0]->read_response(), StartsWith("HTTP/1.1 200"));
  raw_peer welcome{port};
  welcome.send(get);
  EXPECT_THAT(welcome.read_response(), StartsWith("HTTP/1.1 200"));
}

TEST_F(http_server_test, an_accepted_request_that_waits_is_not_an_unsigned_connection) {
  options.limits.connections_per_address_max = 1;
  std::vector<http_respond> waiting;
  std::counting_semaphore<> asked{0};
  application.request = [&](http_request request, http_respond respond) {
    request.accept();
    waiting.push_back(std::move(respond));
    asked.release();
  };
  raw_peer first{serve()};
  first.send(get);
  ASSERT_TRUE(asked.try_acquire_for(5s));
  raw_peer second{server->port()};
  second.send(get);
  ASSERT_TRUE(asked.try_acquire_for(5s));
  for (const auto& respond : waiting)
    respond({.body = "at last"});
  EXPECT_TRUE(first.read_response().ends_with("at last"));
  EXPECT_TRUE(second.read_response().ends_with("at last"));
}

TEST_F(http_server_test, holds_no_more_connections_than_configured) {
  options.limits.connections_max = 2;
  echo();
  const auto port = serve();
  raw_peer first{port}, second{port};
  for (auto* peer : {&first, &second}) {
    peer->send(get);
    peer->read_response();
  }
  EXPECT_EQ(server->open_connections(), 2u);
  raw_peer third{port};
  EXPECT_EQ(third.read_to_end(), "");
}

TEST_F(http_server_test, believes_forwarded_addresses_of_trusted_proxies_only) {
  application.request = [](http_request request, http_respond respond) {
    respond({.body = request.remote_address});
  };
  const std::string forwarded =
      "GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 6.6.6.6, 203.0.113.9\r\n\r\n";
  raw_peer direct{serve()};
  direct.send(forwarded);
  EXPECT_TRUE(direct.read_response().ends_with("127.0.0.1"));
  TearDown();
  testing::shard_threads fresh{1};
  options.trusted_proxies = {"127.0.0.1"};
  options.limits.connections_per_address_max = 1;
  auto behind = std::move(*http_server::start(fresh.all(), options, application));
  raw_peer proxy{behind->port()};
  proxy.send(forwarded);
  EXPECT_TRUE(proxy.read_response().ends_with("203.0.113.9"));
  proxy.send("GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: <script>\r\n\r\n");
  EXPECT_TRUE(proxy.read_response().ends_with("127.0.0.1"));
  application.request = [](http_request, http_respond respond) { respond({.status = 403}); };
  proxy.send(forwarded);
  EXPECT_THAT(proxy.read_response(), StartsWith("HTTP/1.1 403"));
  raw_peer same_client{behind->port()};
  same_client.send(forwarded);
  EXPECT_THAT(same_client.read_response(), StartsWith("HTTP/1.1 429"));
  behind->close_all();
  fresh.stop();
  behind.reset();
}

TEST_F(http_server_test, spreads_connections_over_the_shards) {
  std::mutex mutex;
  std::set<std::pair<size_t, std::thread::id>> seen;
  application.request = [&](http_request request, http_respond respond) {
    const std::lock_guard lock{mutex};
    seen.emplace(request.shard, std::this_thread::get_id());
    respond({});
  };
  const auto port = serve();
  for (int i = 0; i < 64; ++i) {
    raw_peer peer{port};
    peer.send(get);
    peer.read_response();
  }
  const std::set<std::pair<size_t, std::thread::id>> expected{{0, shards.thread(0)},
                                                              {1, shards.thread(1)}};
  EXPECT_EQ(seen, expected);
}

TEST_F(http_server_test, says_what_is_wrong_when_it_cannot_listen) {
  options.port = serve();
  auto second = http_server::start(shards.all(), options, application);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, failure_kind::unavailable);
  EXPECT_THAT(second.error().context,
              StartsWith("127.0.0.1:" + std::to_string(options.port) + " is in use"));
  options.address = "localhost";
  EXPECT_EQ(http_server::start(shards.all(), options, application).error().kind,
            failure_kind::bad_input);
  options.address = "192.0.2.1"; // not ours
  EXPECT_EQ(http_server::start(shards.all(), options, application).error().kind,
            failure_kind::unavailable);
  options.address = "127.0.0.1";
  options.certificate_file = options.key_file = "/nonexistent.pem";
  EXPECT_THAT(http_server::start(shards.all(), options, application).error().context,
              HasSubstr("/nonexistent.pem"));
}

TEST_F(http_server_test, stops_gracefully_then_at_once) {
  testing::signals signals;
  http_respond pending;
  application.request = [&](http_request request, http_respond respond) {
    if (request.path() == "/slow")
      signals.change([&] { pending = std::move(respond); });
    else
      respond({});
  };
  const auto port = serve();
  raw_peer idle{port}, busy{port};
  idle.send(get);
  idle.read_response();
  busy.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(signals.wait([&] { return pending != nullptr; }));
  server->stop_accepting();
  for (size_t i = 0; i < 2; ++i)
    shards.run(i, [] {}); // each shard closes its own door
  EXPECT_EQ(idle.read_to_end(), "");
  EXPECT_THROW(raw_peer{port}, std::runtime_error);
  pending({.body = "done"});
  const auto answer = busy.read_to_end();
  EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
  EXPECT_TRUE(answer.ends_with("done"));
}

TEST_F(http_server_test, close_all_ends_requests_under_way) {
  testing::signals signals;
  bool asked = false;
  application.request = [&](http_request, http_respond) { signals.change([&] { asked = true; }); };
  raw_peer peer{serve()};
  peer.send(get);
  ASSERT_TRUE(signals.wait([&] { return asked; }));
  server->close_all();
  EXPECT_EQ(peer.read_to_end(), "");
}

} // namespace
} // namespace trunkline
