#pragma once

#include "actors/interfaces.hpp"
#include "actors/media/kept_speech.hpp"
#include "actors/media/stream_port.hpp"
#include "actors/media/stream_recording.hpp"
#include "infra/caf/compat.hpp"
#include "infra/speech/voice_activity.hpp"
#include "protocol/twilio/media_message.hpp"
#include "schema/assistant.hpp"

#include <memory>

namespace trunkline {

/// The media_stream channel: unpacks the carrier's messages, finds where the caller speaks, and
/// renders what the agent says. Audio goes to the recogniser frame by frame while the caller speaks
/// and in 100 ms batches during silence; an utterance is kept for a new recogniser until its words
/// are known. Ends normally when the carrier or the call ends the stream, with ec::media_lost when
/// the socket broke or no frame came for `frame_silence_max`. Its end closes the socket, and the
/// recording where there is one.
struct media_state {
  static inline const char* name = "media";

  media_state(media_actor::pointer self, turn_settings settings,
              std::chrono::milliseconds frame_silence_max, call_actor call);
  ~media_state();

  media_actor::behavior_type make_behavior();

private:
  void attach(attach_stream&& stream);
  void on_text(const std::string& text);
  void on_audio(const stream_media& media);
  void on_mark(std::string&& mark);
  void flush();
  void replay();
  void send_audio(const agent_audio& audio);
  void clear_audio();
  void watch_silence();

  media_actor::pointer self;
  actor_guard guard;
  turn_settings settings;
  std::chrono::milliseconds frame_silence_max;
  call_actor call;
  siblings others;
  std::shared_ptr<stream_port> port;
  std::string stream_sid;
  stream_message_parser parser;
  voice_activity activity;
  bool speaking = false;
  std::vector<uint8_t> batch;
  uint64_t media_bytes = 0; ///< of the caller, since the stream began
  kept_speech kept;
  voice_changed voice_began, voice_ended; ///< of what is kept
  uint64_t last_sequence = 0;
  unsigned bad_messages = 0;
  steady_time last_frame;
  std::unique_ptr<stream_recording> recording; ///< null: not recorded
  bool ended = false;                          ///< the socket needs no closing any more
};

} // namespace trunkline
