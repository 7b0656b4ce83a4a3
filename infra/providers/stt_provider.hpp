#pragma once

#include "infra/providers/audio_chunk.hpp"
#include "infra/providers/expected_answer.hpp"
#include "schema/failure.hpp"
#include "schema/transcript.hpp"

#include <functional>
#include <memory>
#include <string>
#include <variant>

namespace trunkline {

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
  /// What the caller is likely to say, from the next utterance on: a hint that may be ignored.
  virtual void expect(expected_answer) {}
};

class stt_provider {
public:
  virtual ~stt_provider() = default;
  virtual std::string name() const = 0;
  /// On the thread of the shard it was made for; embedded ones: any thread. A failure to open
  /// arrives through the sink.
  virtual std::unique_ptr<stt_session> open(stt_sink sink) = 0;
};

} // namespace trunkline
