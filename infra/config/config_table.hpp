#pragma once

#include "infra/config/config_field.hpp"
#include "schema/config.hpp"

#include <span>
#include <string>
#include <vector>

namespace trunkline {

/// A setting of the engine: the one description from which reading, unknown-key errors,
/// `config show`, `config init` and docs/configuration.md are made.
struct config_row : field_row<engine_config> {
  std::string_view variable{}; ///< the designs' own name for it; empty: only the formed one
  bool secret = false;         ///< never in a file or flag, never shown
};

/// All of them, grouped by table.
std::span<const config_row> config_rows();
/// Those of outside services, a part of all.
std::span<const config_row> service_setting_rows();
const config_row* find_config_row(std::string_view key);

/// `limits.max_calls`: TRUNKLINE_LIMITS_MAX_CALLS. Every key has one.
std::string formed_variable(std::string_view key);
/// The name to tell people: the designs' own one where there is one.
std::string variable_of(const config_row& row);
/// Whether what the setting now is belongs into the environment only: a secret, or a URL with a
/// password in it.
bool holds_secret(const config_row& row, engine_config& config);
/// As plain text, without what is secret in it.
std::string shown_text(const config_row& row, engine_config& config);
/// TRUNKLINE_* variables that are not settings: the build script's.
bool is_foreign_variable(std::string_view name);

// The same for [[assistants]] and the tables in it.
std::span<const field_row<assistant>> assistant_rows();
std::span<const field_row<turn_settings>> turn_rows();
std::span<const field_row<spoken_language>> language_rows();
std::span<const field_row<extraction_settings>> extraction_rows();
std::span<const field_row<faq_entry>> faq_rows();
std::span<const field_row<service>> service_rows();
std::span<const field_row<staff_member>> staff_rows();

/// The Markdown tables of docs/configuration.md, between its markers.
std::string config_markdown();

} // namespace trunkline
