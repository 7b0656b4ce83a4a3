#include "protocol/speech/utterance_assembler.hpp"

#include "protocol/speech/given_words.hpp"
#include "protocol/text/utf8.hpp"

#include <algorithm>

namespace trunkline {

using namespace std::chrono_literals;

namespace {

constexpr size_t voices_max = 32;
constexpr size_t alternatives_max = 8;
// Our voice activity is a little late at the start of the voice and hangs on at its end.
constexpr auto start_slack = 300ms;
constexpr auto settled_slack = 200ms;
// A service's decision this long before the end of the voice knew all of its words.
constexpr auto decision_slack = 500ms;
// A service that still has no words this long after the end of the voice will have none.
constexpr auto wordless_after = 700ms;
// Words that no voice of ours belongs to wait this long for one.
constexpr auto held_for = 3000ms;
// Words of a voice that goes on, but says nothing new: let the service settle them.
constexpr auto idle_flush_after = 2000ms;

void join(std::string& to, std::string_view text) {
  if (!to.empty() && !text.empty())
    to += ' ';
  to += text;
}

std::string trimmed(std::string_view text, size_t bytes_max) {
  auto clean = clean_text(text, bytes_max);
  const auto first = clean.find_first_not_of(' ');
  if (first == std::string::npos)
    return {};
  return clean.substr(first, clean.find_last_not_of(' ') - first + 1);
}

bool carries_text(const recognised& what) {
  const bool only_a_sign = what.ends_speech || what.taken_back || what.early_end ||
                           what.answers_flush || what.stream_over;
  return what.settled || !what.text.empty() || !only_a_sign;
}

} // namespace

std::vector<assembled> utterance_assembler::speech_started(time_point now, milliseconds audio) {
  outputs out;
  if (!open_.empty() && !open_.back().ended) { // its end was not told
    open_.back().ended = true;
    open_.back().end = audio;
    open_.back().ended_at = now;
  }
  if (open_.empty()) {
    decided_.reset();
    turn_over_ = false;
    if (now - words_at_ > held_for)
      forget_words();
  }
  if (open_.size() >= voices_max)
    close(1, true, out);
  open_.push_back({.number = ++started_, .begin = audio, .started_at = now});
  say_interim(out);
  return out;
}

std::vector<assembled> utterance_assembler::speech_ended(time_point now, milliseconds audio) {
  outputs out;
  if (open_.empty() || open_.back().ended)
    return out; // it was closed at its greatest length
  auto& spoken = open_.back();
  spoken.ended = true;
  spoken.end = std::max(audio, spoken.begin);
  spoken.ended_at = now;
  const bool all_settled =
      interim_.empty() && settled_to_ > spoken.begin && settled_to_ + settled_slack >= spoken.end;
  if (all_settled || decided_at_end_of(spoken))
    close(open_.size(), false, out);
  else if (settings_.flushes)
    out.emplace_back(flush_wanted{});
  return out;
}

// Without a way to make the service settle nothing better than its decision will come.
bool utterance_assembler::decided_at_end_of(const voice& spoken) const {
  return decided_ && (!settings_.flushes || decided_->audio_end == 0ms ||
                      decided_->audio_end + decision_slack >= spoken.end);
}

std::vector<assembled> utterance_assembler::on(const recognised& what, time_point now) {
  outputs out;
  if (is_stale(what)) {
    if (what.stream_over && !open_.empty())
      close(open_.size(), true, out);
    return out;
  }
  for (auto& spoken : open_)
    if (!what.stream_over && (what.audio_end == 0ms || what.audio_end > spoken.begin)) {
      spoken.answered = true;
      spoken.answered_end = spoken.answered_end || (spoken.ended && what.audio_end == 0ms);
      spoken.told_to = std::max(spoken.told_to, what.audio_end);
    }
  if (take_text(what, now)) {
    decided_.reset();
    turn_over_ = false;
  }
  if (what.early_end)
    turn_over_ = true;
  if (what.taken_back) {
    decided_.reset();
    turn_over_ = false;
  }
  // Without words it is about the silence before the voice, or about noise in it.
  if (what.ends_speech && !all_words().empty()) {
    decided_ = decision{what.audio_end, what.whole_turn};
    turn_over_ = what.whole_turn;
  }
  if (const auto covered = covered_by(what); covered > 0)
    close(covered, false, out);
  if (what.stream_over && !open_.empty())
    close(open_.size(), true, out);
  say_interim(out, what.taken_back);
  return out;
}

// Repeated, out of order, or about something that was closed.
bool utterance_assembler::is_stale(const recognised& what) const {
  if (what.ends_speech && !carries_text(what)) // "no more words came": of the open utterance?
    return open_.empty() ||
           (what.audio_end > 0ms &&
            (what.audio_end <= closed_to_ || what.audio_end + start_slack < open_.front().begin));
  if (what.audio_end == 0ms || what.audio_end > settled_to_)
    return false;
  const bool empty_answer =
      what.answers_flush && what.text.empty() && what.audio_end == settled_to_;
  return carries_text(what) && !empty_answer;
}

// True when it brought words that were not known.
bool utterance_assembler::take_text(const recognised& what, time_point now) {
  if (!carries_text(what))
    return false;
  const auto before = all_words();
  auto text = without_given(trimmed(what.text, settings_.text_bytes_max), given_);
  text_end_ = std::max(text_end_, what.audio_end);
  if (what.settled) {
    if (!text.empty())
      settled_confidence_ = std::min(settled_confidence_, what.confidence);
    append_settled(std::move(text));
    for (const auto& other : what.alternatives)
      if (alternatives_.size() < alternatives_max)
        alternatives_.push_back(trimmed(other, settings_.text_bytes_max));
    interim_.clear();
    given_.clear();
    settled_to_ = std::max(settled_to_, what.audio_end);
  } else {
    interim_ = std::move(text);
    interim_confidence_ = what.confidence;
  }
  const auto after = all_words();
  if (after == before)
    return false;
  words_at_ = now;
  flushed_idle_ = false;
  return !after.empty();
}

// How many of the open voices, from the oldest on, are over and fully told with this.
size_t utterance_assembler::covered_by(const recognised& what) const {
  const bool has_words = !all_words().empty();
  size_t covered = 0;
  for (size_t i = 0; i < open_.size(); ++i) {
    const auto& spoken = open_[i];
    const auto slack = i == 0 ? start_slack : 0ms;
    if (what.audio_end > 0ms && what.audio_end + slack <= spoken.begin)
      break;
    if (!spoken.ended) // its words may be among these: they are held for it
      return what.ends_speech && what.audio_end > 0ms ? 0 : covered;
    const bool told = what.audio_end > 0ms && spoken.end > 0ms; // both times are known
    const bool reached = told && what.settled && what.audio_end + settled_slack >= spoken.end;
    const bool wordless = told && !has_words && what.audio_end >= spoken.end + wordless_after;
    const bool ends = what.ends_speech && (has_words || what.audio_end == 0ms);
    if (ends || reached || wordless || (what.answers_flush && i == 0))
      covered = i + 1;
  }
  return covered;
}

// A service that hears on says so, also when it understands nothing.
bool utterance_assembler::is_unheard(const voice& spoken) const {
  if (!spoken.ended)
    return !spoken.answered && settings_.utterance_max >= settings_.voice_min;
  const bool heard_out =
      spoken.answered_end || (spoken.told_to > 0ms && spoken.told_to + settled_slack >= spoken.end);
  return !heard_out && spoken.end - spoken.begin >= settings_.voice_min;
}

void utterance_assembler::close(size_t count, bool forced, outputs& out) {
  const auto spoken = open_[count - 1];
  const bool deaf = std::any_of(open_.begin(), open_.begin() + static_cast<ptrdiff_t>(count),
                                [&](const voice& v) { return is_unheard(v); });
  transcript final;
  final.text = all_words();
  if (final.text.empty() && forced && deaf) {
    out.emplace_back(failure{failure_kind::timeout,
                             "the recogniser fell silent about a voice it was sent", true});
  } else {
    final.is_final = true;
    final.utterance = spoken.number;
    final.turn_over = decided_ && decided_->whole_turn;
    final.confidence = settled_.empty()   ? interim_confidence_
                       : interim_.empty() ? settled_confidence_
                                          : std::min(settled_confidence_, interim_confidence_);
    final.audio_end = std::max(text_end_, spoken.end);
    final.alternatives = std::move(alternatives_);
    out.emplace_back(std::move(final));
  }
  open_.erase(open_.begin(), open_.begin() + static_cast<ptrdiff_t>(count));
  closed_to_ = std::max({closed_to_, text_end_, forced ? spoken.end : 0ms});
  forget_words();
  // A decision about audio of the next voice still holds for that one.
  if (open_.empty() || (decided_ && decided_->audio_end <= open_.front().begin))
    decided_.reset();
  turn_over_ = decided_ && decided_->whole_turn;
}

// The interim words will come again when the service settles them.
void utterance_assembler::forget_words() {
  join(given_, interim_);
  if (given_.size() > settings_.text_bytes_max)
    given_.clear();
  settled_.clear();
  interim_.clear();
  said_.clear();
  said_turn_over_ = false;
  alternatives_.clear();
  settled_confidence_ = interim_confidence_ = 1;
}

void utterance_assembler::append_settled(std::string text) {
  const auto used = settled_.empty() ? 0 : settled_.size() + 1;
  if (used >= settings_.text_bytes_max)
    return;
  join(settled_, trimmed(text, settings_.text_bytes_max - used));
}

std::string utterance_assembler::all_words() const {
  auto words = settled_;
  join(words, interim_);
  return words.size() <= settings_.text_bytes_max ? words
                                                  : trimmed(words, settings_.text_bytes_max);
}

void utterance_assembler::say_interim(outputs& out, bool again) {
  if (open_.empty())
    return;
  auto words = all_words();
  const bool nothing_new = words == said_ && (turn_over_ == said_turn_over_ || words.empty());
  if (nothing_new && !again)
    return;
  said_ = words;
  said_turn_over_ = turn_over_;
  transcript interim;
  interim.text = std::move(words);
  interim.turn_over = turn_over_;
  interim.confidence = std::min(settled_confidence_, interim_confidence_);
  interim.utterance = open_.back().number;
  interim.audio_end = text_end_;
  out.emplace_back(std::move(interim));
}

std::vector<assembled> utterance_assembler::tick(time_point now) {
  outputs out;
  while (!open_.empty() && now >= deadline_of(open_.front()))
    close(1, true, out);
  // The one that goes on is the last: what is open before it is closed with it.
  if (!open_.empty() && now >= deadline_of(open_.back()))
    close(open_.size(), true, out);
  const bool idle = !open_.empty() && !open_.back().ended && !interim_.empty() && !flushed_idle_ &&
                    now - words_at_ >= idle_flush_after;
  if (settings_.flushes && idle) {
    flushed_idle_ = true;
    out.emplace_back(flush_wanted{});
  }
  say_interim(out);
  return out;
}

utterance_assembler::time_point utterance_assembler::deadline_of(const voice& spoken) const {
  return spoken.ended ? spoken.ended_at + settings_.final_within
                      : spoken.started_at + settings_.utterance_max;
}

std::optional<utterance_assembler::time_point> utterance_assembler::next_deadline() const {
  if (open_.empty())
    return std::nullopt;
  auto next = std::min(deadline_of(open_.front()), deadline_of(open_.back()));
  if (settings_.flushes && !open_.back().ended && !interim_.empty() && !flushed_idle_)
    next = std::min(next, words_at_ + idle_flush_after);
  return next;
}

void utterance_assembler::connection_restarted() {
  auto unsettled = std::move(interim_);
  interim_.clear();
  append_settled(std::move(unsettled));
  given_.clear();
  text_end_ = settled_to_ = closed_to_ = 0ms;
  decided_.reset();
  turn_over_ = false;
  for (auto& spoken : open_)
    spoken.begin = spoken.end = spoken.told_to = 0ms;
}

} // namespace trunkline
