#pragma once

// Every message of the actors, and the one CAF type-id block. Messages travel inside one process;
// none is serialised, so CAF never prints or copies their content out.

#include "actors/call/call_policy.hpp"
#include "actors/channel_messages.hpp"
#include "actors/providers/provider_board.hpp"
#include "actors/tools/tool_effect.hpp"
#include "infra/caf/error.hpp"
#include "infra/net/http.hpp"
#include "infra/providers/llm_provider.hpp"
#include "infra/providers/stt_provider.hpp"
#include "infra/providers/tts_provider.hpp"
#include "infra/store/store.hpp"
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
/// What became of a job that deletes old rows.
struct rows_deleted {
  uint64_t rows = 0;
  bool good = true;
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
  std::chrono::milliseconds durable{0}; ///< of its time, spent until what it did was on the disk
};

/// A reader of the store to the call: what the knowledge base has for a lookup. Number 0 asks
/// whether there is a document at all. `late`: the deadline, from the call to itself.
struct knowledge_found {
  uint64_t lookup = 0;
  bool any = false;
  std::vector<knowledge_passage> passages;
  bool late = false;
};

/// A reader of the store to the call: who is calling; null: a stranger. `late`: the deadline, from
/// the call to itself.
struct caller_looked_up {
  std::shared_ptr<const known_caller> known;
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
  std::string channel{}; ///< that the webhook is for; empty: the assistant's
};
/// The answer to it.
struct announced_call {
  enum class verdict { accepted, full, unknown_number, draining };
  verdict what = verdict::accepted;
  std::string token;
  size_t shard = 0;
  std::shared_ptr<const assistant> who;
  uint64_t serial = 0; ///< of the admission
  std::string channel = "media_stream";
};
/// To the call manager: the first row of an admitted call is durable, or cannot be, or (its own
/// timer) the disk has not said in time.
struct call_kept {
  enum class what : uint8_t { durable, refused, late };
  std::string call_sid;
  uint64_t serial = 0;
  what came = what::durable;
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
/// calls -> call: the AI part cannot go on here.
struct end_agent {
  std::string why;          ///< the end reason
  std::string to_channel{}; ///< goes on there when it is quiet; empty: the caller leaves a message
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
  enum class kind { incoming, after, dialled, recorded, status, gathered, gathered_part };
  kind what = kind::incoming;
  std::string channel; ///< incoming: as in incoming_call
  std::string request_id, query;
  std::vector<std::pair<std::string, std::string>> fields; ///< valid UTF-8
  http_respond respond; ///< harmless when called twice: the first answer counts
  steady_time received;
};
/// gate to itself: what the store knows of the call an after-page is asked for.
struct after_loaded {
  uint64_t serial = 0; ///< of the open webhook
  stored_call what;    ///< no call: unknown, or the store cannot be read
};
/// The store to the gate: what a webhook brought is durable, or cannot be kept.
struct webhook_kept {
  uint64_t serial = 0;
  bool kept = true;
};
/// A call's gather channel to the gate: what a webhook is answered with.
struct page_ready {
  uint64_t serial = 0;
  gather_page page;
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
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::attach_stream))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::socket_text))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::socket_closed))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::caller_audio))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::voice_changed))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::replay_speech))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::speech_understood))
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
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::rows_deleted))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::run_tool_request))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::tool_done))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::knowledge_found))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::caller_looked_up))
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
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::end_agent))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::call_kept))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::webhook_kept))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::answer_due))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::channel_news))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::turn_said))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::gather_turn))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::page_ready))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::siblings))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::start_recording))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::change_voice))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::use_language))
CAF_ADD_TYPE_ID(trunkline_actors, (trunkline::stream_broken))
CAF_END_TYPE_ID_BLOCK(trunkline_actors)

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::attach_stream)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::socket_text)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::socket_closed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::caller_audio)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::voice_changed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::replay_speech)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::speech_understood)
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
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::rows_deleted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::run_tool_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::tool_done)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::knowledge_found)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::caller_looked_up)
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
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::end_agent)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::call_kept)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::webhook_kept)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::answer_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::channel_news)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::turn_said)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::gather_turn)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::page_ready)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::siblings)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::start_recording)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::change_voice)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::use_language)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(trunkline::stream_broken)
