#include "bench/carrier/media_leg.hpp"

#include "protocol/audio/mulaw.hpp"
#include "protocol/twilio/signature.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace trunkline {

namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

constexpr auto frame_time = 20ms;
constexpr auto ahead_max = 180s; // of audio that a server may send before it can be heard

} // namespace

media_leg::media_leg(boost::asio::io_context& io, clock::time_point call_began, virtual_ear& ear,
                     events events)
    : io_(io), call_began_(call_began), ear_(ear), events_(std::move(events)) {}

media_time media_leg::now() const {
  return std::chrono::duration_cast<media_time>(clock::now() - call_began_);
}

void media_leg::start(const webhook_settings& settings, const std::string& url,
                      stream_started start) {
  start_ = std::move(start);
  auto request = request_to(settings, url);
  request.headers = {{"X-Twilio-Signature", sign_webhook(settings.token, url)}};
  request.timeouts = {5000ms, 5000ms, 10'000ms};
  web_socket_connect(io_, std::move(request), shared_from_this(),
                     [self = shared_from_this()](auto socket) {
                       if (socket)
                         self->opened(std::move(*socket));
                       else
                         self->end(socket.error().context);
                     });
}

void media_leg::opened(std::shared_ptr<web_socket> socket) {
  if (ended_ || stopped_) {
    socket->close(1000, "the call has moved on");
    end("");
    return;
  }
  socket_ = std::move(socket);
  send(render_connected());
  start_.sequence = ++sequence_;
  send(render_started(start_));
  events_.on_started();
  frame_clock::of(io_).add(shared_from_this());
}

void media_leg::on_beat(clock::time_point due) {
  send_frame(due);
  echo(ear_.advance(now()));
  if (!ended_ && !stopped_)
    events_.on_tick(now());
}

void media_leg::send_frame(clock::time_point due) {
  if (clock::now() - due > frame_time)
    ++counts_.frames_late;
  std::array<uint8_t, mulaw_frame_bytes> frame;
  background(frame);
  bool audible = false;
  if (line_) {
    const auto take = std::min(frame.size(), line_->size() - line_at_);
    std::copy_n(line_->begin() + static_cast<ptrdiff_t>(line_at_), take, frame.begin());
    line_at_ += take;
    audible = is_audible(frame);
  }
  ++counts_.frames_sent;
  send(render_caller_media({++sequence_, counts_.frames_sent, counts_.frames_sent * 20, true,
                            start_.stream_sid, frame}));
  const auto at = std::chrono::duration_cast<media_time>(due - call_began_);
  if (spoken_) {
    // The frame holds the 20 ms before it was due.
    const auto sample = static_cast<size_t>(std::max(at - frame_time, media_time{}) / 125us);
    if (spoken_->size() < sample)
      spoken_->resize(sample, mulaw_silence);
    spoken_->insert(spoken_->end(), frame.begin(), frame.end());
  }
  if (audible) {
    last_audible_ = at;
    if (!std::exchange(voiced_, true))
      events_.on_voice(at);
  }
  if (voice_)
    for (const auto& event : voice_->feed(frame))
      events_.on_voice_change(at, event);
  if (line_ && line_at_ == line_->size()) {
    line_.reset();
    events_.on_spoken(last_audible_);
  }
}

void media_leg::background(std::span<uint8_t> frame) {
  std::fill(frame.begin(), frame.end(), mulaw_silence);
  if (noise_level_ == 0)
    return;
  const auto peak = static_cast<int>(noise_level_) * 7 / 4; // of even noise with that mean
  std::uniform_int_distribution<int> sample{-peak, peak};
  for (auto& byte : frame)
    byte = mulaw_encode(static_cast<int16_t>(sample(noise_)));
}

void media_leg::say(mulaw_audio audio) {
  line_ = audio && !audio->empty() ? std::move(audio) : nullptr;
  line_at_ = 0;
  last_audible_ = now();
  voiced_ = false;
  if (!line_)
    events_.on_spoken(last_audible_);
}

void media_leg::press(char digit) {
  if (socket_)
    send(render_digit({++sequence_, start_.stream_sid, digit}));
}

void media_leg::stop() {
  if (std::exchange(stopped_, true))
    return;
  if (!socket_)
    return;
  frame_clock::of(io_).remove(*this);
  send(render_stopped({++sequence_, start_.stream_sid, start_.account_sid, start_.call_sid}));
  socket_->close(1000, "");
}

void media_leg::send(std::string message) {
  socket_->send_text(std::move(message));
}

void media_leg::echo(const std::vector<std::string>& names) {
  for (const auto& name : names) {
    if (!socket_ || stopped_)
      return;
    ++counts_.marks_echoed;
    send(render_mark_echo({++sequence_, start_.stream_sid, name}));
  }
}

void media_leg::on_text(std::string_view message) {
  const auto parsed = parser_.parse(message);
  if (!parsed) {
    ++counts_.bad_messages;
    return;
  }
  if (const auto* media = std::get_if<stream_media>(&*parsed)) {
    ++counts_.media_received;
    if (ear_.ahead() > ahead_max)
      ++counts_.flooded;
    else
      ear_.play(media->audio, now());
  } else if (const auto* mark = std::get_if<stream_mark>(&*parsed)) {
    echo(ear_.mark(mark->name, now()));
  } else if (std::holds_alternative<stream_clear>(*parsed)) {
    ++counts_.clears;
    const bool dropped = ear_.ahead() > 0us;
    echo(ear_.clear(now()));
    if (dropped && !ended_ && !stopped_)
      events_.on_clear(now());
  } else {
    ++counts_.bad_messages;
  }
}

void media_leg::on_closed(uint16_t code, std::string_view) {
  counts_.close_code = code;
  end("");
}

void media_leg::end(std::string why) {
  if (std::exchange(ended_, true))
    return;
  frame_clock::of(io_).remove(*this);
  socket_.reset();
  (void)ear_.clear(now()); // what was not played yet is gone with the stream
  const auto events = std::exchange(events_, {});
  events.on_end(std::move(why));
}

} // namespace trunkline
