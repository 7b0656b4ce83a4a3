#include "infra/net/http_client.hpp"
#include "infra/net/http_server.hpp"
#include "infra/net/web_socket.hpp"
#include "protocol/web_socket/frame.hpp"

#include "tests/support/net.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace trunkline {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using testing::raw_peer;
using ::testing::StartsWith;
using web_socket_frame::opcode;

// Handler made of functions; notes how it was closed.
struct scripted_handler : web_socket_handler {
  std::function<void(std::string_view)> text, binary;
  std::function<void(uint16_t, std::string_view)> closed;
  void on_text(std::string_view message) override {
    if (text)
      text(message);
  }
  void on_binary(std::string_view message) override {
    if (binary)
      binary(message);
  }
  void on_closed(uint16_t code, std::string_view reason) override {
    if (closed)
      closed(code, reason);
  }
};

class web_socket_test : public ::testing::Test {
protected:
  void TearDown() override {
    if (server)
      server->close_all();
    sockets.clear();
    shards.stop();
    server.reset();
  }

  // Accepts on `home`, echoes text and binary as text, keeps the sockets, notes the end.
  void serve(size_t home = 0) {
    application.upgrade = [home](const http_request&) { return upgrade_accepted{home}; };
    application.open = [this](http_request head, std::shared_ptr<web_socket> socket) {
      auto handler = std::make_shared<scripted_handler>();
      auto* raw = socket.get();
      handler->text = [this, raw](std::string_view text) {
        if (on_text)
          on_text(*raw, text);
        else
          raw->send_text(std::string{text});
      };
      handler->binary = [raw](std::string_view bytes) {
        raw->send_text("binary " + std::to_string(bytes.size()));
      };
      handler->closed = [this](uint16_t code, std::string_view reason) {
        signals.change([&] { ended.emplace_back(code, reason); });
      };
      signals.change([&] {
        opened_on.push_back(std::this_thread::get_id());
        shards_seen.push_back(head.shard);
        if (keep)
          sockets.push_back(std::move(socket));
      });
      return handler;
    };
    auto started = http_server::start(shards.all(), options, application);
    ASSERT_TRUE(started) << started.error().context;
    server = std::move(*started);
  }

  std::string handshake(const std::string& extra = "") {
    return "GET /voice/stream HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Upgrade\r\n"
           "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
           extra + "\r\n";
  }

