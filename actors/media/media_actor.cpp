#include "actors/media/media_actor.hpp"

#include "infra/log/log.hpp"

#include <type_traits>
#include <utility>

namespace trunkline {

namespace {

using std::chrono::milliseconds;

constexpr size_t bytes_per_ms = 8;
constexpr size_t silence_batch_bytes = 100 * bytes_per_ms;
// A carrier's own messages are well formed; more broken ones than this are an attack or a defect.
constexpr unsigned bad_messages_max = 20;

} // namespace

media_state::media_state(media_actor::pointer self, turn_settings settings,
                         std::chrono::milliseconds frame_silence_max, call_actor call)
    : self(self), guard(self), settings(settings), frame_silence_max(frame_silence_max),
      call(std::move(call)), activity({settings.voice_start, settings.voice_stop}),
      kept(settings.turn_abandon) {}

media_state::~media_state() {
  if (port && !ended)
    port->close(1011, "the channel ended");
}

media_actor::behavior_type media_state::make_behavior() {
  return {
      [this](attach_stream& stream) { attach(std::move(stream)); },
      [this](const socket_text& message) { on_text(message.text); },
      [this](socket_closed) {
        ended = true;
        self->quit(caf::make_error(ec::media_lost));
      },
      [this](const agent_audio& audio) { send_audio(audio); },
      [this](const agent_mark& mark) {
        if (port)
          port->send(render_mark(stream_sid, mark.name));
      },
      [this](agent_clear) { clear_audio(); },
      [this](start_recording& order) {
        recording = std::make_unique<stream_recording>(std::move(order.tape), self->clock().now());
      },
      [this](finish_stream) {
        ended = true;
        if (port)
          port->close(1000, "done");
        self->quit();
      },
      [this](replay_speech) { replay(); },
      [this](const speech_understood& news) {
        if (!speaking && news.at == voice_ended.at)
          kept.forget();
      },
      [this](siblings& handles) { others = std::move(handles); },
      [this](tick_atom) { watch_silence(); },
      [](ping_atom) {},
  };
}

void media_state::attach(attach_stream&& stream) {
  if (port) {
    stream.port->refuse();
    return;
  }
  port = std::move(stream.port);
  stream_sid = std::move(stream.stream_sid);
  last_frame = self->clock().now();
  port->connect(self_handle<media_actor>(self));
  tell_later(self, self_handle<media_actor>(self), frame_silence_max, tick_atom_v);
}

void media_state::on_text(const std::string& text) {
  auto parsed = parser.parse(text);
  if (!parsed) {
    if (++bad_messages == 1)
      log_event(log_level::warn, "media.bad_message", {{"error", parsed.error().context}});
    if (bad_messages > bad_messages_max)
      self->quit(caf::make_error(ec::media_lost));
    return;
  }
  std::visit(
      [this](auto& message) {
        using type = std::decay_t<decltype(message)>;
        if constexpr (std::is_same_v<type, stream_media>)
          on_audio(message);
        else if constexpr (std::is_same_v<type, stream_mark>)
          on_mark(std::move(message.name));
        else if constexpr (std::is_same_v<type, stream_digit>)
          tell(self, call, key_pressed{message.digit});
        else if constexpr (std::is_same_v<type, stream_stopped>)
          tell(self, call, stream_stopped_by_carrier{});
        else if constexpr (std::is_same_v<type, stream_started>)
          self->quit(caf::make_error(ec::media_lost)); // a second start: not our stream any more
      },
      *parsed);
}

void media_state::on_audio(const stream_media& media) {
  if (!media.inbound)
    return;
  const auto now = self->clock().now();
  last_frame = now;
  if (recording) // which knows where late frames belong
    recording->caller(now, media.timestamp_ms, media.audio);
  if (media.sequence != 0 && last_sequence != 0 && media.sequence <= last_sequence)
    return; // repeated or out of order: its time has passed
  last_sequence = media.sequence;
  const auto after = milliseconds{(media_bytes + media.audio.size()) / bytes_per_ms};
  for (const auto& event : activity.feed(media.audio)) {
    // What is before the change goes first, so that the recogniser has it.
    flush();
    speaking = event.what == voice_event::kind::started;
    const voice_changed change{speaking, now - (after - event.at), event.at};
    (speaking ? voice_began : voice_ended) = change;
    speaking ? kept.voice_begins() : kept.voice_ends();
    tell(self, others.stt, change);
    tell(self, call, change);
  }
  media_bytes += media.audio.size();
  kept.add(media.audio);
  batch.insert(batch.end(), media.audio.begin(), media.audio.end());
  if (speaking || batch.size() >= silence_batch_bytes)
    flush();
}

void media_state::flush() {
  if (batch.empty())
    return;
  const auto start = milliseconds{(media_bytes - batch.size()) / bytes_per_ms};
  tell(self, others.stt,
       caller_audio{
           {std::make_shared<const std::vector<uint8_t>>(std::exchange(batch, {})), start}});
}

void media_state::replay() {
  if (kept.utterance().empty())
    return;
  batch.clear();
  tell(self, others.stt, voice_began);
  tell(self, others.stt,
       caller_audio{
           {std::make_shared<const std::vector<uint8_t>>(kept.utterance()), voice_began.audio}});
  if (!speaking)
    tell(self, others.stt, voice_ended);
}

void media_state::on_mark(std::string&& mark) {
  tell(self, others.tts, mark_played{std::move(mark)});
}

void media_state::send_audio(const agent_audio& audio) {
  if (!port)
    return;
  const std::span<const uint8_t> all{*audio.bytes};
  const auto piece = all.subspan(audio.from, audio.to - audio.from);
  port->send(render_media(stream_sid, piece));
  if (recording)
    recording->agent(self->clock().now(), piece);
}

void media_state::clear_audio() {
  if (!port)
    return;
  port->send(render_clear(stream_sid));
  if (recording)
    recording->clear(self->clock().now());
}

void media_state::watch_silence() {
  const auto quiet = self->clock().now() - last_frame;
  if (quiet >= frame_silence_max) {
    log_event(log_level::warn, "media.silent", {{"latency_ms", frame_silence_max.count()}});
    self->quit(caf::make_error(ec::media_lost));
    return;
  }
  tell_later(self, self_handle<media_actor>(self), frame_silence_max - quiet, tick_atom_v);
}

} // namespace trunkline
