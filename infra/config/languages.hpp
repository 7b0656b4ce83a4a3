#pragma once

#include "infra/config/service_entry.hpp"
#include "schema/assistant.hpp"
#include "schema/config.hpp"

#include <string>
#include <vector>

namespace trunkline {

/// What is not given of a further language becomes that of the phrase catalogue, of what is usual,
/// or of the assistant.
void complete(spoken_language& one, const assistant& who);

/// Voices of the carrier that are missing, or that surely speak another language; a line each.
std::vector<std::string> unfit_say_voices(const assistant& who);

/// The services an assistant's calls use in the language it speaks now: its own list, else the
/// engine's, without what cannot understand or speak the language because it is embedded.
std::vector<service_entry> recognisers_of(const assistant& who, const engine_config& config);
std::vector<service_entry> voices_of(const assistant& who, const engine_config& config);
/// The same for language models, which are one list for all its languages.
std::vector<service_entry> models_of(const assistant& who, const engine_config& config);
/// Whether it speaks a language besides English.
bool speaks_more_than_english(const assistant& who);

/// The service's voice that speaks for an assistant; `first`: the service heads its list.
std::string voice_of(const service_entry& entry, bool first, const assistant& who,
                     const services_config& config);

/// Languages of assistants that their services cannot serve; a line each.
std::vector<std::string> unserved_languages(const engine_config& config);

} // namespace trunkline
