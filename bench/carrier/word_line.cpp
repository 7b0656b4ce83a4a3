#include "bench/carrier/word_line.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace trunkline {

namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

constexpr auto partial_every = 300ms;
constexpr auto interrupts_after = 200ms;
constexpr uint8_t loud = 0x20, loud_below = 0xa0; // mu-law: a square wave

std::vector<uint8_t> sound_of(media_time length) {
  std::vector<uint8_t> sound(static_cast<size_t>(length / 125us));
  for (size_t i = 0; i < sound.size(); ++i)
    sound[i] = i / 8 % 2 == 0 ? loud : loud_below;
  return sound;
}

// The first `share` of a text, whole words only.
std::string part_of(const std::string& text, double share) {
  if (share >= 1)
    return text;
  auto end = static_cast<size_t>(static_cast<double>(text.size()) * std::max(share, 0.0));
  while (end > 0 && text[end] != ' ')
    --end;
  return text.substr(0, end);
}

} // namespace

word_line::word_line(boost::asio::io_context& io, clock::time_point call_began, virtual_ear& ear,
                     events events)
    : io_(io), call_began_(call_began), ear_(ear), events_(std::move(events)) {}

media_time word_line::now() const {
  return std::chrono::duration_cast<media_time>(clock::now() - call_began_);
}

void word_line::open() {
  frame_clock::of(io_).add(shared_from_this());
}

void word_line::close() {
  closed_ = true;
  frame_clock::of(io_).remove(*this);
  (void)ear_.clear(now());
}

void word_line::on_beat(clock::time_point) {
  if (closed_)
    return;
  const auto at = now();
  (void)ear_.advance(at);
  if (const bool speaks = ear_.ahead() > media_time{}; speaks != agent_speaks_) {
    agent_speaks_ = speaks;
    if (events_.on_agent_speaks)
      events_.on_agent_speaks(speaks);
  }
  if (!line_.empty())
    go_on_with_line(at);
  if (!closed_)
    events_.on_tick(at);
}

void word_line::agent_says(const std::string& text, bool interruptible) {
  const auto at = now();
  (void)ear_.advance(at);
  if (ear_.ahead() == media_time{}) {
    agent_text_.clear();
    agent_since_ = at;
  }
  agent_text_ += text;
  interruptible_ = interruptible;
  if (!text.empty())
    ear_.play(sound_of(per_character_ * static_cast<int>(text.size())), at);
}

void word_line::say(std::string text, mulaw_audio audio) {
  line_ = std::move(text);
  line_since_ = now();
  line_length_ = audio ? media_time{std::chrono::microseconds{audio->size() * 125}}
                       : per_character_ * static_cast<int>(line_.size());
  next_partial_ = line_since_ + partial_every;
  line_over_ = interrupted_ = false;
}

void word_line::press(char key) {
  events_.on_key(key);
}

void word_line::go_on_with_line(media_time at) {
  const auto spoken = at - line_since_;
  if (!interrupted_ && spoken >= interrupts_after && ear_.ahead() > media_time{} && interruptible_)
    interrupt_agent(at);
  if (closed_)
    return;
  if (!line_over_ && spoken >= line_length_) {
    line_over_ = true;
    events_.on_partial(line_); // a recogniser has the words before it is sure of the end
    events_.on_spoken(line_since_ + line_length_);
  } else if (!line_over_ && at >= next_partial_) {
    next_partial_ += partial_every;
    const auto share = static_cast<double>(spoken.count()) /
                       static_cast<double>(std::max(line_length_, media_time{1}).count());
    if (auto words = part_of(line_, share); !words.empty())
      events_.on_partial(std::move(words));
  } else if (line_over_ && spoken >= line_length_ + recogniser_silence_) {
    events_.on_words(std::exchange(line_, {}));
  }
}

std::string word_line::heard_so_far() const {
  const auto whole = per_character_ * static_cast<int>(std::max<size_t>(agent_text_.size(), 1));
  const auto left = static_cast<double>(ear_.ahead().count()) / static_cast<double>(whole.count());
  return part_of(agent_text_, 1 - left);
}

void word_line::interrupt_agent(media_time at) {
  interrupted_ = true;
  auto heard = heard_so_far();
  (void)ear_.clear(at);
  events_.on_interrupt(std::move(heard),
                       std::chrono::duration_cast<std::chrono::milliseconds>(at - agent_since_));
}

} // namespace trunkline
