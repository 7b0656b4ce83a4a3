#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The TwiML documents the engine answers with. Every text is escaped here and cleaned of what
/// XML 1.0 forbids, so callers' names and the like can be passed as they are.
namespace trunkline::twiml {

/// Characters of one `<Say>`; longer text becomes several, see say_pieces().
inline constexpr size_t say_characters_max = 4096;
/// Characters that one document says at most; the rest is cut at a word, so that no document comes
/// near the carrier's 64 kB.
inline constexpr size_t document_characters_max = 12 * 1024;
/// What a carrier takes of hints: so many phrases, each so long.
inline constexpr size_t hints_max = 500;
inline constexpr size_t hint_characters_max = 100;

struct speech {
  std::string text{}; ///< empty: nothing is said
  std::string voice{};
  std::string language{}; ///< BCP-47; empty: the voice's own
};

/// Text as what one `<Say>` each may hold: cut after sentences, else at blanks, else between
/// characters. Nothing for blank text.
std::vector<std::string> say_pieces(std::string_view text,
                                    size_t characters_max = say_characters_max);

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

/// A turn by webhooks: says the prompt, which the caller may interrupt, and listens. What was heard
/// is posted to `action`; after silence `otherwise` is asked, which must be another URL or tell by
/// its query that nothing was heard.
struct gather {
  speech say_first{}; ///< before listening: not interruptible
  speech prompt{};
  std::string action{};
  std::string otherwise{};
  std::string partial_callback{}; ///< empty: partial results are not wanted
  bool speech_input = true, dtmf_input = true;
  std::string language{};
  std::string speech_model{};       ///< empty: the carrier's choice
  std::vector<std::string> hints{}; ///< commas in one would part it: they become blanks
  unsigned timeout_s = 5;           ///< of silence before anything is said
  unsigned speech_timeout_s = 0;    ///< of silence after it; 0: auto
  unsigned digits = 0;              ///< how many end it; 0: the finishing key does
  bool interruptible = true;
};
std::string gather_turn(const gather& document);

/// A ConversationRelay session: the carrier hears and speaks, words come over a socket. When it
/// ends for whatever reason `action` is asked, and without one `redirect`.
struct relay {
  std::string url{}; ///< wss://..., or ws:// on loopback
  std::vector<std::pair<std::string, std::string>> parameters{};
  std::string action{};
  std::string redirect{}; ///< the after-page
  std::string welcome{};
  bool welcome_interruptible = true;
  std::string language{}, voice{};
  std::string tts_provider{}, transcription_provider{}, speech_model{};
  std::vector<std::string> hints{};
  bool partial_prompts = true;
  bool dtmf = true;
  std::string interruptible = "speech"; ///< none | dtmf | speech | any
  std::string events{};                 ///< "speaker-events tokens-played", or a part of it
  struct voice_of {
    std::string code{}, voice{}, tts_provider{}, transcription_provider{}, speech_model{};
  };
  std::vector<voice_of> languages{};
};
std::string connect_relay(const relay& document);

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
