#pragma once

// Every message of the actors, and the one CAF type-id block. Messages travel inside one process;
// none is serialised, so CAF never prints or copies their content out.

#include "actors/call/call_policy.hpp"
#include "actors/providers/provider_board.hpp"
#include "actors/tools/tool_effect.hpp"
#include "infra/caf/error.hpp"
#include "infra/net/http.hpp"
#include "infra/providers/llm_provider.hpp"
#include "infra/providers/stt_provider.hpp"
#include "infra/providers/tts_provider.hpp"
#include "schema/knowledge.hpp"
#include "schema/records.hpp"

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/result.hpp>
#include <caf/type_id.hpp>
#include <caf/typed_actor.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace trunkline {

class stream_port;
using steady_time = std::chrono::steady_clock::time_point;

// -- media stream <-> call -----------------------------------------------------------------------

/// A carrier's socket that has said which call it belongs to.
struct attach_stream {
  std::string call_sid, stream_sid, token;
  std::shared_ptr<stream_port> port;
};
/// One text message of the socket, or its end (code 1006 without a close frame).
struct socket_text {
  std::string text;
};
struct socket_closed {
  int code = 0;
};
/// media -> stt: the caller's audio, in order.
struct caller_audio {
  audio_chunk chunk;
};
/// media -> stt and call: voice activity. `at`: when the voice began or ended, by arrival; `audio`:
/// the same on the stream's media clock.
struct voice_changed {
  bool speaking = false;
  steady_time at;
  std::chrono::milliseconds audio{0};
};
/// call -> stt: what the agent asked for with what it said last.
struct expect_answer {
  expected_answer what = expected_answer::anything;
};
/// call -> media: the present or last utterance goes to the recogniser once more, which is a new
/// one.
struct replay_speech {};
struct key_pressed {
  char digit = 0;
};
/// media -> call: the carrier ended the stream (the caller hung up or the TwiML was replaced).
struct stream_stopped_by_carrier {};
/// call -> media: close the socket politely; the carrier then runs the TwiML after <Connect>.
struct finish_stream {};

// -- voice ---------------------------------------------------------------------------------------

enum class speak_kind { reply, filler, notice };

/// call -> tts. `held_for`: a reply that is being prepared; its audio is fetched, but nothing of it
/// is sent until that reply is released. 0: said in its turn.
struct speak {
  uint64_t sentence = 0;
  std::string text;
  speak_kind kind = speak_kind::reply;
  uint64_t held_for = 0;
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
/// tts -> media
struct agent_audio {
  std::shared_ptr<const std::vector<uint8_t>> bytes;
  size_t from = 0, to = 0; ///< the part of it to send
};
struct agent_mark {
  std::string name;
};
struct agent_clear {};
/// media -> tts: a mark came back.
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

// -- understanding and replying ------------------------------------------------------------------

struct transcript_heard {
  transcript what;
};
/// A session reported to its own actor, from a provider's thread.
struct stt_reported {
  stt_event event;
};
struct tts_reported {
  tts_event event;
};
struct llm_reported {
  unsigned round = 0;
  llm_event event;
};
/// llm -> call. `attempt`: which of those that were asked for this reply.
struct reply_text {
  uint64_t reply = 0;
  unsigned attempt = 0;
  std::string delta;
};
struct reply_done {
  uint64_t reply = 0;
  unsigned attempt = 0;
  llm_done how;
};
struct tool_wanted {
  uint64_t reply = 0;
  unsigned attempt = 0;
  tool_call call;
};
/// stt, llm, tts -> call, just before they end with ec::provider_lost: what the service did.
struct provider_failed {
  child_role role = child_role::stt;
  failure why{};
  unsigned attempt = 0; ///< llm
};
/// call -> llm
struct tool_answered {
  std::string id, result;
};

// -- records -------------------------------------------------------------------------------------

/// One row for the store. `serial` comes back in row_saved; rows are idempotent, so they may be
/// sent again to a new store actor.
struct save_row {
  uint64_t serial = 0;
  std::variant<call_record, turn_record, audit_record> row;
};
struct row_saved {
  uint64_t serial = 0;
  bool saved = true;
};
struct run_tool_request {
  uint64_t reply = 0;
  tool_call call;
  call_facts facts;
};
struct tool_done {
  uint64_t reply = 0;
  std::string id, name, result;
  tool_effect effect;
};

/// A reader of the store to the call: what the knowledge base has for a lookup. Number 0 asks
/// whether there is a document at all. `late`: the deadline, from the call to itself.
struct knowledge_found {
  uint64_t lookup = 0;
  bool any = false;
  std::vector<knowledge_passage> passages;
  bool late = false;
};

// -- services ------------------------------------------------------------------------------------

/// The board to the providers actor.
struct provider_changed {
  provider_transition change;
};
/// The providers actor to itself.
struct service_probed {
  size_t endpoint = 0;
  result<std::chrono::milliseconds> latency;
};

// -- the call, its manager and the gate ----------------------------------------------------------

/// A verified webhook that announces a call.
struct incoming_call {
  std::string call_sid, from, to, caller_name;
};
/// The answer to it.
struct announced_call {
  enum class verdict { accepted, full, unknown_number, draining };
  verdict what = verdict::accepted;
  std::string token;
  size_t shard = 0;
  std::shared_ptr<const assistant> who;
};
/// The after-page brings a caller back: a new tree with the conversation as stored.
struct resume_call {
  call_record record;
  std::vector<turn_record> turns;
  std::string say_first;
};
/// The carrier says that the call is over.
struct carrier_ended {
  std::string call_sid, status;
};
/// Waits until a call's tree has written what it knows. Answers at once when there is none.
struct wrap_up {
  std::string call_sid;
};
struct find_live {
  std::string call_sid;
};
struct call_row {
  call_record record;
  size_t shard = 0;
};
/// Test hook, off unless configured: harms a child, or with role "supervisor" the call itself.
struct sabotage {
  std::string call_sid, role, how;
};
struct webhook {
  enum class kind { incoming, after, dialled, recorded, status };
  kind what = kind::incoming;
  std::string request_id;
  std::vector<std::pair<std::string, std::string>> fields; ///< valid UTF-8
  http_respond respond; ///< harmless when called twice: the first answer counts
  steady_time received;
};
/// gate to itself: what the store knows of the call an after-page is asked for.
struct after_loaded {
  uint64_t serial = 0;             ///< of the open webhook
  std::optional<call_record> call; ///< nothing: unknown, or the store cannot be read
  std::vector<turn_record> turns;
};
/// gate to itself: a webhook's time is nearly up.
struct answer_due {
  uint64_t serial = 0;
};
/// Handles that an actor needs besides its own; sent again when one was replaced.
struct siblings;

} // namespace trunkline

