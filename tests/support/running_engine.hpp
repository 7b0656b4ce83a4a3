#pragma once

#include "actors/engine/embedded_providers.hpp"
#include "actors/engine/engine.hpp"
#include "bench/carrier/simulated_call.hpp"
#include "tests/support/fake_speech.hpp"
#include "tests/support/paths.hpp"

#include <boost/asio/io_context.hpp>
#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace trunkline::testing {

using namespace std::chrono_literals;

/// A stream's TwiML, as the carrier reads it.
struct stream_offer {
  std::string url, token;
};

/// A carrier's socket that says exactly what the test wants; on the engine fixture's io_context.
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

/// An engine in this process on free loopback ports, with SQLite in a directory of its own, the
/// sample practice, told speech and the embedded agent (or embedded speech), and the carrier that
/// calls it. Its clock starts on Saturday, 21 November 2026, 10:00 in New York. The carrier's side
/// runs on the test's thread, inside wait() and what uses it.
class running_engine {
public:
  enum class speech { told, embedded };
  using change = std::function<void(engine_config&)>;

  explicit running_engine(const change& configure = {}, speech kind = speech::told);
  ~running_engine();

  /// Runs the carrier until `condition` holds; false after `limit`.
  bool wait(const std::function<bool()>& condition, std::chrono::milliseconds limit = 10s);

  std::string public_url(const std::string& path) const;
  std::string admin_url(const std::string& path) const;
  /// status 0 and the reason as body when there was no HTTP answer.
  http_response fetch(client_request request);
  http_response get(const std::string& admin_path);
  /// Parsed body of an admin page that must be 200; discarded value otherwise.
  nlohmann::json get_json(const std::string& admin_path);
  nlohmann::json call(const std::string& call_sid);
  /// The call as stored, once its outcome is known; at most 10 s.
  nlohmann::json ended_call(const std::string& call_sid);

  /// A webhook request, signed with the token unless another signature is given.
  client_request webhook(const std::string& path, const form_fields& fields) const;
  http_response post(const std::string& path, const form_fields& fields);
  /// The usual fields of a call that begins.
  static form_fields ringing(const std::string& call_sid, const std::string& from = "+15550100001");
  /// Calls and takes the stream that is offered; a test failure when none is.
  stream_offer offered_stream(const std::string& call_sid);
  std::shared_ptr<raw_stream> open_stream(const std::string& url, bool with_signature = true);

  /// A caller who says these lines one after the other, each when the agent has been silent.
  static call_plan says(const std::vector<std::string>& lines);
  std::shared_ptr<simulated_call> place(call_plan plan,
                                        std::function<void(const call_event&)> observer = {});
  bool wait_for_end(const std::shared_ptr<simulated_call>& call,
                    std::chrono::milliseconds limit = 30s);

  static constexpr const char* token = "test-token";
  boost::asio::io_context io{1};
  carrier_settings carrier;
  std::shared_ptr<told_stt> stt = std::make_shared<told_stt>();
  std::shared_ptr<holding_llm> llm = std::make_shared<holding_llm>();
  std::unique_ptr<engine> running;

private:
  temp_dir dir_;
  std::unique_ptr<embedded_providers> speech_;
  std::vector<std::shared_ptr<simulated_call>> calls_, finished_;
};

/// The TwiML's stream; empty when there is none.
stream_offer offer_in(const std::string& twiml);

} // namespace trunkline::testing
