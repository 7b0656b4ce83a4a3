#pragma once

// Messages between a call's supervisor and its channel: socket, caller, voice. Part of types.hpp.

#include "infra/providers/stt_provider.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace trunkline {

class recording_tape;
class stream_port;
class tts_provider;
using steady_time = std::chrono::steady_clock::time_point;

// -- the carrier's socket <-> call ----------------------------------------------------------------

/// A carrier's socket that has said which call it belongs to.
struct attach_stream {
  std::string call_sid, stream_sid, token;
  std::shared_ptr<stream_port> port;
  std::string channel = "media_stream"; ///< of the door it came through
};
/// One text message of a relay's socket.
struct socket_text {
  std::string text;
};
/// The end of a socket; code 1006 without a close frame.
struct socket_closed {
  int code = 0;
};
/// socket -> media -> stt: the caller's audio, in order.
struct caller_audio {
  audio_chunk chunk;
  steady_time at{};          ///< its last frame arrived
  uint64_t timestamp_ms = 0; ///< the carrier's, of its first frame; 0: it gives none
  bool late = false;         ///< out of order: for a recording only
};
/// socket -> media -> stt and call: voice activity. `at`: when the voice began or ended, by
/// arrival; `audio`: the same on the stream's media clock.
struct voice_changed {
  bool speaking = false;
  steady_time at;
  std::chrono::milliseconds audio{0};
};
/// call -> media: the present or last utterance goes to the recogniser once more, which is a new
/// one.
struct replay_speech {};
/// call -> media: the words of the utterance whose voice ended `at` then are known; it is not asked
/// for again.
struct speech_understood {
  steady_time at;
};
struct key_pressed {
  char digit = 0;
};
/// socket -> media: what comes from it is no media stream.
struct stream_broken {};
/// socket -> media -> call: the carrier ended the stream (the caller hung up or the TwiML was
/// replaced).
struct stream_stopped_by_carrier {};
/// call -> media: from now on the stream is recorded.
struct start_recording {
  std::shared_ptr<recording_tape> tape;
};
/// call -> channel: the AI part is over; the carrier then asks the after-page.
struct finish_stream {
  std::string handoff{}; ///< for a channel that can hand it over: JSON without caller text
};

// -- voice ---------------------------------------------------------------------------------------

enum class speak_kind { reply, filler, notice };

/// call -> tts. `held_for`: a reply that is being prepared; its audio is fetched, but nothing of it
/// is sent until that reply is released. 0: said in its turn.
struct speak {
  uint64_t sentence = 0;
  std::string text;
  speak_kind kind = speak_kind::reply;
  uint64_t held_for = 0;
  bool interruptible = true; ///< for a channel whose carrier decides on interruptions
};
/// call -> tts: what was held for a reply is said, or forgotten.
struct settle_held {
  uint64_t reply = 0;
  bool say = false;
};
enum class playout_order { pause, resume, stop };
struct order_playout {
  playout_order order;
};
/// call -> tts: sentences that come from now on are spoken by another voice.
struct change_voice {
  std::shared_ptr<tts_provider> provider;
  std::string voice_key; ///< in the phrase cache
};
/// tts -> media
struct agent_audio {
  std::shared_ptr<const std::vector<uint8_t>> bytes;
  size_t from = 0, to = 0; ///< the part of it to send
};
struct agent_mark {
  std::string name;
};
struct agent_clear {};
/// socket -> media -> tts: a mark came back.
struct mark_played {
  std::string name;
};
/// tts -> call: what is heard.
struct playout_news {
  enum class kind { first_audio, started, length, heard, finished, idle, stopped };
  kind what = kind::idle;
  uint64_t sentence = 0;
  std::chrono::milliseconds ms{0}; ///< length, or heard so far
  steady_time at;                  ///< started: when the caller begins to hear it
  speak_kind of = speak_kind::reply;
};

// -- channels on which the carrier hears and speaks <-> call --------------------------------------

/// call -> channel: all of this agent turn has been given. `closing`: the call ends with it.
struct turn_said {
  bool closing = false;
};
/// call -> channel: the carrier speaks and understands another language from now on.
struct use_language {
  std::string tag;
};
/// channel -> call
struct channel_news {
  enum class kind {
    cut,           ///< the carrier stopped what it was saying, for the caller spoke over it
    silent,        ///< the carrier listened, and the caller said nothing
    not_understood ///< again and again: what the caller wants may have to be pressed
  };
  kind what = kind::cut;
};
/// How the gather channel answers a webhook.
struct gather_page {
  enum class kind {
    listen, ///< say it, then listen
    keys,   ///< the same, for keys only
    wait,   ///< say it, then ask again: the reply is not there yet
    over    ///< say it, then ask the after-page
  };
  kind what = kind::over;
  std::string say{};
  bool interruptible = true;
  unsigned page = 0;      ///< whose answer is waited for
  unsigned part = 0;      ///< wait: how often it was asked for
  std::string language{}; ///< of the prompt and the answer to it; empty: the assistant's
};
/// gate -> calls -> call -> gather channel: one webhook of a call by <Gather>. A repeat of it gets
/// the same answer.
struct gather_turn {
  enum class kind {
    begin,   ///< the call's first
    heard,   ///< words, keys or both
    nothing, ///< the caller was silent
    waited,  ///< for the rest of the answer
    partial  ///< words so far; not answered
  };
  std::string call_sid;
  kind what = kind::begin;
  unsigned page = 0, part = 0; ///< part: of waited, or the number of a partial
  std::string words{}, keys{};
  std::optional<double> confidence{};
  std::function<void(gather_page)> answer{}; ///< from any thread; the first counts
};

} // namespace trunkline
