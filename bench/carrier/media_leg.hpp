#pragma once

#include "bench/carrier/caller_script.hpp"
#include "bench/carrier/frame_clock.hpp"
#include "bench/carrier/virtual_ear.hpp"
#include "bench/carrier/webhook.hpp"
#include "infra/net/http_client.hpp"
#include "infra/speech/voice_activity.hpp"
#include "protocol/twilio/media_message.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>

namespace trunkline {

/// Counts of one media stream, both directions.
struct media_counts {
  uint64_t frames_sent = 0;
  uint64_t frames_late = 0; ///< left over 20 ms after they were due: our own machine was busy
  uint64_t media_received = 0;
  uint64_t marks_echoed = 0;
  uint64_t clears = 0;
  uint64_t bad_messages = 0;
  uint64_t flooded = 0;    ///< media thrown away: minutes of it were waiting to be played
  uint16_t close_code = 0; ///< as the server closed; 0: it did not
};

/// The carrier's end of one Media Streams socket: sends a frame every 20 ms on an absolute
/// schedule, plays what comes into the ear, echoes marks. Lives on one io_context's thread; pending
/// operations keep it alive until on_end.
class media_leg : public web_socket_handler,
                  public frame_clock::listener,
                  public std::enable_shared_from_this<media_leg> {
public:
  struct events {
    std::function<void()> on_started;
    std::function<void(media_time)> on_tick; ///< every 20 ms, after the frame was sent
    /// The first audible frame of say() has left; when it was due.
    std::function<void(media_time)> on_voice;
    /// The server dropped what the ear had not played.
    std::function<void(media_time)> on_clear;
    /// With watch_voice(): a voice begins or ends; when the frame that says so was due, and what.
    std::function<void(media_time, const voice_event&)> on_voice_change;
    /// Everything of say() has left; the end of its last audible frame.
    std::function<void(media_time)> on_spoken;
    /// Once, last. Empty: the server closed the stream or we did; else why there was none.
    std::function<void(std::string)> on_end;
  };

  media_leg(boost::asio::io_context& io, std::chrono::steady_clock::time_point call_began,
            virtual_ear& ear, events events);

  void start(const webhook_settings& settings, const std::string& url, stream_started start);
  void say(mulaw_audio audio);
  bool speaking() const { return line_ != nullptr; }
  void press(char digit);
  /// Sends `stop` and closes, as when the call is over or continues elsewhere.
  void stop();
  void record_into(std::vector<uint8_t>* spoken) { spoken_ = spoken; }
  /// Every frame goes through the engine's detector with its usual settings: about 3 us each.
  void watch_voice() { voice_.emplace(voice_settings{}); }
  /// Line noise between words, root mean square of 16 bit samples; 0: digital silence.
  void set_noise(unsigned level) { noise_level_ = level; }
  media_counts counts() const { return counts_; }

  void on_text(std::string_view message) override;
  void on_binary(std::string_view) override { ++counts_.bad_messages; }
  void on_closed(uint16_t code, std::string_view reason) override;

private:
  void opened(std::shared_ptr<web_socket> socket);
  void on_beat(std::chrono::steady_clock::time_point due) override;
  void send_frame(std::chrono::steady_clock::time_point due);
  void send(std::string message);
  void echo(const std::vector<std::string>& names);
  void end(std::string why);
  media_time now() const;
  void background(std::span<uint8_t> frame);

  boost::asio::io_context& io_;
  const std::chrono::steady_clock::time_point call_began_;
  virtual_ear& ear_; // of the call, which outlives its legs
  events events_;
  std::shared_ptr<web_socket> socket_;
  stream_message_parser parser_;
  stream_started start_;
  media_counts counts_;
  uint64_t sequence_ = 0;
  mulaw_audio line_;
  size_t line_at_ = 0;
  media_time last_audible_{};
  bool voiced_ = false; // since say()
  std::vector<uint8_t>* spoken_ = nullptr;
  std::optional<voice_activity> voice_;
  unsigned noise_level_ = 0;
  std::minstd_rand noise_{1};
  bool stopped_ = false, ended_ = false;
};

} // namespace trunkline
