#include "tests/support/staged_services.hpp"

#include "bench/providers/deepgram_stand_in.hpp"
#include "bench/providers/recogniser_stand_ins.hpp"
#include "bench/providers/voice_stand_ins.hpp"
#include "tests/support/sample_assistant.hpp"

#include <stdexcept>

namespace trunkline::testing {

namespace {

chat_brain practice_brain() {
  return receptionist_brain(std::make_shared<const assistant>(sample_assistant()), [] {
    return std::chrono::time_point_cast<timestamp::duration>(std::chrono::system_clock::now());
  });
}

} // namespace

staged_services::staged_services(const options& how) {
  const latency_spread hearing{how.recogniser}, token{how.first_token}, audio{how.first_audio};
  const auto model = [&] {
    chat_stand_in_settings settings;
    settings.brain = practice_brain();
    settings.first_token = token;
    return settings;
  };
  deepgram_stand_in_settings deepgram;
  deepgram.words = words_;
  deepgram.latency = hearing;
  deepgram.last_word_changes = how.last_word_changes;
  recogniser_stand_in_settings vosk, azure;
  vosk.words = words_;
  azure.words = bystander_words_;
  vosk.latency = azure.latency = hearing;
  voice_stand_in_settings voice;
  voice.first_audio = audio;
  add(service_role::stt, place::first, deepgram_stand_in(deepgram), how);
  add(service_role::stt, place::second, vosk_stand_in(vosk), how);
  add(service_role::stt, place::bystander, azure_stand_in(azure), how);
  add(service_role::llm, place::first, openai_stand_in(model()), how);
  add(service_role::llm, place::second, anthropic_stand_in(model()), how);
  add(service_role::llm, place::bystander, openai_stand_in(model()), how);
  add(service_role::tts, place::first, elevenlabs_stand_in(voice), how);
  add(service_role::tts, place::second, polly_stand_in(voice), how);
  add(service_role::tts, place::bystander, coqui_stand_in(voice), how);
  thread_ = std::thread{[this] { io_.run(); }};
}

staged_services::~staged_services() {
  io_.stop();
  thread_.join();
}

void staged_services::add(service_role role, place which, std::unique_ptr<stand_in_service> service,
                          const options& how) {
  stand_in_options options;
  if (which == place::first && how.secure == role) {
    options.certificate_file = how.certificate_file;
    options.key_file = how.key_file;
  }
  auto server = stand_in_server::start(io_, std::move(service), options);
  if (!server)
    throw std::runtime_error("stand-in: " + to_string(server.error()));
  servers_[{role, which}] = std::move(*server);
}

std::string staged_services::name(service_role role, place which) const {
  static const std::map<service_role, std::array<const char*, 3>> names{
      {service_role::stt, {"deepgram", "vosk", "azure"}},
      {service_role::llm, {"openai", "anthropic", "compatible"}},
      {service_role::tts, {"elevenlabs", "polly", "coqui"}}};
  return names.at(role).at(static_cast<size_t>(which));
}

std::string staged_services::key(service_role role, place which) const {
  static const std::map<service_role, const char*> roles{
      {service_role::stt, "stt"}, {service_role::llm, "llm"}, {service_role::tts, "tts"}};
  return std::string{roles.at(role)} + ":" + name(role, which);
}

std::string staged_services::url(service_role role, place which) const {
  return servers_.at({role, which})->base_url();
}

void staged_services::configure(engine_config& config) const {
  const auto listed = [&](service_role role) {
    return std::vector{name(role, place::first), name(role, place::second)};
  };
  config.stt_providers = listed(service_role::stt);
  config.llm_providers = listed(service_role::llm);
  config.tts_providers = listed(service_role::tts);
  auto& services = config.services;
  services.deepgram.base_url = url(service_role::stt, place::first);
  services.vosk.base_url = url(service_role::stt, place::second);
  services.azure.base_url = url(service_role::stt, place::bystander);
  services.openai.base_url = url(service_role::llm, place::first) + "/v1";
  services.anthropic.base_url = url(service_role::llm, place::second);
  services.compatible.base_url = url(service_role::llm, place::bystander) + "/v1";
  services.compatible.model = "stand-in";
  services.elevenlabs.base_url = url(service_role::tts, place::first);
  services.elevenlabs.voice = "voice";
  services.polly.base_url = url(service_role::tts, place::second);
  services.coqui.base_url = url(service_role::tts, place::bystander);
  services.azure.region = "nowhere";
  services.polly.access_key_id = "AKIDEXAMPLE";
  for (auto* key :
       {&services.deepgram.api_key, &services.openai.api_key, &services.anthropic.api_key,
        &services.elevenlabs.api_key, &services.azure.api_key, &services.polly.secret_access_key})
    *key = "key-of-a-stand-in";
  auto& first = config.assistants.at(0);
  first.move_to_gather = false; // to see the other rungs
  first.voice = "kal16";        // the quickest, for what is kept in memory
  first.greeting = "Hello, this is Ava. How can I help you?";
  auto bystander = first;
  bystander.id = "bystander";
  bystander.is_default = false;
  bystander.numbers = {bystanders_number};
  bystander.stt = {name(service_role::stt, place::bystander)};
  bystander.llm = {name(service_role::llm, place::bystander)};
  bystander.tts = {name(service_role::tts, place::bystander)};
  config.assistants.push_back(std::move(bystander));
}

} // namespace trunkline::testing
