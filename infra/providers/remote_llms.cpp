// Language models by name.

#include "infra/providers/chat_llm.hpp"
#include "infra/providers/remote_services.hpp"
#include "protocol/anthropic/messages.hpp"
#include "protocol/openai/chat.hpp"

#include <utility>

namespace trunkline {

namespace {

using namespace std::chrono_literals;

/// Connect, first byte (replaced by the first token's own), whole.
constexpr client_timeouts cloud{1500ms, 3000ms, 12000ms};
// Servers of one's own may have to load the model, and take their time.
constexpr client_timeouts local{500ms, 8000ms, 20000ms};

std::shared_ptr<llm_provider> joined(const service_entry& entry, const service_place& place,
                                     const std::string& base_url, const client_timeouts& timeouts,
                                     std::unique_ptr<chat_codec> codec) {
  chat_llm_settings settings;
  settings.endpoint = {entry.name, base_url, timeouts};
  settings.first_token = timeouts.first_byte;
  return std::make_shared<chat_llm>(place.loop, std::move(settings), std::move(codec));
}

result<std::shared_ptr<llm_provider>> compatible(const service_entry& entry,
                                                 const service_place& place,
                                                 const compatible_config& config) {
  auto options = openai_chat_profile(config.profile);
  if (!options)
    return options.error();
  options->service = entry.name;
  options->model = entry.model.empty() ? config.model : entry.model;
  options->api_key = config.api_key;
  options->tokens_max = static_cast<int>(config.max_tokens);
  auto codec = make_openai_chat(std::move(*options));
  if (!codec)
    return codec.error();
  return joined(entry, place, config.base_url, local, std::move(*codec));
}

result<std::shared_ptr<llm_provider>> openai(const service_entry& entry,
                                             const service_place& place) {
  const auto& config = place.config.openai;
  auto options = openai_chat_profile("openai");
  if (!options)
    return options.error();
  options->model = entry.model.empty() ? config.model : entry.model;
  options->api_key = config.api_key;
  options->tokens_max = static_cast<int>(config.max_tokens);
  options->temperature = config.temperature;
  auto codec = make_openai_chat(std::move(*options));
  if (!codec)
    return codec.error();
  return joined(entry, place, config.base_url, cloud, std::move(*codec));
}

result<std::shared_ptr<llm_provider>> anthropic(const service_entry& entry,
                                                const service_place& place) {
  const auto& config = place.config.anthropic;
  anthropic_messages_options options;
  options.model = entry.model.empty() ? config.model : entry.model;
  options.api_key = config.api_key;
  options.tokens_max = static_cast<int>(config.max_tokens);
  auto codec = make_anthropic_messages(std::move(options));
  if (!codec)
    return codec.error();
  return joined(entry, place, config.base_url, cloud, std::move(*codec));
}

} // namespace

result<std::shared_ptr<llm_provider>> make_remote_llm(const service_entry& entry,
                                                      const service_place& place) {
  if (entry.name == "openai")
    return openai(entry, place);
  if (entry.name == "anthropic")
    return anthropic(entry, place);
  if (entry.name == "ollama")
    return compatible(entry, place, place.config.ollama);
  if (entry.name == "compatible")
    return compatible(entry, place, place.config.compatible);
  return failure{failure_kind::not_found, "no outside language model is named " + entry.name};
}

} // namespace trunkline
