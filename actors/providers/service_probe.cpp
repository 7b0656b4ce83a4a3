#include "actors/providers/service_probe.hpp"

#include <atomic>
#include <utility>

namespace trunkline {

namespace {

using clock = std::chrono::steady_clock;

constexpr size_t chunk_bytes = 160 * 5; // 100 ms
constexpr size_t silence_bytes = 8000;
constexpr uint8_t mulaw_silence = 0xff;

/// Lets the first outcome through.
class verdict {
public:
  explicit verdict(service_probe::on_done done) : done_(std::move(done)) {}

  void good() { say(std::chrono::duration_cast<std::chrono::milliseconds>(clock::now() - start_)); }
  void bad(failure why) { say(std::move(why)); }

private:
  void say(result<std::chrono::milliseconds> outcome) {
    if (!said_.exchange(true))
      done_(std::move(outcome));
  }

  const service_probe::on_done done_;
  const clock::time_point start_ = clock::now();
  std::atomic<bool> said_{false};
};

/// Keeps a provider and whatever of it is under way.
template<class Provider, class Session>
struct probe : service_probe {
  explicit probe(std::shared_ptr<Provider> provider) : provider(std::move(provider)) {}
  const std::shared_ptr<Provider> provider;
  std::unique_ptr<Session> session;
};

assistant bare_assistant() {
  assistant who;
  who.id = "probe";
  who.business = "probe";
  return who;
}

} // namespace

std::unique_ptr<service_probe> start_probe(std::shared_ptr<llm_provider> model,
                                           service_probe::on_done done) {
  auto made = std::make_unique<probe<llm_provider, llm_stream>>(std::move(model));
  llm_request request;
  request.who = std::make_shared<const assistant>(bare_assistant());
  request.prompt = "Answer with one word.";
  request.messages = {{speaker::caller, "Say okay.", {}, {}}};
  made->session = made->provider->start(
      std::move(request), [said = std::make_shared<verdict>(std::move(done))](llm_event event) {
        if (auto* why = std::get_if<failure>(&event))
          said->bad(std::move(*why));
        else
          said->good();
      });
  return made;
}

std::unique_ptr<service_probe> start_probe(std::shared_ptr<tts_provider> voice,
                                           service_probe::on_done done) {
  auto made = std::make_unique<probe<tts_provider, tts_session>>(std::move(voice));
  made->session = made->provider->open(
      {}, [said = std::make_shared<verdict>(std::move(done))](tts_event event) {
        if (auto* why = std::get_if<failure>(&event.what))
          said->bad(std::move(*why));
        else
          said->good();
      });
  made->session->speak(1, "Okay.");
  return made;
}

std::unique_ptr<service_probe> start_probe(std::shared_ptr<stt_provider> recogniser,
                                           std::vector<uint8_t> speech,
                                           service_probe::on_done done) {
  auto made = std::make_unique<probe<stt_provider, stt_session>>(std::move(recogniser));
  made->session =
      made->provider->open([said = std::make_shared<verdict>(std::move(done))](stt_event event) {
        if (auto* why = std::get_if<failure>(&event))
          said->bad(std::move(*why));
        else if (std::get<transcript>(event).is_final)
          said->good();
      });
  speech.insert(speech.end(), silence_bytes, mulaw_silence);
  made->session->speech_started();
  for (size_t at = 0; at < speech.size(); at += chunk_bytes) {
    const auto end = std::min(at + chunk_bytes, speech.size());
    made->session->audio(
        {std::make_shared<const std::vector<uint8_t>>(speech.begin() + static_cast<ptrdiff_t>(at),
                                                      speech.begin() + static_cast<ptrdiff_t>(end)),
         std::chrono::milliseconds{at / 8}});
  }
  made->session->speech_ended();
  return made;
}

} // namespace trunkline
