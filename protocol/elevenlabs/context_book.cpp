#include "protocol/elevenlabs/context_book.hpp"

#include "protocol/elevenlabs/multi_stream.hpp"

#include <algorithm>

namespace trunkline {

std::deque<context_book::entry>::iterator context_book::find(std::string_view context) {
  return std::find_if(entries_.begin(), entries_.end(),
                      [&](const entry& e) { return e.context == context; });
}

std::optional<std::string> context_book::begin(uint64_t sentence, time_point now) {
  if (!has_room())
    return std::nullopt;
  entries_.push_back({"s" + std::to_string(next_++), sentence});
  sent_at_ = now;
  return entries_.back().context;
}

bool context_book::wants_new_socket() const {
  const auto dropped =
      std::count_if(entries_.begin(), entries_.end(), [](const entry& e) { return e.dropped; });
  return static_cast<size_t>(dropped) >= dropped_max;
}

std::optional<uint64_t> context_book::audio(std::string_view context) {
  const auto found = find(context);
  if (found == entries_.end() || found->dropped)
    return std::nullopt;
  found->heard = true;
  return found->sentence;
}

std::optional<uint64_t> context_book::finished(std::string_view context) {
  const auto found = find(context);
  if (found == entries_.end())
    return std::nullopt;
  const auto done = *found;
  entries_.erase(found);
  return done.dropped ? std::nullopt : std::optional{done.sentence};
}

void context_book::abandon(uint64_t sentence) {
  for (auto& e : entries_)
    if (e.sentence == sentence)
      e.dropped = true;
}

void context_book::abandon_all() {
  for (auto& e : entries_)
    e.dropped = true;
}

std::vector<context_book::unfinished> context_book::socket_lost() {
  std::vector<unfinished> wanted;
  for (const auto& e : entries_)
    if (!e.dropped)
      wanted.push_back({e.sentence, e.heard});
  entries_.clear();
  sent_at_.reset();
  return wanted;
}

std::optional<context_book::time_point> context_book::keep_alive_due() const {
  return sent_at_ ? std::optional{*sent_at_ + keep_alive_every} : std::nullopt;
}

// Every context of ours is closed right after its sentence, so none can be named.
std::string context_book::keep_alive(time_point now) {
  sent_at_ = now;
  return render_stream_keep_alive({});
}

} // namespace trunkline
