#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

namespace trunkline {

enum class log_level { debug, info, warn, error, off };

/// One field of a log line. Use the names the operators know: request_id, call_sid, turn,
/// latency_ms, action, provider, error. Never caller text; numbers only masked.
struct log_field {
  std::string_view key;
  std::variant<std::string_view, int64_t, double, bool> value;

  log_field(std::string_view key, std::string_view value) : key(key), value(value) {}
  log_field(std::string_view key, const std::string& value)
      : key(key), value(std::string_view{value}) {}
  log_field(std::string_view key, const char* value) : key(key), value(std::string_view{value}) {}
  log_field(std::string_view key, bool value) : key(key), value(value) {}
  log_field(std::string_view key, double value) : key(key), value(value) {}
  template<class T>
  requires(std::is_integral_v<T> && !std::is_same_v<T, bool>)
      log_field(std::string_view key, T value)
      : key(key), value(static_cast<int64_t>(value)) {}
};

/// Writes one JSON object on one line of stderr: timestamp, level, event, then the fields. Thread
/// safe; text is escaped and invalid UTF-8 replaced.
void log_event(log_level level, std::string_view event,
               std::initializer_list<log_field> fields = {});

/// Lines below `level` are not written. Thread safe.
void set_log_level(log_level level);
/// debug | info | warn | error | off; anything else: info.
log_level log_level_from(std::string_view name);

} // namespace trunkline
