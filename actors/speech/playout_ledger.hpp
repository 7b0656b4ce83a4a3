#pragma once

#include "schema/assistant.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace trunkline {

/// What of the agent's audio has reached the caller's ear. Pure; bytes are mu-law, 8 a millisecond.
///
/// The carrier buffers what is sent and echoes each mark when the audio before it was played, or
/// when the buffer is cleared. Marks therefore carry a generation, raised at each clear: echoes of
/// an older generation say nothing. Between marks the clock bounds what can have been played.
class playout_ledger {
public:
  struct heard_sentence {
    uint64_t sentence = 0;
    milliseconds heard{0};
    bool finished = false;
  };

  /// Audio of a sentence was sent at `now`.
  void sent(uint64_t sentence, size_t bytes, milliseconds now);
  /// The sentence has no more audio. Returns the name of the mark to send after it.
  std::string finish(uint64_t sentence);
  /// A mark is due inside a sentence (every `every` of audio): its name, or nothing.
  std::optional<std::string> mark_due(milliseconds every);
  /// An echoed mark; what is news of it, oldest first. Unknown and old names change nothing.
  std::vector<heard_sentence> on_mark(const std::string& name);

  /// Everything sent is dropped by the carrier (`clear`): how far each unfinished sentence was
  /// heard by `now`, and a new generation.
  std::vector<heard_sentence> clear(milliseconds now);

  /// How much sent audio the carrier still holds at `now`.
  milliseconds ahead(milliseconds now) const;
  /// How long ago the carrier must have played all it was sent.
  milliseconds dry_for(milliseconds now) const {
    return now > plays_until_ ? now - plays_until_ : milliseconds{0};
  }
  /// All that was sent has been heard (or nothing was sent).
  bool idle() const { return entries_.empty(); }

private:
  struct entry {
    uint64_t sentence = 0;
    size_t bytes = 0;          ///< sent
    size_t acknowledged = 0;   ///< by marks
    milliseconds plays_at{0};  ///< when the carrier starts to play it, at the earliest
    bool finished = false;     ///< the end mark was sent
  };
  struct mark {
    std::string name;
    uint64_t sentence = 0;
    size_t offset = 0; ///< bytes of the sentence before it
    bool end = false;
  };

  entry* find(uint64_t sentence);
  std::string add_mark(uint64_t sentence, size_t offset, bool end);

  std::deque<entry> entries_;
  std::deque<mark> marks_;
  unsigned generation_ = 0;
  unsigned serial_ = 0;
  size_t since_mark_ = 0;
  milliseconds plays_until_{0}; ///< when the carrier's buffer runs empty
};

} // namespace trunkline
