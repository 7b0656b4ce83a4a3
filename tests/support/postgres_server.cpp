#include "tests/support/postgres_server.hpp"

#include "infra/store/postgres_session.hpp"
#include "tests/support/net.hpp"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <stdexcept>
#include <thread>
#include <vector>

namespace trunkline::testing {

namespace {

constexpr const char* admin = "postgres";
constexpr const char* admin_password = "not a secret";
constexpr std::chrono::seconds start_limit{60};

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text)
    out += c == ' ' ? "%20" : c == '%' ? "%25" : std::string{c};
  return out;
}

// What runs a command as a user initdb accepts, and ends it with this program.
std::vector<std::string> unprivileged() {
  if (::geteuid() != 0)
    return {};
  return {"setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--pdeathsig=INT"};
}

std::unique_ptr<child_process> spawn(const std::vector<std::string>& command) {
  auto words = unprivileged();
  words.insert(words.end(), command.begin(), command.end());
  return std::make_unique<child_process>(words);
}

void give_to_postgres(const std::filesystem::path& path) {
  const auto* user = ::getpwnam("postgres");
  if (::geteuid() != 0)
    return;
  if (!user || ::chown(path.c_str(), user->pw_uid, user->pw_gid) != 0)
    throw std::runtime_error("there is no user postgres; install the package postgresql");
}

} // namespace

postgres_server& postgres_server::shared() {
  static postgres_server one;
  return one;
}

std::string postgres_server::program(const std::string& name) {
  std::vector<std::filesystem::path> versions;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator("/usr/lib/postgresql", none))
    versions.push_back(entry.path());
  std::sort(versions.begin(), versions.end());
  return versions.empty() ? name : (versions.back() / "bin" / name).string();
}

postgres_server::postgres_server() {
  give_to_postgres(dir_.path());
  const auto words = dir_.path() / "password";
  write_file(words, admin_password);
  give_to_postgres(words);
  auto made = spawn({program("initdb"), "-D", (dir_.path() / "data").string(), "-U", admin,
                     "--auth=scram-sha-256", "--pwfile=" + words.string(), "--no-sync",
                     "--encoding=UTF8", "--locale=C"});
  if (made->wait_for_exit(start_limit) != 0)
    throw std::runtime_error("initdb failed: " + made->errors());
  start();
  // DDL takes no parameters; this one has no quote in it.
  run(std::string{"CREATE ROLE "} + owner + " LOGIN PASSWORD '" + owner_password + "'");
}

postgres_server::~postgres_server() {
  try {
    stop();
  } catch (const std::exception&) {
    // The process is killed by its own destructor.
  }
}

void postgres_server::stop() {
  if (!process_)
    return;
  process_->signal(SIGINT); // "fast": ends every session
  process_->wait_for_exit();
  process_.reset();
}

void postgres_server::start() {
  process_ = spawn({program("postgres"), "-D", (dir_.path() / "data").string(), "-p",
                    std::to_string(port_.number()), "-k", dir_.path().string(), "-c",
                    "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "log_min_messages=fatal",
                    "-c", "max_connections=120"});
  const auto give_up = std::chrono::steady_clock::now() + start_limit;
  postgres_options options;
  options.url = *parse_database_url(url("postgres", admin, admin_password));
  for (;;) {
    const auto session = open_postgres_session(options);
    if (session)
      return;
    if (process_->wait_for_exit(std::chrono::milliseconds{20}) ||
        std::chrono::steady_clock::now() > give_up)
      throw std::runtime_error("PostgreSQL does not start: " + process_->errors() +
                               session.error().context);
  }
}

std::string postgres_server::url(const std::string& database, const std::string& user,
                                 const std::string& password) const {
  return "postgres://" + user + ":" + escaped(password) +
         "@127.0.0.1:" + std::to_string(port_.number()) + "/" + database;
}

void postgres_server::run(const std::string& sql, const std::string& database) {
  postgres_options options;
  options.url = *parse_database_url(url(database, admin, admin_password));
  options.statement_timeout = std::chrono::seconds{60};
  const auto session = open_postgres_session(options);
  if (!session)
    throw std::runtime_error(session.error().context);
  if (const auto done = (*session)->script(sql); !done)
    throw std::runtime_error(sql + ": " + done.error().context);
}

std::string postgres_server::make_database() {
  const auto name = "t" + std::to_string(++databases_);
  run("CREATE DATABASE " + name + " OWNER " + owner);
  return url(name, owner, owner_password);
}

} // namespace trunkline::testing
