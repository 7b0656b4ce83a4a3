#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace trunkline {

/// What of the agent's text was heard, where the carrier speaks it and does not say how far it is.
/// Pure. A clock at the pace of a slow voice tells until the carrier's own word comes: it cut a
/// sentence, or it listens. Positions are told as time, `ms_per_character` for each byte, so that
/// who measures sentences by time needs no second way.
class text_ledger {
public:
  using milliseconds = std::chrono::milliseconds;
  static constexpr milliseconds ms_per_character{70};
  static milliseconds length_of(std::string_view text) {
    return ms_per_character * static_cast<int>(text.size());
  }

  struct news {
    uint64_t sentence = 0;
    milliseconds heard{0};
    bool finished = false;
  };
  struct remainder {
    uint64_t sentence = 0;
    std::string text;
    size_t before = 0; ///< bytes of the sentence that were heard
  };

  /// Given to the carrier; `before`: of a remainder. When it begins to be heard.
  milliseconds said(uint64_t sentence, const std::string& text, milliseconds now,
                    size_t before = 0);
  /// What must have been heard by now.
  std::vector<news> advance(milliseconds now);
  /// The carrier says that it has spoken everything it was given by `until`.
  std::vector<news> all_heard(milliseconds until = milliseconds::max());
  /// The carrier fell silent having spoken `heard` of what it says now, or (nothing) so much as the
  /// clock says. What was not heard is no longer with the carrier.
  std::vector<news> cut(std::optional<std::string_view> heard, milliseconds now);
  /// What a cut left unheard, to be given again.
  std::vector<remainder> take_rest() { return std::exchange(rest_, {}); }

  bool idle() const { return open_ == 0; }
  /// When advance() has something to tell.
  std::optional<milliseconds> next_end() const;

private:
  struct entry {
    uint64_t sentence = 0;
    std::string text;
    size_t before = 0;
    milliseconds given{0}, starts{0}, ends{0};
    bool finished = false;
  };

  news finish(entry& one);
  std::optional<std::vector<size_t>> match(std::string_view heard) const;

  std::deque<entry> run_; ///< since the carrier began to speak
  size_t open_ = 0;       ///< of them, not finished
  std::vector<remainder> rest_;
};

} // namespace trunkline
