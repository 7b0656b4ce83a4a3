#pragma once

#include "actors/types.hpp"

#include <caf/typed_event_based_actor.hpp>

// Every actor's interface. All live on the home shard of their call, except the ones above the
// calls, which live on shard 0. Every actor answers ping_atom: its supervisor's heartbeat.

namespace trunkline {

/// Who is told that a socket has ended; media and words actors are such.
using socket_actor = caf::typed_actor<caf::result<void>(socket_closed)>;

/// The channel: the carrier's socket. Frames in, voice activity out, agent audio through.
using media_actor = caf::typed_actor<
    // The socket that said which call it belongs to; at most one in an actor's life.
    caf::result<void>(attach_stream), caf::result<void>(socket_closed),
    // What came by it.
    caf::result<void>(caller_audio), caf::result<void>(voice_changed),
    caf::result<void>(key_pressed), caf::result<void>(mark_played),
    caf::result<void>(stream_stopped_by_carrier), caf::result<void>(stream_broken),
    // From tts: to the carrier, in this order.
    caf::result<void>(agent_audio), caf::result<void>(agent_mark), caf::result<void>(agent_clear),
    // From now on both sides are recorded.
    caf::result<void>(start_recording),
    // Close politely: the AI part is over.
    caf::result<void>(finish_stream),
    // A new recogniser shall hear what the last one did not answer.
    caf::result<void>(replay_speech), caf::result<void>(speech_understood),
    caf::result<void>(siblings),
    // Frame silence watch.
    caf::result<void>(tick_atom), caf::result<void>(ping_atom)>;

/// One recogniser session.
using stt_actor =
    caf::typed_actor<caf::result<void>(caller_audio), caf::result<void>(voice_changed),
                     caf::result<void>(stt_reported), caf::result<void>(ping_atom)>;

/// The voice: sentences in, audio out at most 1.5 s ahead, and what of it was heard.
using tts_actor = caf::typed_actor<caf::result<void>(speak), caf::result<void>(settle_held),
                                   caf::result<void>(order_playout), caf::result<void>(mark_played),
                                   caf::result<void>(tts_reported), caf::result<void>(siblings),
                                   caf::result<void>(change_voice),
                                   // Send more: the carrier's buffer has run down.
                                   caf::result<void>(tick_atom), caf::result<void>(ping_atom)>;

/// A channel on which the carrier hears and speaks, in the place of media, stt and tts together:
/// words in, sentences out.
using words_actor = caf::typed_actor<
    // relay: the socket that said which call it belongs to, and what comes from it.
    caf::result<void>(attach_stream), caf::result<void>(socket_text),
    caf::result<void>(socket_closed),
    // gather: a webhook to be answered.
    caf::result<void>(gather_turn),
    // As to a voice.
    caf::result<void>(speak), caf::result<void>(settle_held), caf::result<void>(order_playout),
    caf::result<void>(turn_said), caf::result<void>(finish_stream), caf::result<void>(use_language),
    caf::result<void>(tick_atom), caf::result<void>(ping_atom)>;

/// One reply: context and tools in, text and tool calls out. Ends normally with its reply.
using llm_actor = caf::typed_actor<caf::result<void>(llm_reported),
                                   caf::result<void>(tool_answered), caf::result<void>(ping_atom)>;

/// After a call: one question to a model about it. Outlives the call, not the engine.
using extraction_actor =
    caf::typed_actor<caf::result<void>(llm_reported),
                     // The deadline of an attempt.
                     caf::result<void>(tick_atom), caf::result<void>(ping_atom)>;

/// The call's way to the store: rows and tools, one after the other, never in the way of a turn.
using store_actor =
    caf::typed_actor<caf::result<void>(save_row), caf::result<void>(run_tool_request),
                     caf::result<void>(ping_atom)>;

/// Supervisor of one call: turn taking, children, fallbacks.
using call_actor = caf::typed_actor<
    caf::result<void>(attach_stream),
    // From the channel.
    caf::result<void>(voice_changed), caf::result<void>(key_pressed),
    caf::result<void>(stream_stopped_by_carrier), caf::result<void>(channel_news),
    caf::result<void>(gather_turn),
    // From the recogniser, the reply and the voice.
    caf::result<void>(transcript_heard), caf::result<void>(reply_text),
    caf::result<void>(reply_done), caf::result<void>(tool_wanted), caf::result<void>(playout_news),
    caf::result<void>(provider_failed),
    // From the store.
    caf::result<void>(row_saved), caf::result<void>(tool_done), caf::result<void>(knowledge_found),
    caf::result<void>(caller_looked_up),
    // From the call manager.
    caf::result<void>(carrier_ended), caf::result<void>(end_agent), caf::result<void>(sabotage),
    // The call as JSON, for operators.
    caf::result<std::string>(snapshot_atom),
    // Own timers: the turn machine's next deadline; the children's heartbeat.
    caf::result<void>(tick_atom), caf::result<void>(beat_atom), caf::result<void>(ping_atom)>;

/// Call manager: registry by CallSid, admission, rescue, drain.
using calls_actor = caf::typed_actor<
    caf::result<announced_call>(incoming_call), caf::result<announced_call>(resume_call),
    // A socket asks for its call: refused unless the token fits, once.
    caf::result<bool>(attach_stream),
    // False: no live call by <Gather> of that name.
    caf::result<bool>(gather_turn), caf::result<void>(carrier_ended), caf::result<void>(call_kept),
    // Answers when the call's tree has ended and its rows are queued in the store.
    caf::result<void>(wrap_up), caf::result<std::string>(find_live),
    caf::result<std::vector<call_row>>(list_atom),
    // error: not found, or a role or way that does not exist
    caf::result<void>(sabotage),
    // No new calls; ends the process's part when the last one is over.
    caf::result<void>(drain_atom), caf::result<void>(tick_atom), caf::result<void>(ping_atom)>;

/// The entry for verified webhooks: decides the TwiML, always answers.
using gate_actor =
    caf::typed_actor<caf::result<void>(webhook), caf::result<void>(after_loaded),
                     caf::result<void>(webhook_kept), caf::result<void>(page_ready),
                     // A webhook that nobody answered in time is answered with message taking.
                     caf::result<void>(answer_due), caf::result<void>(ping_atom)>;

/// Health of the services: tells of breakers that change, tries those that are not closed.
using providers_actor =
    caf::typed_actor<caf::result<void>(provider_changed), caf::result<void>(service_probed),
                     caf::result<void>(tick_atom), caf::result<void>(ping_atom)>;

/// Metrics by the minute into the store, leases, looks for assistants that changed, and the
/// deletion of what is old.
using ops_actor = caf::typed_actor<caf::result<void>(tick_atom), caf::result<void>(rows_deleted),
                                   // Have the database's assistants changed?
                                   caf::result<void>(beat_atom), caf::result<void>(ping_atom)>;

/// The root.
using engine_actor = caf::typed_actor<
    // Stop admitting, let calls end, then finish.
    caf::result<void>(drain_atom),
    // The children's heartbeat.
    caf::result<void>(beat_atom), caf::result<void>(ping_atom)>;

struct siblings {
  media_actor media;
  stt_actor stt;
  tts_actor tts;
};

} // namespace trunkline