  std::unique_ptr<raw_peer> open() {
    auto peer = std::make_unique<raw_peer>(server->port());
    peer->send(handshake());
    const auto answer = peer->read_until("\r\n\r\n");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 101 "));
    EXPECT_THAT(answer, HasSubstr("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));
    return peer;
  }

  static std::string frame(opcode code, std::string_view payload, bool fin = true) {
    std::string bytes;
    web_socket_frame::append_frame(bytes, code, payload, 0x1234'5678);
    if (!fin)
      bytes[0] = static_cast<char>(bytes[0] & 0x7f);
    return bytes;
  }

  static std::string read_frame(raw_peer& peer, opcode code) {
    auto bytes = peer.read_bytes(2);
    if (bytes.size() < 2)
      return "<end>";
    const auto length = static_cast<uint8_t>(bytes[1]);
    bytes += peer.read_bytes(length == 127 ? 8 : length == 126 ? 2 : 0);
    web_socket_frame::header header;
    EXPECT_EQ(web_socket_frame::parse_header(bytes, header), web_socket_frame::parse_status::ok);
    EXPECT_EQ(header.code, code);
    return peer.read_bytes(header.payload_bytes);
  }

  static uint16_t read_close(raw_peer& peer) {
    const auto payload = read_frame(peer, opcode::close);
    const auto reason = web_socket_frame::parse_close(payload);
    return reason ? reason->code : 0;
  }

  bool ended_with(uint16_t code) {
    return signals.wait([&] { return !ended.empty(); }) && ended.size() == 1 &&
           ended[0].first == code;
  }

  // Sends bytes on a fresh socket and expects this close code on both sides, then the end.
  void expect_closed(const std::string& bytes, uint16_t code) {
    signals.change([&] { ended.clear(); });
    const auto peer = open();
    peer->send(bytes);
    EXPECT_EQ(read_close(*peer), code);
    EXPECT_TRUE(ended_with(code)) << code;
    peer->half_close();
    EXPECT_EQ(peer->read_to_end(), "");
  }

  testing::shard_threads shards{2};
  http_server_options options;
  testing::scripted_application application;
  testing::signals signals;
  std::vector<std::pair<uint16_t, std::string>> ended;
  std::vector<std::thread::id> opened_on;
  std::vector<size_t> shards_seen;
  std::vector<std::shared_ptr<web_socket>> sockets;
  std::function<void(web_socket&, std::string_view)> on_text;
  bool keep = true;
  std::unique_ptr<http_server> server; // ends before what it uses
};

TEST_F(web_socket_test, echoes_messages_of_every_size_up_to_the_limit) {
  serve();
  const auto peer = open();
  for (const size_t size : {0u, 1u, 125u, 126u, 5000u, 65535u, 65536u}) {
    const std::string text(size, 'a');
    peer->send(frame(opcode::text, text));
    EXPECT_EQ(read_frame(*peer, opcode::text), text);
  }
  peer->send(frame(opcode::binary, std::string("\xff\0", 2)));
  EXPECT_EQ(read_frame(*peer, opcode::text), "binary 2");
}

TEST_F(web_socket_test, every_socket_lives_on_its_home_shard) {
  serve(1);
  std::vector<std::unique_ptr<raw_peer>> peers;
  for (int i = 0; i < 40; ++i) { // on two listeners, so about half must be handed over
    peers.push_back(open());
    peers.back()->send(frame(opcode::text, "x"));
    EXPECT_EQ(read_frame(*peers.back(), opcode::text), "x");
  }
  EXPECT_EQ(opened_on, std::vector<std::thread::id>(40, shards.thread(1)));
  EXPECT_EQ(shards_seen, std::vector<size_t>(40, 1));
  EXPECT_EQ(server->open_connections(), 40u);
}

TEST_F(web_socket_test, an_open_socket_does_not_count_as_an_unsigned_connection) {
  options.limits.connections_per_address_max = 2;
  serve(1);
  std::vector<std::unique_ptr<raw_peer>> peers;
  for (int i = 0; i < 10; ++i)
    peers.push_back(open());
  EXPECT_EQ(opened_on.size(), 10u);
}

TEST_F(web_socket_test, puts_fragments_together_and_answers_pings_between_them) {
  serve();
  const auto peer = open();
  peer->send(frame(opcode::text, "one ", false) + frame(opcode::ping, "p") +
             frame(opcode::more, "two ", false) + frame(opcode::pong, "unasked") +
             frame(opcode::more, "three"));
  EXPECT_EQ(read_frame(*peer, opcode::pong), "p");
  EXPECT_EQ(read_frame(*peer, opcode::text), "one two three");
}

TEST_F(web_socket_test, understands_frames_that_arrive_byte_by_byte) {
  serve();
  const auto peer = open();
  for (const char c : frame(opcode::text, "slowly") + frame(opcode::text, "but surely"))
    peer->send({&c, 1});
  EXPECT_EQ(read_frame(*peer, opcode::text), "slowly");
  EXPECT_EQ(read_frame(*peer, opcode::text), "but surely");
}

TEST_F(web_socket_test, keeps_the_order_of_many_messages) {
  on_text = [](web_socket& socket, std::string_view) {
    for (int i = 0; i < 2000; ++i)
      socket.send_text(std::to_string(i));
  };
  serve();
  const auto peer = open();
  peer->send(frame(opcode::text, "go"));
  for (int i = 0; i < 2000; ++i)
    ASSERT_EQ(read_frame(*peer, opcode::text), std::to_string(i));
}

TEST_F(web_socket_test, closes_when_a_limit_or_the_protocol_is_broken) {
  serve(1);
  expect_closed(frame(opcode::text, std::string(65537, 'a')), 1009);
  expect_closed(frame(opcode::text, std::string(40000, 'a'), false) +
                    frame(opcode::more, std::string(40000, 'a')),
                1009);
  // The header alone is enough: nobody waits for 8 EiB.
  expect_closed(std::string{"\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\0\0\0\0", 14}, 1009);
  expect_closed(frame(opcode::text, "\xff\xfe"), 1007);
  expect_closed(frame(opcode::text, "a\xe2\x82", false) + frame(opcode::more, "x"), 1007);
  std::string unmasked;
  web_socket_frame::append_frame(unmasked, opcode::text, "hello");
  expect_closed(unmasked, 1002);
  expect_closed(frame(opcode::more, "continues nothing"), 1002);
  expect_closed(frame(opcode::text, "a", false) + frame(opcode::text, "b"), 1002);
  expect_closed("\xc1\x80", 1002);                       // reserved bit: compression
  expect_closed(frame(opcode::close, "\x03"), 1002);     // half a code
  expect_closed(frame(opcode::close, "\x03\xed"), 1002); // 1005 may not be sent
}

TEST_F(web_socket_test, a_character_split_between_fragments_is_whole) {
  serve();
  const auto peer = open();
  peer->send(frame(opcode::text, "\xe2\x82", false) + frame(opcode::more, "\xac"));
  EXPECT_EQ(read_frame(*peer, opcode::text), "\xe2\x82\xac");
}

TEST_F(web_socket_test, reports_how_the_peer_ended_it) {
  serve();
  const auto polite = open();
  polite->send(frame(opcode::close, web_socket_frame::close_payload(4001, "done")));
  EXPECT_EQ(read_close(*polite), 4001);
  EXPECT_EQ(polite->read_to_end(), "");
  ASSERT_TRUE(ended_with(4001));
  EXPECT_EQ(ended[0].second, "done");
  signals.change([&] { ended.clear(); });
  open()->half_close();
  EXPECT_TRUE(ended_with(1006));
  signals.change([&] { ended.clear(); });
  open()->reset();
  EXPECT_TRUE(ended_with(1006));
}

TEST_F(web_socket_test, closes_from_our_side_with_a_handshake) {
  on_text = [](web_socket& socket, std::string_view) {
    socket.send_text("last words");
    socket.close(1000, "bye");
    socket.close(1001, "a second close is nothing");
    EXPECT_FALSE(socket.send_text("after the close"));
  };
  serve();
  const auto peer = open();
  peer->send(frame(opcode::text, "x") + frame(opcode::text, "ignored"));
  EXPECT_EQ(read_frame(*peer, opcode::text), "last words");
  EXPECT_EQ(read_close(*peer), 1000);
  peer->send(frame(opcode::close, web_socket_frame::close_payload(1000, "")));
  EXPECT_EQ(peer->read_to_end(), "");
  EXPECT_TRUE(ended_with(1000));
  EXPECT_EQ(ended[0].second, "bye");
}

TEST_F(web_socket_test, cuts_a_peer_that_does_not_answer_the_close) {
  on_text = [](web_socket& socket, std::string_view) { socket.close(1000, ""); };
  serve();
  const auto peer = open();
  peer->send(frame(opcode::text, "x"));
  EXPECT_EQ(read_close(*peer), 1000);
  EXPECT_EQ(peer->read_to_end(), ""); // after 2 s
  EXPECT_TRUE(ended_with(1000));
}

TEST_F(web_socket_test, gives_up_on_a_peer_that_never_reads) {
  size_t accepted = 0;
  on_text = [&](web_socket& socket, std::string_view) {
    const std::string chunk(60'000, 'a');
    while (socket.send_text(chunk)) {
      ++accepted;
      ASSERT_LE(socket.queued_bytes(), 1024u * 1024);
    }
  };
  serve();
  const auto peer = open();
  peer->send(frame(opcode::text, "x"));
  EXPECT_TRUE(ended_with(1013));
  EXPECT_GE(accepted, 16u);
}

TEST_F(web_socket_test, the_owner_may_let_go_at_any_point) {
  keep = false; // in on_open already
  serve(1);
  const auto at_open = open();
  EXPECT_EQ(read_close(*at_open), 1011);
  at_open->half_close();
  EXPECT_TRUE(ended_with(1011));
  keep = true;
  on_text = [&](web_socket&, std::string_view) { signals.change([&] { sockets.clear(); }); };
  signals.change([&] { ended.clear(); });
  const auto inside_callback = open();
  inside_callback->send(frame(opcode::text, "x") + frame(opcode::text, "y"));
  EXPECT_EQ(read_close(*inside_callback), 1011);
  inside_callback->half_close();
  EXPECT_TRUE(ended_with(1011));
}

TEST_F(web_socket_test, an_application_that_throws_or_declines_closes_with_1011) {
  on_text = [](web_socket&, std::string_view) { throw std::runtime_error("secret"); };
  serve();
  expect_closed(frame(opcode::text, "x"), 1011);
  application.open = [](http_request, std::shared_ptr<web_socket>) { return nullptr; };
  EXPECT_EQ(read_close(*open()), 1011);
  application.open = [](http_request,
                        std::shared_ptr<web_socket>) -> std::shared_ptr<web_socket_handler> {
    throw std::runtime_error("secret");
  };
  EXPECT_EQ(read_close(*open()), 1011);
}

TEST_F(web_socket_test, refuses_handshakes_that_are_none) {
  serve();
  const auto answer_to = [&](const std::string& bytes) {
    raw_peer peer{server->port()};
    peer.send(bytes);
    peer.half_close();
    return peer.read_to_end();
  };
  const auto without = [&](const std::string& text, const std::string& instead) {
    auto head = handshake();
    return head.replace(head.find(text), text.size(), instead);
  };
  EXPECT_THAT(answer_to(without("Version: 13", "Version: 8")), StartsWith("HTTP/1.1 426 "));
  EXPECT_THAT(answer_to(without("dGhlIHNhbXBsZSBub25jZQ==", "short")), StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(answer_to(without("GET", "POST")), StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(answer_to(handshake() + frame(opcode::text, "early")), StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(answer_to(handshake("Content-Length: 2\r\n")), StartsWith("HTTP/1.1 400"));
  application.upgrade = [](const http_request&) {
    return upgrade_refused{{.status = 403, .body = "wrong signature\n"}};
  };
  EXPECT_THAT(answer_to(handshake()), StartsWith("HTTP/1.1 403"));
}

TEST_F(web_socket_test, close_all_tells_both_sides) {
  serve(1);
  const auto peer = open();
  peer->send(frame(opcode::text, "x"));
  read_frame(*peer, opcode::text);
  server->stop_accepting();
  peer->send(frame(opcode::text, "open sockets stay"));
  EXPECT_EQ(read_frame(*peer, opcode::text), "open sockets stay");
  server->close_all();
  EXPECT_EQ(read_close(*peer), 1001);
  EXPECT_EQ(peer->read_to_end(), "");
  EXPECT_TRUE(ended_with(1001));
}

// The client side, against our own server.
class web_socket_client_test : public web_socket_test {
protected:
  client_request request() {
    client_request request;
    request.url = "ws://127.0.0.1:" + std::to_string(server->port()) + "/voice/stream";
    return request;
  }

  std::shared_ptr<scripted_handler> handler() {
    auto made = std::make_shared<scripted_handler>();
    made->text = [this](std::string_view text) {
      signals.change([&] { heard.emplace_back(text); });
    };
    made->closed = [this](uint16_t code, std::string_view reason) {
      signals.change([&] { client_ended.emplace_back(code, reason); });
    };
    return made;
  }

  result<std::shared_ptr<web_socket>> connect(client_request what) {
    std::optional<result<std::shared_ptr<web_socket>>> answer;
    web_socket_connect(shards.io(0), std::move(what), handler(),
                       [&](auto opened) { signals.change([&] { answer = std::move(opened); }); });
    EXPECT_TRUE(signals.wait([&] { return answer.has_value(); }));
    return *answer;
  }

  std::vector<std::string> heard;
  std::vector<std::pair<uint16_t, std::string>> client_ended;
};

TEST_F(web_socket_client_test, talks_to_the_server_and_closes) {
  serve(1);
  auto socket = connect(request());
  ASSERT_TRUE(socket) << socket.error().context;
  shards.run(0, [&] {
    for (int i = 0; i < 100; ++i)
      (*socket)->send_text("message " + std::to_string(i));
  });
  ASSERT_TRUE(signals.wait([&] { return heard.size() == 100; }));
  EXPECT_EQ(heard[99], "message 99");
  shards.run(0, [&] { (*socket)->close(1000, "done"); });
  EXPECT_TRUE(ended_with(1000));
  EXPECT_TRUE(signals.wait([&] { return client_ended.size() == 1; }));
  EXPECT_EQ(client_ended[0].first, 1000);
  shards.run(0, [&] { socket->reset(); });
}

TEST_F(web_socket_client_test, hears_what_comes_with_the_handshake_and_the_servers_close) {
  application.upgrade = [](const http_request&) { return upgrade_accepted{0}; };
  application.open = [&](http_request, std::shared_ptr<web_socket> socket) {
    socket->send_text("welcome");
    socket->close(4000, "that was all");
    return std::make_shared<scripted_handler>();
  };
  server = std::move(*http_server::start(shards.all(), options, application));
  auto socket = connect(request());
  ASSERT_TRUE(socket);
  EXPECT_TRUE(signals.wait([&] { return client_ended.size() == 1; }));
  EXPECT_EQ(heard, std::vector<std::string>{"welcome"});
  EXPECT_EQ(client_ended[0], (std::pair<uint16_t, std::string>{4000, "that was all"}));
  shards.run(0, [&] { socket->reset(); });
}

TEST_F(web_socket_client_test, tells_refusals_apart) {
  serve();
  unsigned status = 403;
  application.upgrade = [&](const http_request&) { return upgrade_refused{{.status = status}}; };
  EXPECT_EQ(connect(request()).error().kind, failure_kind::unauthorized);
  status = 503;
  const auto refused = connect(request());
  EXPECT_EQ(refused.error().kind, failure_kind::unreachable);
  EXPECT_THAT(refused.error().context, HasSubstr("503"));
}

} // namespace
} // namespace trunkline
