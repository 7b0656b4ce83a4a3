#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The contexts of one ElevenLabs socket, each with its sentence.
//
//   begin --> speaking --isFinal--> gone
//                |  abandon: the caller does not want to hear it
//                v
//             dropped --isFinal--> gone    (its sound still comes and is thrown away)
//
// Until isFinal a context counts: with a sixth one the service closes the whole socket. Fast
// barge-ins leave contexts behind that close slowly; with four of them a new socket is better.

namespace trunkline {

/// Bookkeeping without I/O: the owner of the socket tells what happens and asks what to do. Ids of
/// sentences and of contexts are never used twice, also not over several sockets.
class context_book {
public:
  using time_point = std::chrono::steady_clock::time_point;

  static constexpr size_t contexts_max = 5;
  static constexpr size_t dropped_max = 4;
  static constexpr std::chrono::seconds keep_alive_every{10};

  void socket_opened(time_point now) { sent_at_ = now; }

  /// A context for the sentence, whose messages are sent now; nullopt: there is no room until a
  /// context is final or the socket is replaced.
  std::optional<std::string> begin(uint64_t sentence, time_point now);
  bool has_room() const { return entries_.size() < contexts_max; }
  /// Too many contexts wait for their end: connect anew, then call socket_lost().
  bool wants_new_socket() const;

  /// Whose sound this is; nullopt: nobody wants to hear it.
  std::optional<uint64_t> audio(std::string_view context);
  /// All sound of the context has come: the sentence that is complete, if it is still wanted.
  std::optional<uint64_t> finished(std::string_view context);

  /// The sentence is not wanted any more, begun or not.
  void abandon(uint64_t sentence);
  void abandon_all();

  struct unfinished {
    uint64_t sentence;
    bool partly_heard; ///< some of its sound was handed on: saying it again repeats that
  };
  /// The socket is gone, and its contexts with it: what was still wanted of them, in order.
  std::vector<unfinished> socket_lost();

  /// When nothing was sent for `keep_alive_every`; nullopt: there is no socket.
  std::optional<time_point> keep_alive_due() const;
  /// The message that resets the service's clock.
  std::string keep_alive(time_point now);

private:
  struct entry {
    std::string context;
    uint64_t sentence;
    bool dropped = false;
    bool heard = false;
  };
  std::deque<entry>::iterator find(std::string_view context);

  std::deque<entry> entries_; ///< in the order of begin
  uint64_t next_ = 1;
  std::optional<time_point> sent_at_;
};

} // namespace trunkline
