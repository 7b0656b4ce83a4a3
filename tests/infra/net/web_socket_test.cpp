#include "tests/infra/net/web_socket_fixture.hpp"

#include <stdexcept>

namespace trunkline {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using testing::raw_peer;
using testing::scripted_handler;
using ::testing::StartsWith;
using web_socket_frame::opcode;

class web_socket_test : public testing::web_socket_fixture {};

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

} // namespace
} // namespace trunkline
