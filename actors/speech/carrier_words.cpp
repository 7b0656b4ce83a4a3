#include "actors/speech/carrier_words.hpp"

#include <utility>

namespace trunkline {

namespace {

// What was said and not understood is taken for speech, not for a cough.
constexpr std::chrono::milliseconds not_understood_length{1000};

transcript words(std::string text, bool is_final, uint64_t utterance) {
  transcript heard;
  heard.text = std::move(text);
  heard.is_final = is_final;
  heard.utterance = utterance;
  return heard;
}

} // namespace

void carrier_words::begin(events& out, steady_time at) {
  if (std::exchange(open_, true))
    return;
  ++utterances_;
  out.push_back(voice_changed{true, at, {}});
}

carrier_words::events carrier_words::partial(std::string text, steady_time now) {
  events out;
  if (text.empty() || (open_ && text == partial_))
    return out;
  begin(out, now);
  partial_ = text;
  settles_at_ = now + settled_;
  if (overdue_)
    overdue_at_ = now + *overdue_;
  out.push_back(words(std::move(text), false, utterances_));
  return out;
}

carrier_words::events carrier_words::final(std::string text, bool rejected, steady_time now) {
  events out;
  begin(out, rejected ? now - not_understood_length : now);
  out.push_back(voice_changed{false, now, {}});
  auto heard = words(std::move(text), true, utterances_);
  heard.rejected = rejected;
  heard.turn_over = true;
  out.push_back(std::move(heard));
  open_ = false;
  partial_.clear();
  settles_at_.reset();
  overdue_at_.reset();
  return out;
}

carrier_words::events carrier_words::nothing(steady_time now) {
  return open_ ? final({}, false, now) : events{};
}

carrier_words::events carrier_words::check(steady_time now) {
  if (overdue_at_ && now >= *overdue_at_)
    return final(partial_, false, now);
  if (!settles_at_ || now < *settles_at_)
    return {};
  settles_at_.reset();
  auto heard = words(partial_, false, utterances_);
  heard.turn_over = true;
  return {std::move(heard)};
}

std::optional<steady_time> carrier_words::next_deadline() const {
  return settles_at_ ? settles_at_ : overdue_at_;
}

} // namespace trunkline
