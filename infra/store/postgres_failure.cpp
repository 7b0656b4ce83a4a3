#include "infra/store/postgres_failure.hpp"

#include <array>

namespace trunkline {

namespace {

// Longer states come before the class they belong to.
struct meaning {
  std::string_view state; ///< or the beginning of it
  failure_kind kind;
  bool retryable;
  std::string_view what; ///< empty: the server's own words
};
constexpr std::array meanings{
    meaning{"23", failure_kind::conflict, false, ""},
    meaning{"57014", failure_kind::timeout, true, "a statement took longer than its timeout"},
    meaning{"57P", failure_kind::unreachable, true, "the server is stopping or starting"},
    meaning{"40", failure_kind::unavailable, true, "another transaction was in the way"},
    meaning{"55P03", failure_kind::unavailable, true, "another transaction holds a lock"},
    meaning{"25006", failure_kind::unavailable, true, "the server is read-only"},
    meaning{"53100", failure_kind::unavailable, true, "the server's disk is full"},
    meaning{"53300", failure_kind::unavailable, true, "the server has no connection to spare"},
    meaning{"53", failure_kind::unavailable, true, ""},
    meaning{"58", failure_kind::unavailable, true, ""},
    meaning{"08", failure_kind::unreachable, true, ""},
    meaning{"42501", failure_kind::unauthorized, false, ""},
    meaning{"42P01", failure_kind::internal, false,
            "a table is missing; run `trunkline migrate up`"},
};

std::string first_line(const std::string& text) {
  auto line = text.substr(0, text.find('\n'));
  for (const auto* prefix : {"ERROR:", "FATAL:", "PANIC:"})
    if (line.starts_with(prefix))
      line.erase(0, 6);
  line.erase(0, std::min(line.find_first_not_of(' '), line.size()));
  return line;
}

struct cause {
  std::string_view part; ///< of libpq's text
  failure_kind kind;
  bool retryable;
  std::string_view advice;
};
constexpr std::array causes{
    cause{"password authentication failed", failure_kind::unauthorized, false,
          "the server refuses user or password; check those in DATABASE_URL"},
    cause{"no password supplied", failure_kind::unauthorized, false,
          "the server wants a password; give it in DATABASE_URL or PGPASSWORD"},
    cause{"pg_hba.conf", failure_kind::unauthorized, false,
          "the server's pg_hba.conf admits no such connection; check user, database, address and "
          "sslmode"},
    cause{"certificate", failure_kind::unauthorized, false,
          "the server's certificate is not trusted; check sslmode and sslrootcert"},
    cause{"does not support SSL", failure_kind::unauthorized, false,
          "the server offers no TLS; check sslmode"},
    cause{"is not permitted to log in", failure_kind::unauthorized, false,
          "the role may not log in; check the user in DATABASE_URL"},
    cause{"database \"", failure_kind::not_found, false,
          "there is no such database; create it, or correct DATABASE_URL"},
    cause{"role \"", failure_kind::unauthorized, false,
          "there is no such role; create it, or correct the user in DATABASE_URL"},
    cause{"too many", failure_kind::unavailable, true, "the server has no connection to spare"},
    cause{"starting up", failure_kind::unreachable, true, "the server is starting"},
    cause{"shutting down", failure_kind::unreachable, true, "the server is stopping"},
    cause{"could not translate host name", failure_kind::unreachable, true,
          "its host has no address; check DATABASE_URL"},
    cause{"refused", failure_kind::unreachable, true,
          "nothing listens there; check that the server runs, and host and port of DATABASE_URL"},
    cause{"No such file", failure_kind::unreachable, true,
          "there is no such socket; check that the server runs, and host of DATABASE_URL"},
    cause{"timeout expired", failure_kind::unreachable, true,
          "no answer in time; check host, port and firewall"},
};

} // namespace

bool ends_connection(std::string_view sqlstate) {
  return sqlstate.empty() || sqlstate.starts_with("57P") || sqlstate.starts_with("08") ||
         sqlstate == "25006"; // a standby: the next connection may find the primary
}

failure postgres_failure(std::string_view sqlstate, const std::string& text,
                         const database_url& url) {
  if (sqlstate.empty())
    return {failure_kind::unreachable, url.shown + ": the connection was lost", true};
  for (const auto& one : meanings)
    if (sqlstate.starts_with(one.state)) {
      const auto what =
          one.what.empty() ? without_secrets(first_line(text), url) : std::string{one.what};
      return {one.kind, url.shown + ": " + what, one.retryable};
    }
  return {failure_kind::internal,
          url.shown + ": " + without_secrets(first_line(text), url) + " (" + std::string{sqlstate} +
              ")",
          false};
}

failure postgres_connect_failure(const std::string& text, const database_url& url) {
  for (const auto& one : causes)
    if (text.find(one.part) != text.npos)
      return {one.kind, url.shown + ": " + std::string{one.advice}, one.retryable};
  return {failure_kind::unreachable, url.shown + ": " + without_secrets(first_line(text), url),
          true};
}

} // namespace trunkline
