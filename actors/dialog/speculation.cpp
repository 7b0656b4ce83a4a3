#include "actors/dialog/speculation.hpp"

#include <cctype>
#include <utility>

namespace trunkline {

namespace {

// Letters, digits and whatever is not ASCII, in lower case.
std::string bare(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto u = static_cast<unsigned char>(c);
    if (u >= 0x80 || std::isalnum(u))
      out += static_cast<char>(u < 0x80 ? std::tolower(u) : u);
  }
  return out;
}

} // namespace

bool same_words(std::string_view a, std::string_view b) {
  return bare(a) == bare(b);
}

void speculation::words(std::string text, milliseconds heard_to, bool turn_over, milliseconds now) {
  if (text != text_)
    changed_at_ = now;
  text_ = std::move(text);
  heard_to_ = heard_to;
  turn_over_ = turn_over;
}

void speculation::voice_began() {
  voice_ = true;
  turn_over_ = false;
}

void speculation::voice_ended(milliseconds voice_end) {
  voice_ = false;
  voice_end_ = voice_end;
}

std::optional<milliseconds> speculation::due_at() const {
  if (!settings_.speculate || text_.empty() || count_ >= settings_.speculations_max)
    return std::nullopt;
  if (turn_over_)
    return changed_at_;
  if (voice_)
    return std::nullopt;
  const bool heard_all =
      heard_to_ == milliseconds::max() || (voice_end_.count() > 0 && heard_to_ >= voice_end_);
  return heard_all ? changed_at_ : changed_at_ + settings_.stable_interim;
}

std::optional<std::string> speculation::due(milliseconds now) const {
  const auto at = due_at();
  return at && now >= *at ? std::optional{text_} : std::nullopt;
}

std::optional<milliseconds> speculation::next_deadline() const {
  return due_at();
}

void speculation::forget_turn() {
  text_.clear();
  heard_to_ = voice_end_ = milliseconds{0};
  turn_over_ = false;
  count_ = 0;
}

} // namespace trunkline
