#pragma once

#include "infra/config/service_entry.hpp"
#include "infra/net/client_loop.hpp"
#include "infra/providers/llm_provider.hpp"
#include "infra/providers/stt_provider.hpp"
#include "infra/providers/tts_provider.hpp"
#include "schema/services.hpp"

#include <memory>
#include <string>
#include <vector>

namespace trunkline {

/// For whom and on which loop a service is made.
struct service_place {
  const services_config& config;
  const assistant& who;
  client_loop& loop;
  std::string voice{}; ///< tts: by the service's own name; empty: that of its settings
};

/// A voice, and how it sounds: the key of its sentences in the phrase cache.
struct remote_voice {
  std::shared_ptr<tts_provider> provider;
  std::string voice; ///< the service's own name of it
  std::string key;
};

// Each joins a service's codec to its connections, as the configuration says. Failure: `not_found`
// for a name that is no outside service of that role, `bad_input` for options that no request could
// be made of. Nothing is sent.

result<std::shared_ptr<stt_provider>> make_remote_stt(const service_entry& entry,
                                                      const service_place& place);
result<std::shared_ptr<llm_provider>> make_remote_llm(const service_entry& entry,
                                                      const service_place& place);
result<remote_voice> make_remote_tts(const service_entry& entry, const service_place& place);

/// Names and terms of an assistant that a recogniser may not know how to spell.
std::vector<std::string> terms_of(const assistant& who);

} // namespace trunkline
