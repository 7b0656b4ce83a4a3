#include "protocol/elevenlabs/voice_settings.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace trunkline {

nlohmann::json to_json(const elevenlabs_voice_settings& settings) {
  auto to = nlohmann::json::object();
  const auto add = [&](const char* name, const std::optional<double>& value, double low,
                       double high) {
    if (value)
      to[name] = std::clamp(*value, low, high);
  };
  add("stability", settings.stability, 0, 1);
  add("similarity_boost", settings.similarity_boost, 0, 1);
  add("style", settings.style, 0, 1);
  add("speed", settings.speed, 0.7, 1.2);
  return to;
}

bool elevenlabs_knows_language(std::string_view model) {
  return model == "eleven_flash_v2_5" || model == "eleven_turbo_v2_5";
}

} // namespace trunkline
