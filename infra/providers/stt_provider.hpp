#pragma once

#include "infra/providers/audio_chunk.hpp"
#include "schema/failure.hpp"

#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace trunkline {

/// What a recogniser understood.
struct transcript {
  std::string text;      ///< lower case words for embedded, as punctuated by remote ones
  bool is_final = false; ///< final: closes the utterance; interim: may still change
  bool rejected = false; ///< speech was heard but not understood with confidence: ask to repeat
  float confidence = 1;
  uint64_t utterance = 0;                 ///< number of the speech_started() it belongs to, from 1
  std::chrono::milliseconds audio_end{0}; ///< media clock: end of the audio it covers
  std::vector<std::string> alternatives;  ///< other hypotheses; scanned for emergency words only
};

/// A stream that cannot go on ends with a failure, and nothing after it.
using stt_event = std::variant<transcript, failure>;
/// Called from any thread; must be cheap and thread safe, and may be called after the session is
/// gone (the receiver drops it).
using stt_sink = std::function<void(stt_event)>;

/// One streaming recogniser session of one call. Used from one thread (the call's home shard),
/// never blocks. Destroying it cancels. speech_started/speech_ended come from voice activity; a
/// provider that segments speech itself may ignore them. Each utterance between them gets exactly
/// one final transcript (possibly empty or rejected).
class stt_session {
public:
  virtual ~stt_session() = default;
  virtual void speech_started() = 0;
  virtual void audio(audio_chunk chunk) = 0;
  virtual void speech_ended() = 0;
};

class stt_provider {
public:
  virtual ~stt_provider() = default;
  virtual std::string name() const = 0;
  /// Thread safe. A failure to open arrives through the sink.
  virtual std::unique_ptr<stt_session> open(stt_sink sink) = 0;
};

} // namespace trunkline
