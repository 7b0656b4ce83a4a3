#include "bench/carrier/scripted_caller.hpp"

#include <algorithm>

namespace trunkline {

namespace {

using namespace std::chrono_literals;

} // namespace

scripted_caller::scripted_caller(spoken_script script, caller_habits habits)
    : script_(std::move(script)), habits_(habits), used_(script_.lines.size()) {
  for (const auto& line : script_.lines)
    when_.push_back(line.line.when.empty() ? std::regex{} : agent_pattern(line.line.when));
}

std::optional<scripted_caller::action> scripted_caller::decide(media_time now,
                                                               const virtual_ear& ear) {
  const auto& heard = ear.utterances();
  const auto last = ear.last_heard();
  const bool answered = !heard.empty() && last > listening_from_;
  if (answered) {
    const auto began = std::find_if(heard.begin(), heard.end(), [&](const auto& utterance) {
      return utterance.to > listening_from_;
    });
    const auto since = std::max(began->from, listening_from_);
    if (const auto over = pick(true);
        over && now - since >= *script_.lines[over->line].line.barge_in)
      return take(*over);
    const bool words_are_in = !knows_words_ || known_until_ >= last;
    if (now - last >= habits_.silence && words_are_in) {
      const auto next = pick(false);
      if (!next && asked_to_repeat())
        return repeat();
      if (next && now - last >= habits_.silence + script_.lines[next->line].line.pause)
        return take(*next);
    }
  }
  const auto quiet = now - std::max(last, listening_from_);
  if (habits_.speak_anyway > 0ms && quiet >= habits_.speak_anyway)
    if (const auto next = next_in_order())
      return take(*next);
  if (answered && !anything_left() && quiet >= habits_.hang_up)
    return action{{}, nullptr, {}, true, "nothing left to say"};
  if (quiet >= habits_.patience)
    return action{{}, nullptr, {}, true, "heard nothing for too long"};
  return std::nullopt;
}

// The first unused line in file order that waits for no particular words, or with unknown words
// any; those before it are used up.
std::optional<scripted_caller::candidate> scripted_caller::next_in_order() const {
  for (size_t i = 0; i < script_.lines.size(); ++i) {
    const auto& line = script_.lines[i];
    const auto uses = knows_words_ ? line.uses.size() : std::min<size_t>(line.uses.size(), 1);
    if ((!knows_words_ || line.line.when.empty()) && used_[i] < uses)
      return candidate{i, used_[i]};
  }
  return std::nullopt;
}

std::optional<scripted_caller::candidate> scripted_caller::pick(bool barge_in_only) const {
  // A line that means to interrupt is said all the same when the agent has fallen silent first.
  const auto fits = [&](const spoken_line& line) {
    return !barge_in_only || line.line.barge_in.has_value();
  };
  if (knows_words_)
    for (size_t i = 0; i < script_.lines.size(); ++i) {
      const auto& line = script_.lines[i];
      if (!line.line.when.empty() && used_[i] < line.uses.size() && fits(line) && matches(i))
        return candidate{i, used_[i]};
    }
  const auto next = next_in_order();
  if (next && fits(script_.lines[next->line]))
    return next;
  return std::nullopt;
}

bool scripted_caller::matches(size_t line) const {
  return std::any_of(said_.upper_bound(consumed_), said_.end(),
                     [&](const auto& turn) { return std::regex_search(turn.second, when_[line]); });
}

// "Sorry, I did not catch that": a caller says it again instead of waiting.
bool scripted_caller::asked_to_repeat() const {
  static const auto pattern =
      agent_pattern("(did ?n.t|did not|could ?n.t|could not) (quite )?(catch|hear|understand|get)|"
                    "say that again|repeat|pardon|rephrase|once more");
  return knows_words_ && last_ && repeats_left_ > 0 &&
         std::any_of(said_.upper_bound(consumed_), said_.end(),
                     [&](const auto& turn) { return std::regex_search(turn.second, pattern); });
}

scripted_caller::action scripted_caller::repeat() {
  --repeats_left_;
  if (!said_.empty())
    consumed_ = said_.rbegin()->first;
  return *last_;
}

bool scripted_caller::anything_left() const {
  return next_in_order().has_value();
}

scripted_caller::action scripted_caller::take(candidate which) {
  ++used_[which.line];
  if (!said_.empty())
    consumed_ = said_.rbegin()->first;
  if (habits_.starts_over && !next_in_order())
    std::fill(used_.begin(), used_.end(), 0);
  const auto& line = script_.lines[which.line];
  const auto& use = line.uses[which.use];
  last_ = action{use.text, use.audio, line.line.dtmf, line.line.hang_up,
                 line.line.hang_up ? "as the script says" : ""};
  return *last_;
}

scripted_caller::action scripted_caller::message() {
  if (const auto next = next_in_order())
    return take(*next);
  return {"Please call me back.", nullptr, {}, false, {}};
}

} // namespace trunkline
