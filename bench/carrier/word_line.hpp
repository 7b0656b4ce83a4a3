#pragma once

#include "bench/carrier/caller_script.hpp"
#include "bench/carrier/frame_clock.hpp"
#include "bench/carrier/virtual_ear.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace trunkline {

/// A call without audio of ours: the carrier speaks the agent's text and recognises the caller. The
/// text sounds in the ear at 15 characters a second; a caller's line comes out as words, growing
/// while it lasts. Lives on one io_context's thread; the frame clock keeps it alive from open()
/// until close().
class word_line : public frame_clock::listener, public std::enable_shared_from_this<word_line> {
public:
  struct events {
    std::function<void(media_time)> on_tick;     ///< every 20 ms
    std::function<void(media_time)> on_spoken;   ///< the caller's line is over
    std::function<void(std::string)> on_partial; ///< its words so far
    std::function<void(std::string)> on_words;   ///< all of them, after the recogniser's silence
    std::function<void(char)> on_key;
    std::function<void(bool)> on_agent_speaks; ///< begins or has ended; null: nobody asked
    /// The caller spoke over the agent, who fell silent: what was heard, and for how long.
    std::function<void(std::string, std::chrono::milliseconds)> on_interrupt;
  };

  word_line(boost::asio::io_context& io, std::chrono::steady_clock::time_point call_began,
            virtual_ear& ear, events events);

  static constexpr media_time usual_per_character{std::chrono::milliseconds{1000} / 15};
  static constexpr media_time usual_silence = std::chrono::milliseconds{500};

  void open();
  void close();
  /// How long a character of the agent's text sounds, and how long the recogniser waits for more.
  void set_pace(media_time per_character, media_time recogniser_silence) {
    per_character_ = per_character;
    recogniser_silence_ = recogniser_silence;
  }
  void agent_says(const std::string& text, bool interruptible = true);
  void say(std::string text, mulaw_audio audio);
  bool speaking() const { return !line_.empty(); }
  void press(char key);
  media_time now() const;

  void on_beat(std::chrono::steady_clock::time_point due) override;

private:
  void go_on_with_line(media_time at);
  void interrupt_agent(media_time at);
  std::string heard_so_far() const;

  boost::asio::io_context& io_;
  const std::chrono::steady_clock::time_point call_began_;
  virtual_ear& ear_;
  events events_;
  std::string agent_text_; ///< of the talk that sounds
  media_time agent_since_{}, per_character_ = usual_per_character;
  media_time recogniser_silence_ = usual_silence;
  bool agent_speaks_ = false;
  bool interruptible_ = true;
  std::string line_;
  media_time line_since_{}, line_length_{}, next_partial_{};
  bool line_over_ = false, interrupted_ = false, closed_ = false;
};

} // namespace trunkline
