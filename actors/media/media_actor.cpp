#include "actors/media/media_actor.hpp"

#include "infra/log/log.hpp"

#include <utility>

namespace trunkline {

namespace {

// On the socket's thread.
stream_port::message_reader reader_for(media_actor to, const turn_settings& settings) {
  auto reader =
      std::make_shared<media_reader>(voice_settings{settings.voice_start, settings.voice_stop});
  return [to = std::move(to), reader = std::move(reader)](std::string_view message) {
    for (auto& one : reader->read(message, std::chrono::steady_clock::now()))
      std::visit([&](auto& news) { tell_from_outside(to, std::move(news)); }, one);
  };
}

} // namespace

media_state::media_state(media_actor::pointer self, turn_settings settings,
                         std::chrono::milliseconds frame_silence_max, call_actor call)
    : self(self), guard(self), settings(settings), frame_silence_max(frame_silence_max),
      call(std::move(call)), kept(settings.turn_abandon) {}

media_state::~media_state() {
  if (port && !ended)
    port->close(1011, "the channel ended");
}

media_actor::behavior_type media_state::make_behavior() {
  return {
      [this](attach_stream& stream) { attach(std::move(stream)); },
      [this](socket_closed) {
        ended = true;
        self->quit(caf::make_error(ec::media_lost));
      },
      [this](caller_audio& audio) { on_audio(std::move(audio)); },
      [this](const voice_changed& change) { on_voice(change); },
      [this](key_pressed key) { tell(self, call, key); },
      [this](mark_played& mark) { tell(self, others.tts, std::move(mark)); },
      [this](stream_stopped_by_carrier stopped) { tell(self, call, stopped); },
      [this](stream_broken) { self->quit(caf::make_error(ec::media_lost)); },
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
  const auto here = self_handle<media_actor>(self);
  port->connect(here, reader_for(here, settings));
  tell_later(self, self_handle<media_actor>(self), frame_silence_max, tick_atom_v);
}

void media_state::on_audio(caller_audio&& audio) {
  last_frame = self->clock().now();
  const auto& bytes = *audio.chunk.bytes;
  if (recording) // which knows where late frames belong
    recording->caller(audio.at, audio.timestamp_ms, bytes);
  if (audio.late)
    return; // its time has passed
  kept.add(bytes);
  tell(self, others.stt, std::move(audio));
}

void media_state::on_voice(const voice_changed& change) {
  speaking = change.speaking;
  (speaking ? voice_began : voice_ended) = change;
  speaking ? kept.voice_begins() : kept.voice_ends();
  tell(self, others.stt, change);
  tell(self, call, change);
}

void media_state::replay() {
  if (kept.utterance().empty())
    return;
  tell(self, others.stt, voice_began);
  tell(self, others.stt,
       caller_audio{
           {std::make_shared<const std::vector<uint8_t>>(kept.utterance()), voice_began.audio}});
  if (!speaking)
    tell(self, others.stt, voice_ended);
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
