#include "infra/net/http_client.hpp"
#include "infra/net/http_server.hpp"

#include "tests/support/certificates.hpp"
#include "tests/support/net.hpp"
#include "tests/support/paths.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <cstdlib>
#include <future>

namespace trunkline {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using tcp = boost::asio::ip::tcp;

// Accepts one connection, reads until an empty line, says `answer`, holds the line until dropped.
class one_answer {
public:
  explicit one_answer(std::string answer, bool close = true, bool read_first = true)
      : thread_([this, answer = std::move(answer), close, read_first] {
          boost::system::error_code ignored;
          tcp::socket peer{io_};
          listener_.accept(peer, ignored);
          std::string got;
          while (read_first && got.find("\r\n\r\n") == std::string::npos) {
            std::array<char, 1024> chunk{};
            const auto n = peer.read_some(boost::asio::buffer(chunk), ignored);
            if (ignored)
              break;
            got.append(chunk.data(), n);
          }
          head_.set_value(got);
          boost::asio::write(peer, boost::asio::buffer(answer), ignored);
          if (!close)
            release_.get_future().wait();
        }) {}
  ~one_answer() {
    release_.set_value();
    tcp::socket wake{io_}; // in case nobody came
    boost::system::error_code ignored;
    wake.connect(listener_.local_endpoint(), ignored);
    thread_.join();
  }
  one_answer(const one_answer&) = delete;
  one_answer& operator=(const one_answer&) = delete;
  std::string url() const {
    return "http://127.0.0.1:" + std::to_string(listener_.local_endpoint().port()) + "/x?y=1";
  }
  std::string head() { return head_.get_future().get(); }

private:
  boost::asio::io_context io_;
  tcp::acceptor listener_{io_, {boost::asio::ip::address_v4::loopback(), 0}};
  std::promise<void> release_;
  std::promise<std::string> head_;
  std::thread thread_;
};

class http_client_test : public ::testing::Test {
protected:
  result<http_response> fetch(client_request request) {
    std::promise<result<http_response>> answer;
    http_fetch(shards.io(), std::move(request), [&](auto got) {
      EXPECT_EQ(std::this_thread::get_id(), shards.thread(0));
      answer.set_value(std::move(got));
    });
    return answer.get_future().get();
  }

  result<http_response> fetch(const std::string& url, client_timeouts timeouts = {}) {
    client_request request;
    request.url = url;
    request.timeouts = timeouts;
    return fetch(std::move(request));
  }

