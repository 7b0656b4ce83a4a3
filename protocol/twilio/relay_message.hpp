#pragma once

#include "schema/failure.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

// Messages of a ConversationRelay socket: text both ways, the carrier hears and speaks.
//
//   carrier -> server: setup, (prompt | interrupt | dtmf | info)*, error*
//   server -> carrier: (text* | play | sendDigits | language)*, end
//
// A talk cycle is a run of `text` that ends with last: true; what was never ended so may stay
// unspoken. After ten messages in a row that mean nothing to it the carrier closes with 1007; what
// the server does about ten from the carrier is decided by whoever counts the failures here.

namespace trunkline {

/// Longest message parsed; the socket's own limit is the same.
inline constexpr size_t relay_message_bytes_max = 64 * 1024;
/// By our own rule: it travels as a form field.
inline constexpr size_t handoff_bytes_max = 4 * 1024;

// -- carrier to server ---------------------------------------------------------------------------

struct relay_setup {
  std::string session_id{}, account_sid{}, call_sid{}, parent_call_sid{};
  std::string from{}, to{}, forwarded_from{}, caller_name{};
  std::string call_type{}, call_status{}, direction{};
  std::vector<std::pair<std::string, std::string>> parameters{};
};
/// What the caller said. `last`: false for a partial, which a later one replaces.
struct relay_prompt {
  std::string text{};
  std::string language{};
  bool last = true; ///< a message without the member is a whole turn
};
/// The caller spoke over the agent. `heard`: what was played until then, as it was spoken.
struct relay_interrupt {
  std::string heard{};
  std::chrono::milliseconds after{0};
};
struct relay_digit {
  char digit = 0; ///< 0-9 * # A-D
};
/// The carrier did not like a message of ours, or something of its own failed.
struct relay_error {
  std::string description{};
};
/// Only when it was subscribed to; never needed.
struct relay_info {
  std::string name{};  ///< agentSpeaking | clientSpeaking | tokensPlayed
  std::string value{}; ///< on | off | the words
  std::optional<uint64_t> at_ms{};
};
/// A type we do not know: to be counted and ignored.
struct relay_unknown {
  std::string type{}; ///< at most 64 bytes of it
};

using relay_heard = std::variant<relay_setup, relay_prompt, relay_interrupt, relay_digit,
                                 relay_error, relay_info, relay_unknown>;

/// Pure. Texts are valid UTF-8 afterwards. `bad_input`: too large, no JSON object, too deep, no
/// type, a setup without its call, a digit that is none, a prompt without words' member.
result<relay_heard> parse_relay_heard(std::string_view message);

// -- server to carrier ---------------------------------------------------------------------------

/// A piece of a reply; spacing is the sender's.
struct relay_text {
  std::string token{}; ///< may be empty, to carry `last`
  bool last = false;
  std::string language{};              ///< empty: as it is
  std::optional<bool> interruptible{}; ///< nothing: as the TwiML says
  std::optional<bool> preemptible{};
};
struct relay_play {
  std::string source{}; ///< https URL
  unsigned loop = 1;    ///< 0: up to 1000 times
  std::optional<bool> interruptible{};
  std::optional<bool> preemptible{};
};
struct relay_send_digits {
  std::string digits{}; ///< 0-9 w # *
};
/// At least one of them.
struct relay_language {
  std::string speech{};        ///< of the voice
  std::string transcription{}; ///< of the recogniser
};
/// Ends the session; the carrier asks the action URL.
struct relay_end {
  std::string handoff{}; ///< text, JSON by convention
};

using relay_said =
    std::variant<relay_text, relay_play, relay_send_digits, relay_language, relay_end>;

/// A message the carrier takes: invalid UTF-8 becomes U+FFFD, handoff data is cut at its limit. A
/// text is cut at `relay_message_bytes_max`'s half: split longer ones.
std::string render(const relay_said& message);

// -- for a carrier's stand-in --------------------------------------------------------------------

/// As the carrier checks what it gets; the failure is what its `error` message says.
result<relay_said> parse_relay_said(std::string_view message);
std::string render(const relay_heard& message);

} // namespace trunkline
