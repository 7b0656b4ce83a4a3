#pragma once

#include "actors/channel_messages.hpp"
#include "schema/transcript.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace trunkline {

/// What a supervisor is told of a caller whom the carrier recognises: the same as a recogniser of
/// ours would tell. Pure.
///
///   partial, partial ... final    one utterance; the carrier has waited for its end, so a final is
///                                 the end of the turn
///   partial, then nothing new     after `settled` the turn is probably over: a reply may be
///                                 prepared, and is thrown away when the caller goes on; after
///                                 `overdue` without a final the words count as one
class carrier_words {
public:
  using event = std::variant<voice_changed, transcript>;
  using events = std::vector<event>;

  /// `overdue` nothing: the final may take as long as it likes.
  explicit carrier_words(std::chrono::milliseconds settled,
                         std::optional<std::chrono::milliseconds> overdue = {})
      : settled_(settled), overdue_(overdue) {}

  events partial(std::string text, steady_time now);
  /// `rejected`: something was said that the carrier did not understand.
  events final(std::string text, bool rejected, steady_time now);
  /// The carrier listens no more, and no words came.
  events nothing(steady_time now);
  events check(steady_time now);
  /// When check() has something to tell.
  std::optional<steady_time> next_deadline() const;

private:
  void begin(events& out, steady_time at);

  const std::chrono::milliseconds settled_;
  const std::optional<std::chrono::milliseconds> overdue_;
  uint64_t utterances_ = 0;
  bool open_ = false;
  std::string partial_;
  std::optional<steady_time> settles_at_, overdue_at_;
};

} // namespace trunkline