  testing::shard_threads shards{1};
};

TEST_F(http_client_test, sends_a_request_and_returns_any_complete_answer) {
  one_answer server{"HTTP/1.1 418 Odd\r\nContent-Type: text/odd\r\nX-A: b\r\n"
                    "Content-Length: 5\r\n\r\nhello"};
  client_request request;
  request.method = "POST";
  request.url = server.url();
  request.headers = {{"X-Twilio-Signature", "s"}};
  request.body = "a=1";
  const auto answer = fetch(std::move(request));
  ASSERT_TRUE(answer) << answer.error().context;
  EXPECT_EQ(answer->status, 418u);
  EXPECT_EQ(answer->body, "hello");
  EXPECT_EQ(answer->content_type, "text/odd");
  EXPECT_EQ(answer->header("x-a"), "b");
  const auto head = server.head();
  EXPECT_THAT(head, ::testing::StartsWith("POST /x?y=1 HTTP/1.1\r\nHost: 127.0.0.1:"));
  EXPECT_THAT(head, HasSubstr("\r\nContent-Length: 3\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nX-Twilio-Signature: s\r\n"));
}

TEST_F(http_client_test, reads_chunks_interim_answers_and_bodies_without_length) {
  one_answer chunked{"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"
                     "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"};
  EXPECT_EQ(fetch(chunked.url())->body, "abc");
  one_answer until_end{"HTTP/1.0 200 OK\r\n\r\nall of it"};
  EXPECT_EQ(fetch(until_end.url())->body, "all of it");
  one_answer empty{"HTTP/1.1 204 No Content\r\n\r\n", false};
  EXPECT_EQ(fetch(empty.url())->status, 204u);
}

// Who waits may be waited for by what it holds: an answer that never comes must let go of it.
TEST_F(http_client_test, forgets_what_its_loop_left_undone) {
  for (const bool sent : {false, true}) {
    one_answer server{"", false, sent};
    client_request request;
    request.url = server.url();
    auto held = std::make_shared<int>();
    const std::weak_ptr<int> left = held;
    {
      boost::asio::io_context io;
      http_fetch(io, request, [held](auto) { ADD_FAILURE() << "nobody answered"; });
      held.reset();
      std::thread until_it_is_there{[&] {
        if (sent)
          server.head();
        io.stop();
      }};
      if (sent)
        io.run();
      until_it_is_there.join();
      EXPECT_FALSE(left.expired());
    }
    EXPECT_TRUE(left.expired()) << (sent ? "while it was answered" : "while it connected");
  }
}

TEST_F(http_client_test, a_silent_server_times_out_at_the_first_byte) {
  one_answer server{"", false};
  const auto answer = fetch(server.url(), {2000ms, 80ms, 5000ms});
  EXPECT_EQ(answer.error().kind, failure_kind::timeout);
  EXPECT_TRUE(answer.error().retryable);
  EXPECT_THAT(answer.error().context, HasSubstr("first byte"));
}

TEST_F(http_client_test, a_slow_server_times_out_as_a_whole) {
  one_answer server{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this", false};
  const auto answer = fetch(server.url(), {2000ms, 2000ms, 120ms});
  EXPECT_EQ(answer.error().kind, failure_kind::timeout);
  EXPECT_THAT(answer.error().context, HasSubstr("answer"));
}

TEST_F(http_client_test, tells_garbage_truncation_and_size_apart) {
  one_answer garbage{"220 mail.example.test ESMTP\r\n\r\n"};
  EXPECT_EQ(fetch(garbage.url()).error().kind, failure_kind::bad_input);
  one_answer truncated{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this"};
  EXPECT_EQ(fetch(truncated.url()).error().kind, failure_kind::unreachable);
  one_answer half_head{"HTTP/1.1 200 OK\r\nConte"};
  EXPECT_EQ(fetch(half_head.url()).error().kind, failure_kind::unreachable);
  one_answer nothing{""};
  EXPECT_EQ(fetch(nothing.url()).error().kind, failure_kind::unreachable);
  for (const std::string head : {"Content-Length: 5000\r\n\r\n", "\r\n"}) {
    one_answer large{"HTTP/1.1 200 OK\r\n" + head + std::string(5000, 'a')};
    client_request request;
    request.url = large.url();
    request.body_bytes_max = 4000;
    EXPECT_EQ(fetch(std::move(request)).error().kind, failure_kind::bad_input);
  }
  one_answer long_head{"HTTP/1.1 200 OK\r\nX: " + std::string(40'000, 'a') + "\r\n\r\n"};
  EXPECT_EQ(fetch(long_head.url()).error().kind, failure_kind::bad_input);
}

TEST_F(http_client_test, says_when_nobody_is_there) {
  boost::asio::io_context io;
  tcp::acceptor gone{io, {boost::asio::ip::address_v4::loopback(), 0}};
  const auto port = std::to_string(gone.local_endpoint().port());
  gone.close();
  const auto refused = fetch("http://127.0.0.1:" + port + "/");
  EXPECT_EQ(refused.error().kind, failure_kind::unreachable);
  EXPECT_THAT(refused.error().context, HasSubstr("127.0.0.1:" + port));
  EXPECT_EQ(fetch("http://[::1/").error().kind, failure_kind::bad_input);
  client_request smuggling;
  smuggling.url = "http://127.0.0.1:" + port + "/";
  smuggling.headers = {{"X", "a\r\nY: b"}};
  EXPECT_EQ(fetch(std::move(smuggling)).error().kind, failure_kind::bad_input);
}

TEST(url_test, takes_urls_apart) {
  const auto plain = parse_url("http://Host.example:8080/a/b?c=d#e");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->host, "Host.example");
  EXPECT_EQ(plain->port, 8080);
  EXPECT_EQ(plain->target, "/a/b?c=d");
  EXPECT_FALSE(plain->secure());
  EXPECT_EQ(parse_url("HTTPS://h")->port, 443);
  EXPECT_EQ(parse_url("https://h")->target, "/");
  EXPECT_EQ(parse_url("ws://h?x")->target, "/?x");
  EXPECT_EQ(parse_url("ws://h")->port, 80);
  EXPECT_TRUE(parse_url("wss://[::1]:9/")->secure());
  EXPECT_EQ(parse_url("wss://[::1]:9/")->host, "::1");
  for (const auto* bad :
       {"", "h", "/a", "ftp://h/", "http://", "http://:80/", "http://h:0/", "http://h:65536/",
        "http://h:8x/", "http://u:p@h/", "http://h/a b", "http://h/\r\nX: y", "http://h/\xc3\xa9"})
    EXPECT_EQ(parse_url(bad).error().kind, failure_kind::bad_input) << bad;
}

// TLS, with an authority of our own. SSL_CERT_FILE is read at each connection.
class tls_test : public http_client_test {
protected:
  void SetUp() override {
    trusted.issue("good", "DNS:localhost,IP:127.0.0.1");
    trusted.issue("other", "DNS:other.example.test");
    unknown.issue("good", "DNS:localhost,IP:127.0.0.1");
    ::setenv("SSL_CERT_FILE", trusted.root_file().c_str(), 1);
    application.request = [](http_request request, http_respond respond) {
      respond({.body = "secret " + request.body});
    };
  }

  void TearDown() override {
    if (server)
      server->close_all();
    shards.stop();
    server.reset();
    ::unsetenv("SSL_CERT_FILE");
  }

  void serve(const testing::certificate_authority& authority, const std::string& name) {
    if (server)
      server->close_all();
    options.certificate_file = authority.certificate_file(name);
    options.key_file = authority.key_file(name);
    auto started = http_server::start(shards.all(), options, application);
    ASSERT_TRUE(started) << started.error().context;
    servers.push_back(std::move(server));
    server = std::move(*started);
  }

  std::string url(const std::string& scheme = "https", const std::string& host = "127.0.0.1") {
    return scheme + "://" + host + ":" + std::to_string(server->port()) + "/";
  }

  testing::temp_dir here, there;
  testing::certificate_authority trusted{here.path()}, unknown{there.path()};
  http_server_options options;
  testing::scripted_application application;
  std::vector<std::unique_ptr<http_server>> servers;
  std::unique_ptr<http_server> server;
};

TEST_F(tls_test, talks_to_a_server_it_can_verify) {
  serve(trusted, "good");
  const auto by_address = fetch(url());
  ASSERT_TRUE(by_address) << by_address.error().context;
  EXPECT_EQ(by_address->body, "secret ");
  EXPECT_EQ(fetch(url("https", "localhost"))->status, 200u);
}

TEST_F(tls_test, refuses_wrong_names_and_unknown_authorities) {
  serve(trusted, "other");
  EXPECT_EQ(fetch(url()).error().kind, failure_kind::unreachable);
  EXPECT_THAT(fetch(url("https", "localhost")).error().context, HasSubstr("verify failed"));
  serve(unknown, "good");
  EXPECT_THAT(fetch(url()).error().context, HasSubstr("TLS with 127.0.0.1"));
}

TEST_F(tls_test, the_server_refuses_tls_before_1_2_and_plain_text) {
  serve(trusted, "good");
  namespace ssl = boost::asio::ssl;
  boost::asio::io_context io;
  ssl::context old{ssl::context::tls_client};
  SSL_CTX_set_security_level(old.native_handle(), 0); // else this side refuses on its own
  SSL_CTX_set_min_proto_version(old.native_handle(), TLS1_1_VERSION);
  SSL_CTX_set_max_proto_version(old.native_handle(), TLS1_1_VERSION);
  ssl::stream<tcp::socket> stream{io, old};
  stream.lowest_layer().connect({boost::asio::ip::address_v4::loopback(), server->port()});
  boost::system::error_code error;
  stream.handshake(ssl::stream_base::client, error);
  EXPECT_TRUE(error);
  EXPECT_THAT(error.message(), HasSubstr("protocol version"));
  testing::raw_peer plain{server->port()};
  plain.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(plain.read_to_end(), ::testing::Not(HasSubstr("HTTP/1.1 200")));
}

TEST_F(tls_test, the_client_refuses_a_server_that_offers_tls_1_1_only) {
  namespace ssl = boost::asio::ssl;
  boost::asio::io_context io;
  tcp::acceptor listener{io, {boost::asio::ip::address_v4::loopback(), 0}};
  std::thread old_server{[&] {
    ssl::context old{ssl::context::tls_server};
    SSL_CTX_set_security_level(old.native_handle(), 0);
    SSL_CTX_set_min_proto_version(old.native_handle(), TLS1_1_VERSION);
    SSL_CTX_set_max_proto_version(old.native_handle(), TLS1_1_VERSION);
    old.use_certificate_chain_file(trusted.certificate_file("good"));
    old.use_private_key_file(trusted.key_file("good"), ssl::context::pem);
    ssl::stream<tcp::socket> stream{io, old};
    listener.accept(stream.lowest_layer());
    boost::system::error_code error;
    stream.handshake(ssl::stream_base::server, error);
    EXPECT_TRUE(error);
  }};
  const auto answer =
      fetch("https://127.0.0.1:" + std::to_string(listener.local_endpoint().port()) + "/");
  EXPECT_EQ(answer.error().kind, failure_kind::unreachable);
  old_server.join();
}

TEST_F(tls_test, a_peer_that_never_starts_tls_is_cut) {
  options.limits.handshake_timeout = 60ms;
  serve(trusted, "good");
  testing::raw_peer silent{server->port()};
  EXPECT_EQ(silent.read_to_end(), "");
  one_answer mute{"", false, false};
  auto secure = mute.url();
  secure.replace(0, 4, "https");
  EXPECT_EQ(fetch(secure, {80ms, 2000ms, 5000ms}).error().kind, failure_kind::timeout);
}

TEST_F(tls_test, sockets_work_over_tls_where_they_were_accepted) {
  struct echo : web_socket_handler {
    std::shared_ptr<web_socket> socket;
    void on_text(std::string_view text) override { socket->send_text(std::string{text}); }
    void on_binary(std::string_view) override {}
    void on_closed(uint16_t, std::string_view) override { socket.reset(); }
  };
  struct listener : web_socket_handler {
    std::promise<std::string> heard;
    void on_text(std::string_view text) override { heard.set_value(std::string{text}); }
    void on_binary(std::string_view) override {}
    void on_closed(uint16_t, std::string_view) override {}
  };
  application.upgrade = [](const http_request&) { return upgrade_accepted{7}; };
  application.open = [](http_request head, std::shared_ptr<web_socket> socket) {
    EXPECT_EQ(head.shard, 0u);
    auto made = std::make_shared<echo>();
    made->socket = std::move(socket);
    return made;
  };
  serve(trusted, "good");
  client_request request;
  request.url = url("wss");
  auto ear = std::make_shared<listener>();
  std::promise<result<std::shared_ptr<web_socket>>> opened;
  web_socket_connect(shards.io(), std::move(request), ear,
                     [&](auto answer) { opened.set_value(std::move(answer)); });
  auto socket = opened.get_future().get();
  ASSERT_TRUE(socket) << socket.error().context;
  const std::string large(60'000, 'x');
  shards.run(0, [&] { (*socket)->send_text(large); });
  EXPECT_EQ(ear->heard.get_future().get(), large);
  shards.run(0, [&] { socket->reset(); });
}

} // namespace
} // namespace trunkline
