#include "infra/config/field_checks.hpp"

#include "infra/config/presets.hpp"
#include "infra/config/service_entry.hpp"
#include "infra/net/http_client.hpp"
#include "infra/store/database_url.hpp"
#include "infra/time/zone.hpp"
#include "protocol/text/language_tag.hpp"
#include "protocol/text/phone_number.hpp"
#include "protocol/text/utf8.hpp"
#include "protocol/time/local_time.hpp"

#include <algorithm>
#include <array>
#include <set>

#include <unistd.h>

namespace trunkline {

namespace {

constexpr std::array llm_profiles{"ollama", "llama.cpp", "vllm", "compatible"};
constexpr std::array whisper_profiles{"whisper.cpp", "speaches", "openai"};
constexpr std::array known_voices{"kal16", "rms", "slt", "awb"};
constexpr std::array known_channels{"media_stream", "gather", "relay"};
constexpr std::array known_refuges{"gather", "relay", "stay"};
constexpr std::array known_recordings{"off", "after_consent", "on"};
constexpr std::array known_levels{"debug", "info", "warn", "error", "off"};

std::string quoted(std::string_view text) {
  return "'" + shortened(clean_text(text, 200), 60) + "'";
}

bool known(const auto& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string listed(const auto& names) {
  std::string all;
  for (const auto* name : names)
    all += (all.empty() ? "" : ", ") + std::string{name};
  return all;
}

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= 64 &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") == text.npos;
}

// The value is not quoted: a URL may carry a password.
std::optional<std::string> check_url(const std::string& value) {
  const auto parts = parse_url(value);
  if (!parts)
    return "is not a URL: " + parts.error().context.substr(4) +
           "; write it like https://voice.example.com";
  if (parts->scheme != "http" && parts->scheme != "https")
    return "must be an http or https URL";
  if (value.find_first_of("?#") != value.npos)
    return "must not have a query or fragment";
  return {};
}

// A SQLite path loses its sqlite://; nothing is quoted, as a URL may carry a password.
std::optional<std::string> check_database(const std::string& value, std::string& to) {
  auto url = parse_database_url(value);
  if (!url)
    return url.error().context;
  to = std::move(url->text);
  return {};
}

std::optional<std::string> check_service(service_role role, const std::string& value) {
  const auto entry = parse_service_entry(role, value);
  return entry ? std::nullopt : std::optional{entry.error().context};
}

std::optional<std::string> check_known(const auto& names, const std::string& value) {
  if (known(names, value))
    return std::nullopt;
  return "is " + quoted(value) + "; it must be one of " + listed(names);
}

std::optional<std::string> check_language(const std::string& value) {
  if (is_language_tag(value))
    return std::nullopt;
  return "is " + quoted(value) + "; write a language tag such as en-US, es-MX or es";
}

/// One of a few words.
std::optional<std::string> check_choice(field_check check, const std::string& value) {
  switch (check) {
  case field_check::log_level:
    return check_known(known_levels, value);
  case field_check::channel:
    return check_known(known_channels, value);
  case field_check::refuge:
    return check_known(known_refuges, value);
  case field_check::recording:
    return check_known(known_recordings, value);
  case field_check::llm_profile:
    return check_known(llm_profiles, value);
  case field_check::whisper_profile:
    return check_known(whisper_profiles, value);
  default:
    return {};
  }
}

std::optional<std::string> check_item(field_check check, const std::string& value) {
  switch (check) {
  case field_check::id:
    if (!is_id(value))
      return "is " + quoted(value) + "; an id has 1 to 64 lower-case letters, digits, - or _";
    break;
  case field_check::required:
    if (value.find_first_not_of(" \t\r\n") == value.npos)
      return "must not be empty";
    break;
  case field_check::number:
  case field_check::required_number: // may be a private number: masked
    if (!is_e164(value))
      return "is " + quoted(mask_number(value)) + "; write the number in E.164: +15550100200";
    break;
  case field_check::url:
    return check_url(value);
  case field_check::voice:
    if (!known(known_voices, value))
      return "is " + quoted(value) + "; the embedded voices are " + listed(known_voices);
    break;
  case field_check::language:
    return check_language(value);
  case field_check::stt_service:
    return check_service(service_role::stt, value);
  case field_check::llm_service:
    return check_service(service_role::llm, value);
  case field_check::tts_service:
    return check_service(service_role::tts, value);
  case field_check::preset:
    return check_preset(value);
  case field_check::day:
    if (!parse_iso_date(value))
      return "has " + quoted(value) + "; write dates like 2026-12-25";
    break;
  case field_check::zone:
    if (!check_zone(value))
      return "is " + quoted(value) +
             ", an unknown time zone; use an IANA name such as "
             "America/New_York";
    break;
  case field_check::file:
    if (::access(value.c_str(), R_OK) != 0)
      return "names the file " + quoted(value) + ", which cannot be read";
    break;
  default:
    return check_choice(check, value);
  }
  return {};
}

} // namespace

std::vector<std::string> comma_list(std::string_view text) {
  std::vector<std::string> items;
  while (!text.empty()) {
    const auto comma = std::min(text.find(','), text.size());
    auto item = text.substr(0, comma);
    text.remove_prefix(std::min(comma + 1, text.size()));
    const auto first = item.find_first_not_of(" \t");
    if (first != item.npos)
      items.emplace_back(item.substr(first, item.find_last_not_of(" \t") - first + 1));
  }
  return items;
}

std::optional<std::string> check_text(field_check check, const std::string& value,
                                      std::string& to) {
  const bool may_be_empty = check != field_check::required && check != field_check::id &&
                            check != field_check::required_number && check != field_check::zone &&
                            check != field_check::log_level && check != field_check::language;
  if (value.empty() && may_be_empty) {
    to.clear();
    return {};
  }
  if (value.find('\0') != value.npos)
    return "contains a NUL character";
  if (check == field_check::database)
    return check_database(value, to);
  if (auto wrong = check_item(check, value))
    return wrong;
  to = value;
  if (check == field_check::url && to.ends_with('/'))
    to.pop_back(); // paths are appended
  return {};
}

std::optional<std::string> check_list(field_check check, std::vector<std::string> values,
                                      std::vector<std::string>& to) {
  std::set<std::string> seen;
  for (const auto& value : values) {
    if (value.find('\0') != value.npos)
      return "contains a NUL character";
    if (auto wrong = check_item(check, value))
      return wrong;
    if (!seen.insert(value).second && check != field_check::none)
      return "has " + quoted(check == field_check::number ? mask_number(value) : value) + " twice";
  }
  if (values.empty() && check == field_check::required)
    return "must not be empty";
  to = std::move(values);
  return {};
}

std::optional<std::string> check_listen(const std::string& value, listen_address& to) {
  const auto address = parse_listen_address(value);
  if (!address)
    return "is " + quoted(value) + "; write address:port, such as 127.0.0.1:8080 or [::]:8080";
  to = *address;
  return {};
}

} // namespace trunkline
