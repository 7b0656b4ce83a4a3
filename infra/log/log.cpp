#include "infra/log/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <cmath>
#include <memory>
#include <type_traits>

namespace trunkline {

namespace {

// The length of the valid UTF-8 sequence at the start of `text`, or 0.
size_t sequence_length(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const size_t length = lead < 0x80    ? 1
                        : lead >= 0xF0 ? 4
                        : lead >= 0xE0 ? 3
                        : lead >= 0xC2 ? 2
                                       : 0;
  if (length == 0 || lead > 0xF4 || length > text.size())
    return 0;
  for (size_t i = 1; i < length; ++i)
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80)
      return 0;
  return length;
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const auto length = sequence_length(text);
    const auto c = static_cast<unsigned char>(text[0]);
    if (length == 0)
      out += "\xEF\xBF\xBD";
    else if (c == '"' || c == '\\')
      (out += '\\') += static_cast<char>(c);
    else if (c < 0x20)
      out += fmt::format("\\u{:04x}", c);
    else
      out += text.substr(0, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  out += '"';
}

void append_value(std::string& out, const log_field& field) {
  std::visit(
      [&](const auto& value) {
        using type = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<type, std::string_view>)
          append_quoted(out, value);
        else if constexpr (std::is_same_v<type, bool>)
          out += value ? "true" : "false";
        else if constexpr (std::is_same_v<type, double>)
          out += std::isfinite(value) ? fmt::format("{}", value) : "null";
        else
          out += std::to_string(value);
      },
      field.value);
}

spdlog::logger& logger() {
  static const auto instance = [] {
    auto made = std::make_shared<spdlog::logger>("trunkline",
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");
    made->flush_on(spdlog::level::warn);
    return made;
  }();
  return *instance;
}

spdlog::level::level_enum to_spdlog(log_level level) {
  switch (level) {
  case log_level::debug:
    return spdlog::level::debug;
  case log_level::info:
    return spdlog::level::info;
  case log_level::warn:
    return spdlog::level::warn;
  case log_level::error:
    return spdlog::level::err;
  case log_level::off:
    break;
  }
  return spdlog::level::off;
}

std::string_view name_of(log_level level) {
  constexpr std::string_view names[] = {"debug", "info", "warn", "error", "off"};
  return names[static_cast<int>(level)];
}

std::string now_text() {
  using namespace std::chrono;
  const auto now = time_point_cast<milliseconds>(system_clock::now());
  const auto seconds = floor<std::chrono::seconds>(now);
  const auto time = system_clock::to_time_t(seconds);
  std::tm parts{};
  gmtime_r(&time, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", parts.tm_year + 1900,
                     parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                     (now - seconds).count());
}

} // namespace

void log_event(log_level level, std::string_view event, std::initializer_list<log_field> fields) {
  auto& out = logger();
  const auto target = to_spdlog(level);
  if (!out.should_log(target))
    return;
  std::string line = R"({"timestamp":")" + now_text() + R"(","level":")";
  line += name_of(level);
  line += R"(","event":)";
  append_quoted(line, event);
  for (const auto& field : fields) {
    line += ',';
    append_quoted(line, field.key);
    line += ':';
    append_value(line, field);
  }
  line += '}';
  out.log(target, fmt::string_view{"{}"}, line);
}

void set_log_level(log_level level) {
  logger().set_level(to_spdlog(level));
}

log_level log_level_from(std::string_view name) {
  for (auto level : {log_level::debug, log_level::warn, log_level::error, log_level::off})
    if (name == name_of(level))
      return level;
  return log_level::info;
}

} // namespace trunkline
