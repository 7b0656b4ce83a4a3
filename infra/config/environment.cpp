#include "infra/config/environment.hpp"

#include "protocol/text/utf8.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>
#include <unistd.h>

namespace trunkline {

namespace {

constexpr size_t env_bytes_max = 256 * 1024;
constexpr std::string_view blanks = " \t\r";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(blanks);
  return first == text.npos ? std::string_view{}
                            : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool is_name(std::string_view text) {
  constexpr std::string_view digits = "0123456789";
  return !text.empty() && digits.find(text[0]) == digits.npos &&
         text.find_first_not_of(
             "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") == text.npos;
}

bool only_comment(std::string_view rest) {
  rest = trimmed(rest);
  return rest.empty() || rest[0] == '#';
}

// A value with its quotes, up to the end of the line.
std::optional<std::string> value_of(std::string_view text) {
  text = trimmed(text);
  if (text.empty() || text[0] == '#')
    return std::string{};
  const char quote = text[0];
  if (quote == '\'') {
    const auto end = text.find('\'', 1);
    if (end == text.npos || !only_comment(text.substr(end + 1)))
      return std::nullopt;
    return std::string{text.substr(1, end - 1)};
  }
  if (quote != '"') {
    const auto comment = text.find(" #");
    return std::string{trimmed(text.substr(0, comment))};
  }
  std::string value;
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"')
      return only_comment(text.substr(i + 1)) ? std::optional{value} : std::nullopt;
    if (text[i] == '\\' && i + 1 < text.size()) {
      const char next = text[++i];
      value += next == 'n' ? '\n' : next == 't' ? '\t' : next;
    } else {
      value += text[i];
    }
  }
  return std::nullopt;
}

} // namespace

std::map<std::string, std::string> process_environment() {
  std::map<std::string, std::string> all;
  for (char** entry = environ; entry && *entry; ++entry) {
    const std::string_view text{*entry};
    if (const auto equals = text.find('='); equals != text.npos)
      all.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return all;
}

result<std::map<std::string, std::string>> parse_env_file(std::string_view text,
                                                          const std::string& file) {
  std::map<std::string, std::string> all;
  for (unsigned number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line[0] == '#')
      continue;
    const auto bad = [&](const char* why) {
      return failure{failure_kind::bad_input, file + ":" + std::to_string(number) + ": " + why};
    };
    if (line.starts_with("export "))
      line = trimmed(line.substr(7));
    const auto equals = line.find('=');
    if (equals == line.npos || !is_name(trimmed(line.substr(0, equals))))
      return bad("is not KEY=value");
    const auto value = value_of(line.substr(equals + 1));
    if (!value)
      return bad("has a value whose quotes do not close, or text after them");
    if (!is_valid_utf8(*value) || value->find('\0') != value->npos)
      return bad("is not plain UTF-8 text");
    all[std::string{trimmed(line.substr(0, equals))}] = *value;
  }
  return all;
}

result<std::map<std::string, std::string>> read_env_file(const std::filesystem::path& path) {
  const auto text = read_small_file(path, env_bytes_max);
  if (!text)
    return text.error();
  return parse_env_file(*text, path.string());
}

result<std::string> read_small_file(const std::filesystem::path& path, size_t bytes_max) {
  const auto bad = [&](const std::string& why) {
    return failure{failure_kind::bad_input, path.string() + ": " + why};
  };
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status))
    return bad("there is no such file");
  if (std::filesystem::is_directory(status))
    return bad("is a directory; name a file");
  std::ifstream in{path, std::ios::binary};
  if (!in)
    return bad(std::string{"cannot be read: "} + std::strerror(errno));
  std::string text(bytes_max + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(in.gcount()));
  if (text.size() > bytes_max)
    return bad("is larger than " + std::to_string(bytes_max / 1024) + " KiB");
  return text;
}

} // namespace trunkline
