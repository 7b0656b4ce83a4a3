#pragma once

#include "infra/config/config_node.hpp"
#include "schema/config.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace trunkline {

/// A setting in its record; its type says what a configuration may give it. Durations are whole
/// numbers of their unit.
using field_ref = std::variant<std::string*, std::vector<std::string>*, bool*, unsigned*, double*,
                               std::chrono::seconds*, std::chrono::milliseconds*,
                               std::chrono::minutes*, std::chrono::hours*, listen_address*>;

/// What a value must be beyond its type.
enum class field_check {
  none,
  required,        ///< text that is not blank
  id,              ///< required: lower-case letters, digits, - and _
  number,          ///< E.164, or a list of such
  required_number, ///< E.164, not empty
  url,             ///< http or https, absolute
  log_level,
  zone,        ///< IANA time zone
  day,         ///< ISO dates
  voice,       ///< of the embedded synthesiser
  language,    ///< required: BCP-47 tag
  channel,     ///< media_stream, gather or relay
  refuge,      ///< gather, relay or stay
  recording,   ///< off, after_consent or on
  preset,      ///< of schema/presets.toml
  stt_service, ///< list of service entries, at least one (an assistant's may be empty)
  llm_service,
  tts_service,
  llm_profile,     ///< of an OpenAI-compatible server
  whisper_profile, ///< of a Whisper server
  database,        ///< SQLite path, sqlite:///path or postgres://...; may hold a password
  file             ///< readable
};

/// Whether a setting must be given when it has no default.
constexpr bool is_needed(field_check check) {
  return check == field_check::required || check == field_check::id ||
         check == field_check::required_number || check == field_check::language;
}

/// One line of a table of settings: the name in the file, the member it fills, its meaning.
template<class T>
struct field_row {
  std::string_view key;
  std::string_view doc;
  field_ref (*member)(T&);
  field_check check = field_check::none;
  int64_t min = 0, max = 1'000'000; ///< numbers only
};

/// Fill the field; on failure the field is unchanged and the answer says what is wrong and what to
/// write instead, without the value when that may hold a secret.
std::optional<std::string> set_field(field_ref to, const config_node& from, field_check check,
                                     int64_t min, int64_t max);
/// From an environment variable or flag: lists are separated by commas.
std::optional<std::string> set_field(field_ref to, const std::string& from, field_check check,
                                     int64_t min, int64_t max);

/// "number", "text", "list of texts" and so on, for documentation.
std::string field_type(field_ref of);
/// As it would be written in TOML.
std::string field_toml(field_ref of);
/// As plain text: lists with commas.
std::string field_text(field_ref of);

/// A TOML basic string with its quotes.
std::string toml_quoted(std::string_view text);

/// "127.0.0.1:8080", "[::1]:8080", "8080" (loopback). Nothing when it is none.
std::optional<listen_address> parse_listen_address(std::string_view text);
std::string to_string(const listen_address& address);
/// 127.0.0.0/8, ::1 or localhost.
bool is_loopback(std::string_view host);

/// The candidate nearest to `name` when it is near enough to be a typing mistake.
std::optional<std::string> nearest_name(std::string_view name,
                                        const std::vector<std::string>& candidates);

} // namespace trunkline
