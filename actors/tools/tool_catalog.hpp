#pragma once

#include "infra/providers/llm_provider.hpp"
#include "schema/assistant.hpp"
#include "schema/failure.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace trunkline {

/// Largest arguments a model may send.
inline constexpr size_t tool_arguments_bytes_max = 8 * 1024;

/// Every tool (schema/tools/*.json, embedded), with the ids of this assistant's services and staff
/// as the allowed values. What a model is offered. Thread safe.
std::vector<tool_spec> tool_catalog(const assistant& who);

/// Whether running the tool changes something outside the conversation: such a call outlives its
/// turn and a barge-in. False for unknown names.
bool has_side_effects(std::string_view tool);

/// Parses and checks what a model wrote against the tool's schema, before anything runs. Size and
/// depth are limited. Unknown tool: `not_found`; else `bad_input` with the place and the rule, fit
/// to be shown to the model, without quoting values. Empty arguments are an empty object. Thread
/// safe.
result<nlohmann::json> checked_arguments(std::string_view tool, std::string_view arguments);

} // namespace trunkline
