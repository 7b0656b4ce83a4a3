#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The TwiML documents the engine answers with. Every text is escaped here and cleaned of what
/// XML 1.0 forbids, so callers' names and the like can be passed as they are.
namespace trunkline::twiml {

/// Characters of one `<Say>`; longer text is cut at a word.
inline constexpr size_t say_characters_max = 4096;

struct speech {
  std::string text{}; ///< empty: nothing is said
  std::string voice{};
};

/// A two-way media stream. What runs when it ends, for whatever reason, is `redirect`: a stream
/// without it would drop the caller when the engine dies.
struct stream {
  std::string url{}; ///< wss://..., or ws:// on loopback; no query
  std::vector<std::pair<std::string, std::string>> parameters{};
  std::string action{};   ///< optional: asked before the redirect
  std::string redirect{}; ///< the after-page
  speech say_first{};
};
std::string connect_stream(const stream& document);

/// Says it, then goes to `redirect`, or hangs up when that is empty.
std::string say(const speech& what, std::string_view redirect = {});

/// Message taking. Without any speech the carrier falls through to `otherwise`, then hangs up.
struct message_taking {
  speech prompt{};
  std::string action{};
  std::string recording_status_callback{};
  unsigned max_length_s = 120;
  unsigned silence_s = 5;
  speech otherwise{};
};
std::string say_and_record(const message_taking& document);

struct transfer {
  speech say_first{};
  std::string number{}; ///< E.164
  std::string action{}; ///< asked when the transfer is over or failed
  unsigned timeout_s = 20;
  std::string caller_id{}; ///< optional
};
std::string dial(const transfer& document);

std::string redirect(std::string_view url);
std::string hang_up();
/// `reason`: rejected | busy.
std::string reject(std::string_view reason = "rejected");
/// `<Response/>`: ends the call.
std::string empty();

} // namespace trunkline::twiml
