#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace trunkline {

// What is known of voices by their names alone.

/// The carrier's voice for a language when none is configured; empty: none is known here.
std::string usual_say_voice(std::string_view tag);

/// The language of a carrier's voice ("Polly.Lupe-Neural", "Google.es-US-Neural2-A"); nothing when
/// the name does not say.
std::optional<std::string> language_of_say_voice(std::string_view voice);

/// Why an outside voice surely cannot speak a language; nothing when it can, or may. `service`: as
/// in a service list; `voice`: by the service's own name.
std::optional<std::string> cannot_speak(std::string_view service, std::string_view voice,
                                        std::string_view tag);
/// The same for a recogniser and its model.
std::optional<std::string> cannot_hear(std::string_view service, std::string_view model,
                                       std::string_view tag);

} // namespace trunkline
