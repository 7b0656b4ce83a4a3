#pragma once

#include "infra/net/http_client.hpp"
#include "infra/net/http_server.hpp"
#include "infra/net/web_socket.hpp"
#include "protocol/web_socket/frame.hpp"

#include "tests/support/net.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trunkline::testing {

using web_socket_frame::opcode;

/// Handler made of functions; notes how it was closed.
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

/// Two shards, a server whose sockets echo, and peers that speak the protocol by hand.
class web_socket_fixture : public ::testing::Test {
protected:
  void TearDown() override {
    if (server)
      server->close_all();
    shards.stop();
    sockets.clear(); // which are their shard's alone
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
    EXPECT_THAT(answer, ::testing::StartsWith("HTTP/1.1 101 "));
    EXPECT_THAT(answer,
                ::testing::HasSubstr("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));
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

  shard_threads shards{2};
  http_server_options options;
  scripted_application application;
  trunkline::testing::signals signals;
  std::vector<std::pair<uint16_t, std::string>> ended;
  std::vector<std::thread::id> opened_on;
  std::vector<size_t> shards_seen;
  std::vector<std::shared_ptr<web_socket>> sockets;
  std::function<void(web_socket&, std::string_view)> on_text;
  bool keep = true;
  std::unique_ptr<http_server> server; // ends before what it uses
};

} // namespace trunkline::testing
