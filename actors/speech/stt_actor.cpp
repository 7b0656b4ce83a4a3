#include "actors/speech/stt_actor.hpp"

#include "infra/log/log.hpp"

namespace trunkline {

stt_state::stt_state(stt_actor::pointer self, std::shared_ptr<stt_provider> provider,
                     call_actor call)
    : self(self), guard(self), provider(std::move(provider)), call(std::move(call)) {}

stt_actor::behavior_type stt_state::make_behavior() {
  session = provider->open([handle = self_handle<stt_actor>(self)](stt_event event) {
    tell_from_outside(handle, stt_reported{std::move(event)});
  });
  return {
      [this](caller_audio& audio) { session->audio(std::move(audio.chunk)); },
      [this](const voice_changed& voice) {
        voice.speaking ? session->speech_started() : session->speech_ended();
      },
      [this](expect_answer hint) { session->expect(hint.what); },
      [this](stt_reported& reported) { report(std::move(reported.event)); },
      [](ping_atom) {},
  };
}

void stt_state::report(stt_event event) {
  if (auto* words = std::get_if<transcript>(&event)) {
    tell(self, call, transcript_heard{std::move(*words)});
    return;
  }
  auto& why = std::get<failure>(event);
  log_event(log_level::warn, "stt.session_failed",
            {{"provider", provider->name()}, {"error", to_string(why)}});
  tell(self, call, provider_failed{child_role::stt, std::move(why)});
  self->quit(caf::make_error(ec::provider_lost));
}

} // namespace trunkline
