#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace trunkline {

/// UTC, milliseconds. Stored as integer milliseconds since 1970.
using timestamp = std::chrono::time_point<std::chrono::system_clock, std::chrono::milliseconds>;

/// Row of `calls`. `call_sid` is the key.
struct call_record {
  std::string call_sid;
  std::string tenant_id;
  std::string assistant_id;
  std::string assistant_version;
  std::string channel = "media_stream"; ///< media_stream | gather | relay | ...
  std::string direction = "inbound";
  std::string caller_number; ///< E.164 or "anonymous"; masked wherever it is logged
  std::string called_number;
  std::string caller_name;
  timestamp started_at{};
  std::optional<timestamp> ended_at;
  std::string outcome;    ///< business result: booked | message_taken | transferred | emergency |
                          ///< answered | abandoned | failed | refused; empty while live
  std::string end_reason; ///< technical: caller_hung_up | agent_ended | media_lost | ...
  std::string carrier_status; ///< last CallStatus the carrier told us
  int carrier_sequence = -1;  ///< its SequenceNumber; later ones win
  int resumes = 0;            ///< how often the after-page brought the caller back
  int ai_response_count = 0;
  int user_input_count = 0;
  int knowledge_queries = 0;
  int error_count = 0;
  std::string services_json; ///< first choice by role: {"stt":"deepgram",...}, for comparisons;
                             ///< and "language", unless English is the only one
  std::string next_step;     ///< what the after-page does: resume | transfer:<staff id> | message |
                             ///< hang_up | say:<pending sentence>; see actors/call/after_page.hpp
  std::string engine_id;     ///< whose call it is, or was last
};

/// One contiguous part of what the caller waited for in a turn; the parts sum up to the wait.
struct latency_part {
  std::string name;  ///< endpointing | stt_final | llm_first_token | tool | sentence |
                     ///< tts_first_audio | engine | playout
  std::string owner; ///< setting | service | tool | engine | network
  int ms = 0;
};

/// Row of `turns`. (call_sid, index) is the key.
struct turn_record {
  std::string call_sid;
  int index = 0;     ///< from 0, both speakers count
  std::string role;  ///< caller | agent
  std::string text;  ///< what was recognised, or what the agent meant to say
  std::string heard; ///< agent: what reached the caller's ear
  timestamp started_at{};
  int response_time_ms = 0; ///< agent: end of caller speech to first heard audio
  int audio_duration_ms = 0;
  std::string action; ///< tool name, barge_in, filler, ...
  std::string rung;   ///< highest fallback rung used, L0 to L4; empty: none
  std::string rung_reason;
  std::string services_json;   ///< agent: who made it: {"stt":"deepgram","llm":"openai","tts":...}
  int speculated_ms = 0;       ///< its reply was begun so long before the turn was over; 0: not
  int speculations_wasted = 0; ///< replies begun and thrown away
  bool knowledge_used = false;
  std::string knowledge_json; ///< agent: passages that were used: [{document, position, title}]
  std::vector<latency_part> latency;
  std::string tools_json; ///< array of {id, name, arguments, result}; empty: none
};

/// Row of `caller_messages`: what the caller left in message taking.
struct caller_message_record {
  std::string id; ///< unique; a second insert of the same id is a no-op
  std::string tenant_id;
  std::string call_sid;
  std::string caller_number;
  std::string caller_name;
  std::string for_whom; ///< staff id or empty
  std::string text;     ///< spoken to the agent; empty when only recorded
  std::string recording_url;
  int recording_seconds = 0;
  timestamp created_at{};
};

/// Row of `recordings`: the sound of a call, or of one stream of it. See
/// infra/recording/recording_file.hpp.
struct recording_record {
  std::string id; ///< key, and the file's name; random
  std::string tenant_id;
  std::string call_sid;
  std::string caller_number;
  std::string engine_id; ///< who has the file; empty: unknown
  timestamp started_at{};
  int64_t ms = 0;             ///< 0 while it is open
  int64_t bytes = 0;          ///< of sound
  std::string state = "open"; ///< open (under way, or its engine died) | whole | cut (given up)
  std::string key;            ///< base64; opens the file
};

/// Row of `appointments`. Two booked rows of one resource never overlap.
struct appointment_record {
  std::string id; ///< key made from (CallSid, tool call id): a repeat is a no-op
  std::string tenant_id;
  std::string call_sid;
  std::string resource = "main"; ///< what is booked: a chair, a room, a calendar
  std::string service_id;
  std::string caller_number;
  std::string caller_name;
  timestamp starts_at{};
  timestamp ends_at{};
  std::string status = "booked"; ///< booked | cancelled
  timestamp created_at{};
};

/// Row of `users`: a caller who is remembered between calls.
struct user_record {
  std::string tenant_id;
  std::string caller_number;
  std::string caller_name; ///< as agreed to in a call; may be empty
  std::string preferences; ///< JSON object of texts; empty: none known
  int calls = 0;
  bool remember = true; ///< false: asked to be forgotten
  timestamp first_seen{};
  timestamp last_seen{};
};

/// Row of `call_notes`, by call_sid: what a call was about, and what it tells of its caller.
struct call_note_record {
  std::string call_sid;
  std::string tenant_id;
  std::string caller_number;
  std::string summary; ///< a line
  timestamp at{};
  bool remember = false;   ///< the caller becomes a user; what follows is of the user
  std::string caller_name; ///< empty: nothing new
  std::string preferences; ///< empty: nothing new
};

/// Row of `audit_logs`.
struct audit_record {
  std::string tenant_id;
  std::string call_sid;
  std::string actor;  ///< who: agent | operator | carrier | engine
  std::string action; ///< what: appointment.booked, call.rescued, ...
  std::string detail; ///< JSON object without caller text
  timestamp at{};
};

/// Row of `tool_runs`: a tool with side effects, before it is tried and when it has answered.
/// (call_sid, id) is the key, so a repeat is the same run.
struct tool_run_record {
  std::string call_sid;
  std::string id; ///< of the tool call
  std::string name;
  std::string arguments;
  std::string result; ///< empty: under way, or its engine died
  timestamp at{};
};

/// Row of `outbox_dead`: a row that the database would not take for good.
struct dead_letter_record {
  std::string id;      ///< engine and sequence
  std::string kind;    ///< of the row: "turn"
  std::string payload; ///< the row as JSON
  std::string error;
  timestamp failed_at{};
};

/// Row of `incidents`: a service was not to be asked for a while.
struct incident_record {
  std::string id;      ///< key: a second row of it completes the first
  std::string service; ///< "llm:openai"
  timestamp opened_at{};
  std::optional<timestamp> closed_at; ///< nothing: still open
  std::string reason;
};

/// Row of `system_metrics`, written each minute.
struct system_metric_record {
  std::string metric_type;
  double metric_value = 0;
  std::string service_name;
  std::string additional_data; ///< JSON object
  timestamp at{};
};

} // namespace trunkline
