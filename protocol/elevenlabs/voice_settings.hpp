#pragma once

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string_view>

namespace trunkline {

/// How a voice speaks; what is not set is the voice's own.
struct elevenlabs_voice_settings {
  std::optional<double> stability{};        ///< 0 to 1
  std::optional<double> similarity_boost{}; ///< 0 to 1
  std::optional<double> style{};            ///< 0 to 1; more than 0 is slower
  std::optional<double> speed{};            ///< 0.7 to 1.2
};

/// The JSON object of what is set, clamped to what the service accepts; empty: nothing is.
nlohmann::json to_json(const elevenlabs_voice_settings& settings);

/// Only these models take a language_code; others refuse the request.
bool elevenlabs_knows_language(std::string_view model);

} // namespace trunkline
