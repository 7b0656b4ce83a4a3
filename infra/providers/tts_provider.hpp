#pragma once

#include "infra/providers/audio_chunk.hpp"
#include "schema/failure.hpp"

#include <functional>
#include <memory>
#include <string>
#include <variant>

namespace trunkline {

struct tts_done {};

/// One step of one sentence: chunks in order, then tts_done or a failure, and nothing after it.
struct tts_event {
  uint64_t sentence = 0; ///< the id given to speak()
  std::variant<audio_chunk, tts_done, failure> what;
};
/// Called from any thread; cheap, thread safe, may come after the session is gone.
using tts_sink = std::function<void(tts_event)>;

/// One voice of one call. Used from the call's home shard, never blocks. Sentences are spoken in
/// the order given. Destroying it cancels.
class tts_session {
public:
  virtual ~tts_session() = default;
  virtual void speak(uint64_t sentence, std::string text) = 0;
  /// Forgets every sentence not finished; no event for them need follow.
  virtual void cancel() = 0;
};

class tts_provider {
public:
  virtual ~tts_provider() = default;
  virtual std::string name() const = 0;
  /// On the thread of the shard it was made for; embedded ones: any thread. `voice` empty: the
  /// provider's default.
  virtual std::unique_ptr<tts_session> open(const std::string& voice, tts_sink sink) = 0;
};

} // namespace trunkline
