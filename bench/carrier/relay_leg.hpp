#pragma once

#include "bench/carrier/word_line.hpp"
#include "infra/net/http_client.hpp"
#include "infra/net/web_socket.hpp"
#include "protocol/twilio/relay_message.hpp"

#include <functional>
#include <memory>
#include <string>

namespace trunkline {

/// What went over one relay socket.
struct relay_counts {
  uint64_t texts = 0, cycles = 0; ///< of the server; a cycle ends with last: true
  uint64_t prompts = 0, partials = 0, interrupts = 0, digits = 0; ///< of the carrier
  uint64_t bad_messages = 0;

  void add(const relay_counts& more);
};

/// The carrier's end of one ConversationRelay socket: sends setup, what the caller says and does,
/// and checks what it is sent; ten bad messages in a row close it with 1007. Lives on one
/// io_context's thread.
class relay_leg : public web_socket_handler, public std::enable_shared_from_this<relay_leg> {
public:
  struct events {
    std::function<void()> on_started;
    std::function<void(const std::string&)> on_prompt;   ///< about to leave: all the caller's words
    std::function<void(const relay_text&)> on_token;     ///< as it comes
    std::function<void(std::string)> on_agent_text;      ///< a talk cycle, when it is over
    std::function<void(const std::string&)> on_language; ///< told to use another
    /// Once, last. `why` empty: the server ended the session or we did.
    std::function<void(std::string why, std::string handoff)> on_end;
  };
  static constexpr unsigned bad_in_a_row_max = 10;

  /// `words`: the events of the line, as far as the relay does not take them itself (on_partial,
  /// on_words, on_key, on_interrupt).
  relay_leg(boost::asio::io_context& io, std::chrono::steady_clock::time_point call_began,
            virtual_ear& ear, word_line::events words, events events);

  /// As the TwiML has it: `partials` for partialPrompts, `speaker_events` when `events` names them.
  void start(client_request request, relay_setup setup, bool partials, bool speaker_events,
             const std::string& welcome, std::string language);
  void stop();
  word_line& line() { return *line_; }
  const relay_counts& counts() const { return counts_; }

  void on_text(std::string_view message) override;
  void on_binary(std::string_view) override;
  void on_closed(uint16_t code, std::string_view reason) override;

private:
  void opened(std::shared_ptr<web_socket> socket);
  void send(const relay_heard& message);
  void take(const relay_said& message);
  void refuse(const std::string& why);
  void end(std::string why);

  boost::asio::io_context& io_;
  events events_;
  std::shared_ptr<word_line> line_;
  std::shared_ptr<web_socket> socket_;
  relay_setup setup_;
  relay_counts counts_;
  std::string cycle_, welcome_, handoff_;
  std::string language_; ///< of prompts
  unsigned bad_in_a_row_ = 0;
  bool partials_ = false, speaker_events_ = false, stopped_ = false, ended_ = false;
};

} // namespace trunkline