CAF_BEGIN_TYPE_ID_BLOCK(trunkline_actors, caf::id_block::trunkline_infra::end)
CAF_ADD_ATOM(trunkline_actors, trunkline, ping_atom)
CAF_ADD_ATOM(trunkline_actors, trunkline, tick_atom)
CAF_ADD_ATOM(trunkline_actors, trunkline, beat_atom)
CAF_ADD_ATOM(trunkline_actors, trunkline, snapshot_atom)
CAF_ADD_ATOM(trunkline_actors, trunkline, list_atom)
CAF_ADD_ATOM(trunkline_actors, trunkline, drain_atom)
CAF_ADD_ATOM(trunkline_actors, trunkline, hang_up_atom)
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::attach_stream))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::socket_text))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::socket_closed))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::caller_audio))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::voice_changed))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::expect_answer))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::replay_speech))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::settle_held))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::provider_failed))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::provider_changed))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::service_probed))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::key_pressed))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::stream_stopped_by_carrier))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::finish_stream))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::speak))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::order_playout))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::agent_audio))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::agent_mark))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::agent_clear))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::mark_played))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::playout_news))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::transcript_heard))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::stt_reported))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::tts_reported))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::llm_reported))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::reply_text))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::reply_done))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::tool_wanted))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::tool_answered))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::save_row))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::row_saved))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::run_tool_request))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::tool_done))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::knowledge_found))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::incoming_call))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::announced_call))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::resume_call))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::carrier_ended))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::wrap_up))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::find_live))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::call_row))
CAF_ADD_TYPE_ID(trunkline_actors, (std::vector<trunkline::call_row>))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::sabotage))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::webhook))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::after_loaded))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::answer_due))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::siblings))
CAF_END_TYPE_ID_BLOCK(trunkline_actors)

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::attach_stream)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::socket_text)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::socket_closed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::caller_audio)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::voice_changed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::expect_answer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::replay_speech)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::settle_held)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::provider_failed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::provider_changed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::service_probed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::key_pressed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::stream_stopped_by_carrier)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::finish_stream)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::speak)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::order_playout)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::agent_audio)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::agent_mark)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::agent_clear)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::mark_played)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::playout_news)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::transcript_heard)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::stt_reported)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::tts_reported)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::llm_reported)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::reply_text)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::reply_done)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::tool_wanted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::tool_answered)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::save_row)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::row_saved)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::run_tool_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::tool_done)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::knowledge_found)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::incoming_call)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::announced_call)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::resume_call)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::carrier_ended)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::wrap_up)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::find_live)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::call_row)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(std::vector<trunkline::call_row>)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::sabotage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::webhook)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::after_loaded)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::answer_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::siblings)
