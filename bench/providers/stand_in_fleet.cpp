#include "bench/providers/stand_in_fleet.hpp"

#include "bench/providers/deepgram_stand_in.hpp"
#include "bench/providers/recogniser_stand_ins.hpp"
#include "bench/providers/voice_stand_ins.hpp"

namespace trunkline {

namespace {

std::vector<std::unique_ptr<stand_in_service>>
services_of(const fleet_settings& settings, const std::shared_ptr<told_words>& words) {
  deepgram_stand_in_settings deepgram{words, settings.recogniser, settings.first_audio,
                                      settings.last_word_changes, settings.seed};
  recogniser_stand_in_settings recogniser{
      words, settings.recogniser, settings.first_audio, {}, settings.seed};
  chat_stand_in_settings chat;
  chat.brain = settings.brain;
  chat.first_token = settings.first_token;
  chat.between_tokens = settings.between_tokens;
  chat.voice = settings.first_audio;
  chat.words = words;
  chat.seed = settings.seed;
  voice_stand_in_settings voice;
  voice.first_audio = settings.first_audio;
  voice.seed = settings.seed;
  std::vector<std::unique_ptr<stand_in_service>> all;
  all.push_back(deepgram_stand_in(deepgram));
  all.push_back(vosk_stand_in(recogniser));
  all.push_back(azure_stand_in(recogniser));
  all.push_back(openai_stand_in(chat));
  all.push_back(anthropic_stand_in(chat));
  all.push_back(elevenlabs_stand_in(voice));
  all.push_back(polly_stand_in(voice));
  all.push_back(coqui_stand_in(voice));
  return all;
}

} // namespace

result<std::unique_ptr<stand_in_fleet>> stand_in_fleet::start(boost::asio::io_context& io,
                                                              const fleet_settings& settings) {
  std::unique_ptr<stand_in_fleet> fleet{new stand_in_fleet};
  stand_in_options options;
  options.port = settings.first_port;
  options.seed = settings.seed;
  options.on_fault = settings.on_fault;
  for (auto& service : services_of(settings, fleet->words_)) {
    const auto name = service->name();
    auto server = stand_in_server::start(io, std::move(service), options);
    if (!server)
      return server.error();
    fleet->servers_[name] = std::move(*server);
    if (options.port != 0)
      ++options.port;
  }
  return fleet;
}

result<size_t> stand_in_fleet::learn(const caller_script& script, const std::string& voice) {
  size_t texts = 0;
  for (const auto& line : script.lines)
    for (const auto* wordings : {&line.say, &line.unseen})
      for (const auto& text : *wordings) {
        const auto audio = speak(voice, text);
        if (!audio)
          return audio.error();
        words_->learn(**audio, text);
        ++texts;
      }
  return texts;
}

stand_in_server* stand_in_fleet::find(const std::string& name) const {
  const auto found = servers_.find(name);
  return found == servers_.end() ? nullptr : found->second.get();
}

std::vector<std::string> stand_in_fleet::names() const {
  std::vector<std::string> all;
  for (const auto& [name, server] : servers_)
    all.push_back(name);
  return all;
}

std::vector<std::pair<std::string, std::string>> stand_in_fleet::environment() const {
  const auto url = [&](const char* name) { return servers_.at(name)->base_url(); };
  const std::string key = "key-of-a-stand-in";
  return {{"STT_PROVIDER", "deepgram,vosk,embedded"},
          {"LLM_PROVIDER", "openai,anthropic,embedded"},
          {"TTS_PROVIDER", "elevenlabs,polly,embedded"},
          {"DEEPGRAM_BASE_URL", url("deepgram")},
          {"DEEPGRAM_API_KEY", key},
          {"VOSK_BASE_URL", url("vosk")},
          {"AZURE_SPEECH_BASE_URL", url("azure")},
          {"AZURE_SPEECH_KEY", key},
          {"OPENAI_BASE_URL", url("openai") + "/v1"},
          {"OPENAI_API_KEY", key},
          {"ANTHROPIC_BASE_URL", url("anthropic")},
          {"ANTHROPIC_API_KEY", key},
          {"ELEVENLABS_BASE_URL", url("elevenlabs")},
          {"ELEVENLABS_API_KEY", key},
          {"ELEVENLABS_VOICE_ID", "stand-in"},
          {"AWS_POLLY_BASE_URL", url("polly")},
          {"AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"},
          {"AWS_SECRET_ACCESS_KEY", key},
          {"COQUI_BASE_URL", url("coqui")}};
}

} // namespace trunkline
