#pragma once

#include "infra/config/service_entry.hpp"
#include "schema/config.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace trunkline {

// Tenants may bring keys of their own, so that their calls count on their own accounts. They come
// from TRUNKLINE_TENANT_KEYS only: a JSON object of tenants, each an object of the variables that
// hold the engine's keys:
//
//   {"acme": {"OPENAI_API_KEY": "...", "DEEPGRAM_API_KEY": "..."}}
//
// A service that a tenant has no key for is reached with the engine's. An assistant cannot choose:
// its tenant decides.

/// What `config.tenant_keys` says, over `config.services`. Problems are a line each, with no value
/// in it; a tenant with a problem is left out.
std::map<std::string, tenant_services> read_tenant_keys(const engine_config& config,
                                                        std::vector<std::string>& problems);

/// As the calls of a tenant reach them.
const services_config& services_of(const std::string& tenant_id, const engine_config& config);

/// Names a service in metrics, breakers and reports: "stt:deepgram", "llm:openai:gpt-4o", and
/// "llm:openai@acme" with a tenant's own key, so that a tenant's spent quota is its own trouble.
std::string service_key(std::string_view role, const service_entry& entry,
                        const std::string& tenant_id, const engine_config& config);

} // namespace trunkline
