#pragma once

#include "actors/interfaces.hpp"
#include "actors/speech/carrier_line.hpp"
#include "actors/speech/text_ledger.hpp"
#include "infra/caf/compat.hpp"
#include "infra/metrics/engine_metrics.hpp"
#include "protocol/twilio/relay_message.hpp"
#include "schema/assistant.hpp"

#include <deque>
#include <memory>
#include <optional>
#include <string>

namespace trunkline {

/// The relay channel: a ConversationRelay socket. The caller's words come as text, the agent's go
/// as text, sentence by sentence as they are made; what was heard is known from the carrier's
/// interruptions, else estimated (text_ledger.hpp). An interruption pauses, as it does for audio:
/// the rest is kept until the caller's words decide. Ends normally when the call ends the session,
/// with ec::media_lost when the socket broke or the carrier sent ten messages in a row that mean
/// nothing. Its end closes the socket.
struct relay_state {
  static inline const char* name = "relay";
  static constexpr unsigned bad_in_a_row_max = 10;
  /// Sentences that wait for the caller to finish; more end the actor with ec::queue_full.
  static constexpr size_t waiting_max = 64;

  /// `language`: that of the TwiML.
  relay_state(words_actor::pointer self, turn_settings settings, call_actor call,
              std::shared_ptr<engine_metrics> metrics, std::string language = {});
  ~relay_state();

  words_actor::behavior_type make_behavior();

private:
  std::chrono::milliseconds now() const;
  void attach(attach_stream&& stream);
  void on_text(const std::string& text);
  void on_bad_message(const std::string& why);
  void on_prompt(relay_prompt&& prompt);
  void on_interrupt(const relay_interrupt& interrupt);
  void on_key(char digit);
  void on_info(const relay_info& info);
  void on_closed(int code);
  void on_speak(speak&& order);
  void on_settle(const settle_held& order);
  void on_order(playout_order order);
  void on_turn_said();
  void tell_language(const std::string& tag);
  void pump();
  void send(carrier_line&& one);
  void send(const relay_said& message);
  void carrier_is_silent();
  void tell_heard(const std::vector<text_ledger::news>& all);
  void count(std::string_view what);
  void on_tick();
  void arm();

  words_actor::pointer self;
  actor_guard guard;
  call_actor call;
  std::shared_ptr<engine_metrics> metrics; ///< null: not measured
  steady_time origin;
  std::shared_ptr<stream_port> port;
  carrier_words ears;
  text_ledger ledger;
  std::deque<carrier_line> waiting; ///< not given to the carrier yet
  std::deque<carrier_line> spoken;  ///< given, not heard to the end
  std::string language;             ///< of sentences that come now; empty: that of the TwiML
  std::string told;                 ///< that the carrier uses
  bool cut = false;                 ///< the caller interrupts; nothing is sent
  bool cycle_open = false;          ///< the carrier waits for more of this talk cycle
  bool cycle_ends = false;          ///< when what waits was sent
  unsigned bad_in_a_row = 0;
  bool ended = false; ///< the socket needs no closing any more
  std::optional<steady_time> wake_at;
};

} // namespace trunkline
