#include "infra/store/database_url.hpp"

#include "protocol/text/utf8.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace trunkline {

namespace {

constexpr const char* form = "write it like postgres://user@host:5432/trunkline";

// Those of libpq that make sense here; another one is a typing mistake.
constexpr std::array<std::string_view, 16> parameters{"sslmode",
                                                      "sslrootcert",
                                                      "sslcert",
                                                      "sslkey",
                                                      "sslpassword",
                                                      "sslcrl",
                                                      "host",
                                                      "port",
                                                      "user",
                                                      "password",
                                                      "application_name",
                                                      "target_session_attrs",
                                                      "connect_timeout",
                                                      "options",
                                                      "passfile",
                                                      "channel_binding"};

failure wrong(std::string what) {
  return {failure_kind::bad_input, std::move(what), false};
}

int hex(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  const char low = static_cast<char>(c | 0x20);
  return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

std::optional<std::string> decoded(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size() || hex(text[i + 1]) < 0 || hex(text[i + 2]) < 0)
      return std::nullopt;
    out += static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]));
    i += 2;
  }
  return out;
}

bool is_port(std::string_view text) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} && end == text.data() + text.size() && port >= 1 && port <= 65535;
}

// The part of `text` before `mark`, which is taken off; all of it when there is none.
std::string_view take_until(std::string_view& text, char mark) {
  const auto found = text.find(mark);
  const auto part = text.substr(0, found);
  text.remove_prefix(found == text.npos ? text.size() : found + 1);
  return part;
}

result<void> check_hosts(std::string_view hosts) {
  while (!hosts.empty()) {
    auto one = take_until(hosts, ',');
    if (one.starts_with('[')) {
      if (one.find(']') == one.npos)
        return wrong("has an address that begins with [ and does not end with ]");
      one.remove_prefix(one.find(']') + 1);
    } else {
      one.remove_prefix(std::min(one.find(':'), one.size()));
    }
    if (!one.empty() && (one[0] != ':' || !is_port(one.substr(1))))
      return wrong("has a port that is no number from 1 to 65535; " + std::string{form});
  }
  return {};
}

result<void> check_parameters(std::string_view query, database_url& to) {
  while (!query.empty()) {
    auto value = take_until(query, '&');
    const auto name = take_until(value, '=');
    if (std::find(parameters.begin(), parameters.end(), name) == parameters.end())
      return wrong("has the unknown parameter '" + shortened(clean_text(name, 100), 40) +
                   "'; sslmode, sslrootcert, target_session_attrs and others of libpq are known");
    const auto plain = decoded(value);
    if (!plain)
      return wrong("has a % that is no escape; write %25 for a % itself");
    if (name == "password" || name == "sslpassword")
      to.password = *plain;
    if (name == "port" && !is_port(*plain))
      return wrong("has a port that is no number from 1 to 65535; " + std::string{form});
  }
  return {};
}

result<database_url> parse_postgres(std::string_view value) {
  database_url url{sql_dialect::postgres, std::string{value}, {}, {}};
  for (const char c : value)
    if (static_cast<unsigned char>(c) <= ' ' || c == 0x7f)
      return wrong("has a blank or control character; write %20 for a blank");
  auto rest = value.substr(value.find("://") + 3);
  auto query = rest;
  rest = take_until(query, '?');
  const auto slash = rest.find('/');
  const auto authority = rest.substr(0, slash);
  const auto name = slash == rest.npos ? std::string_view{} : rest.substr(slash + 1);
  if (name.empty())
    return wrong("names no database; " + std::string{form});
  const auto at = authority.rfind('@');
  auto login = at == authority.npos ? std::string_view{} : authority.substr(0, at);
  const auto hosts = at == authority.npos ? authority : authority.substr(at + 1);
  if (login.find('@') != login.npos || name.find_first_of("/@") != name.npos)
    return wrong("has a / or @ where none may be; in a user or password write %2F and %40");
  auto password = login;
  const auto user = take_until(password, ':');
  const auto plain = decoded(password), plain_user = decoded(user), plain_name = decoded(name);
  if (!plain || !plain_user || !plain_name || !decoded(hosts))
    return wrong("has a % that is no escape; write %25 for a % itself");
  url.password = *plain;
  if (auto good = check_hosts(hosts); !good)
    return good.error();
  if (auto good = check_parameters(query, url); !good)
    return good.error();
  url.shown = "postgres://" + (user.empty() ? std::string{} : std::string{user} + "@") +
              std::string{hosts} + "/" + std::string{name};
  return url;
}

void replace_all(std::string& text, const std::string& what, const char* with) {
  if (what.empty())
    return;
  for (auto at = text.find(what); at != text.npos; at = text.find(what, at + 3))
    text.replace(at, what.size(), with);
}

} // namespace

result<database_url> parse_database_url(std::string_view value) {
  if (value.starts_with("postgres://") || value.starts_with("postgresql://"))
    return parse_postgres(value);
  if (value.starts_with("sqlite:///") && value.size() > 10)
    value.remove_prefix(9);
  else if (value.find("://") != value.npos || value.starts_with("sqlite:"))
    return wrong("must be the path of a SQLite file, sqlite:///absolute/path, or "
                 "postgres://user@host:5432/name");
  return database_url{sql_dialect::sqlite, std::string{value}, std::string{value}, {}};
}

std::string without_secrets(std::string text, const database_url& from) {
  replace_all(text, from.text, from.shown.c_str());
  replace_all(text, from.password, "***");
  return shortened(clean_text(text, 600), 300);
}

} // namespace trunkline
