#pragma once

#include "actors/interfaces.hpp"
#include "actors/media/kept_speech.hpp"
#include "actors/media/media_reader.hpp"
#include "actors/media/stream_port.hpp"
#include "actors/media/stream_recording.hpp"
#include "infra/caf/compat.hpp"
#include "schema/assistant.hpp"

#include <memory>

namespace trunkline {

/// The media_stream channel: passes on what media_reader makes of the carrier's messages, and
/// renders what the agent says. An utterance is kept for a new recogniser until its words are
/// known. Ends normally when the carrier or the call ends the stream, with ec::media_lost when the
/// socket broke or no frame came for `frame_silence_max`. Its end closes the socket, and the
/// recording where there is one.
struct media_state {
  static inline const char* name = "media";

  media_state(media_actor::pointer self, turn_settings settings,
              std::chrono::milliseconds frame_silence_max, call_actor call);
  ~media_state();

  media_actor::behavior_type make_behavior();

private:
  void attach(attach_stream&& stream);
  void on_audio(caller_audio&& audio);
  void on_voice(const voice_changed& change);
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
  bool speaking = false;
  kept_speech kept;
  voice_changed voice_began, voice_ended; ///< of what is kept
  steady_time last_frame;
  std::unique_ptr<stream_recording> recording; ///< null: not recorded
  bool ended = false;                          ///< the socket needs no closing any more
};

} // namespace trunkline
