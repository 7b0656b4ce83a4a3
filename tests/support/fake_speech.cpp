#include "tests/support/fake_speech.hpp"

#include "actors/agent/embedded_agent.hpp"
#include "protocol/audio/mulaw.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace trunkline::testing {

std::string told_stt::words::take() {
  std::lock_guard lock{mutex};
  return always.empty() ? std::exchange(next, {}) : always;
}

struct told_stt::session : stt_session {
  session(std::shared_ptr<words> from, stt_sink sink)
      : from(std::move(from)), sink(std::move(sink)) {}

  void speech_started() override { ++utterance; }
  void audio(audio_chunk chunk) override { heard = chunk.start + chunk.length(); }
  void speech_ended() override {
    transcript words;
    words.text = from->take();
    words.is_final = true;
    words.utterance = utterance;
    words.audio_end = heard;
    sink(std::move(words));
  }

  std::shared_ptr<words> from;
  stt_sink sink;
  uint64_t utterance = 0;
  std::chrono::milliseconds heard{0};
};

void told_stt::will_hear(std::string text) {
  std::lock_guard lock{words_->mutex};
  words_->next = std::move(text);
}

void told_stt::always_hears(std::string text) {
  std::lock_guard lock{words_->mutex};
  words_->always = std::move(text);
}

std::unique_ptr<stt_session> told_stt::open(stt_sink sink) {
  return std::make_unique<session>(words_, std::move(sink));
}

struct humming_tts::session : tts_session {
  session(std::shared_ptr<const pace> ms_per_character, tts_sink sink)
      : ms_per_character(std::move(ms_per_character)), sink(std::move(sink)) {}

  void speak(uint64_t sentence, std::string text) override {
    const auto ms =
        std::clamp<size_t>(text.size(), 20, 112) * static_cast<size_t>(*ms_per_character);
    auto audio = std::make_shared<std::vector<uint8_t>>(ms * mulaw_bytes_per_ms);
    for (size_t i = 0; i < audio->size(); ++i)
      (*audio)[i] = mulaw_encode(i / 16 % 2 == 0 ? 7000 : -7000);
    sink({sentence, audio_chunk{std::move(audio), {}}});
    sink({sentence, tts_done{}});
  }
  void cancel() override {}

  std::shared_ptr<const pace> ms_per_character;
  tts_sink sink;
};

std::unique_ptr<tts_session> humming_tts::open(const std::string&, tts_sink sink) {
  return std::make_unique<session>(ms_per_character_, std::move(sink));
}

namespace {

void speak_two_languages(const llm_request& request, const llm_sink& sink) {
  const auto& last = request.messages.back();
  const auto has = [&](const char* part) { return last.text.find(part) != std::string::npos; };
  const auto call = [&](const char* tag) {
    sink(tool_call{"1", "switch_language", std::string{R"({"language":")"} + tag + "\"}"});
  };
  if (last.role == speaker::caller && has("falla")) {
    sink(failure{failure_kind::unavailable, "told to fail", false});
    return;
  }
  if (last.role == speaker::caller && has("español"))
    call("es-US");
  else if (last.role == speaker::caller && has("English"))
    call("en-US");
  else if (last.role == speaker::tool)
    sink(reply_delta{has("es-US") ? "Claro, sigamos en español." : "Of course, English it is."});
  else
    sink(reply_delta{request.who->language == "es-US" ? "Abrimos de lunes a viernes."
                                                      : "We open from Monday to Friday."});
  sink(llm_done{});
}

} // namespace

holding_llm::holding_llm() : agent_(std::make_shared<embedded_agent>()) {}

bool holding_llm::held(const std::string& call_sid) const {
  std::lock_guard lock{mutex_};
  return held_.count(call_sid) != 0;
}

void holding_llm::will_extract(std::string answer) {
  std::lock_guard lock{mutex_};
  extraction_ = std::move(answer);
}

std::string holding_llm::last_prompt() const {
  std::lock_guard lock{mutex_};
  return last_prompt_;
}

std::unique_ptr<llm_stream> holding_llm::start(llm_request request, llm_sink sink) {
  if (request.prompt.starts_with("You read the transcript")) {
    std::lock_guard lock{mutex_};
    sink(reply_delta{extraction_});
    sink(llm_done{});
    return std::make_unique<llm_stream>();
  }
  {
    std::lock_guard lock{mutex_};
    last_prompt_ = request.prompt;
  }
  if (request.facts.caller_name == held_caller) {
    std::lock_guard lock{mutex_};
    if (held_.insert(request.facts.call_sid).second)
      return std::make_unique<llm_stream>();
  }
  if (!request.who->languages.empty()) {
    speak_two_languages(request, sink);
    return std::make_unique<llm_stream>();
  }
  return agent_->start(std::move(request), std::move(sink));
}

} // namespace trunkline::testing
