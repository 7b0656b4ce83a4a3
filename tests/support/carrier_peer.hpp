#pragma once

#include "infra/net/http_client.hpp"
#include "protocol/twilio/form.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace trunkline::testing {

using namespace std::chrono_literals;

/// A stream's TwiML, as the carrier reads it.
struct stream_offer {
  std::string url, token;
};
/// The TwiML's stream; empty when there is none.
stream_offer offer_in(const std::string& twiml);

/// A carrier's socket that says exactly what the test wants; on its peer's io_context.
class raw_stream : public web_socket_handler {
public:
  void on_text(std::string_view message) override { received.emplace_back(message); }
  void on_binary(std::string_view) override {}
  void on_closed(uint16_t code, std::string_view) override { closed = code; }

  void send(std::string message) {
    if (socket)
      socket->send_text(std::move(message));
  }
  /// What the carrier says first: connected and start.
  void send_start(const std::string& call_sid, const std::string& token);

  std::vector<std::string> received;
  uint16_t closed = 0; ///< 0: open
  std::string refused; ///< why the handshake failed
  std::shared_ptr<web_socket> socket;
};

/// The carrier's side of an engine, by hand: signed webhooks and sockets. Everything runs on the
/// test's thread, inside wait() and what uses it.
class carrier_peer {
public:
  static constexpr const char* token = "test-token"; ///< TWILIO_AUTH_TOKEN of the engine

  carrier_peer() = default;
  carrier_peer(const carrier_peer&) = delete;
  /// A stream and its socket hold each other until the socket closes, which some tests do not
  /// await.
  ~carrier_peer();

  /// Runs the carrier until `condition` holds; false after `limit`.
  bool wait(const std::function<bool()>& condition, std::chrono::milliseconds limit = 10s);

  /// status 0 and the reason as body when there was no HTTP answer.
  http_response fetch(client_request request);
  /// A webhook request, signed with the token unless another signature is given.
  client_request webhook(const std::string& path, const form_fields& fields) const;
  http_response post(const std::string& path, const form_fields& fields);
  /// The usual fields of a call that begins.
  static form_fields ringing(const std::string& call_sid, const std::string& from = "+15550100001");
  /// Calls and takes the stream that is offered; a test failure when none is.
  stream_offer offered_stream(const std::string& call_sid);
  std::shared_ptr<raw_stream> open_stream(const std::string& url, bool with_signature = true);

  boost::asio::io_context io{1};
  std::string url; ///< of the engine's public listener

private:
  std::vector<std::weak_ptr<raw_stream>> streams_;
};

} // namespace trunkline::testing
