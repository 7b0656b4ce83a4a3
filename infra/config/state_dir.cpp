#include "infra/config/state_dir.hpp"

#include "infra/config/config_field.hpp"
#include "infra/config/environment.hpp"
#include "infra/net/http_client.hpp"
#include "infra/privacy/random.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

namespace trunkline {

namespace {

namespace fs = std::filesystem;

constexpr size_t token_bytes = 32, engine_id_bytes = 6;

failure cannot(const std::string& what, int error) {
  const auto* why = error == ENOSPC ? "the disk is full" : std::strerror(error);
  return {failure_kind::unavailable, what + ": " + why};
}

bool is_hex(std::string_view text, size_t bytes) {
  return text.size() == 2 * bytes && text.find_first_not_of("0123456789abcdef") == text.npos;
}

result<std::string> stored_hex(const std::string& path, size_t bytes, const char* what) {
  auto text = read_small_file(path, 1024);
  if (!text)
    return text.error();
  while (!text->empty() && text->back() == '\n')
    text->pop_back();
  if (!is_hex(*text, bytes))
    return failure{failure_kind::bad_input,
                   path + " is not " + what + "; delete it and start again"};
  return text;
}

result<std::string> stored_token(const std::string& path) {
  struct stat about {};
  if (::stat(path.c_str(), &about) != 0)
    return cannot(path + " cannot be read", errno);
  if ((about.st_mode & 077) != 0)
    return failure{failure_kind::unauthorized,
                   path + " can be read by others; run: chmod 600 " + path};
  return stored_hex(path, token_bytes, "a development token");
}

// Written aside and linked into place: whoever links first decides, nobody reads half of it.
result<void> make_hex_file(const std::string& path, size_t bytes) {
  auto draft = path + ".XXXXXX";
  const int file = ::mkstemp(draft.data()); // mode 0600
  if (file < 0)
    return cannot(path + " cannot be written", errno);
  const auto line = random_hex(bytes) + "\n";
  const bool written = ::write(file, line.data(), line.size()) == ssize_t(line.size());
  const int why = errno;
  ::close(file);
  const bool linked = written && ::link(draft.c_str(), path.c_str()) == 0;
  const int link_error = errno;
  ::unlink(draft.c_str());
  if (!written)
    return cannot(path + " cannot be written", why);
  if (!linked && link_error != EEXIST)
    return cannot(path + " cannot be written", link_error);
  return {};
}

result<void> check_public_url(const std::string& key, const std::string& variable,
                              const std::string& value) {
  const auto url = parse_url(value);
  if (!url)
    return failure{failure_kind::unauthorized, key + " " + url.error().context};
  if (!url->secure() && !is_loopback(url->host))
    return failure{failure_kind::unauthorized,
                   key +
                       " is plain http to another machine, which would carry calls unencrypted: "
                       "set " +
                       variable + " to an https URL"};
  return {};
}

} // namespace

result<std::string> default_state_dir(const std::map<std::string, std::string>& environment) {
  const auto value = [&](const char* name) {
    const auto found = environment.find(name);
    return found == environment.end() ? std::string{} : found->second;
  };
  if (const auto given = value("TRUNKLINE_STATE_DIR"); !given.empty())
    return given;
  if (const auto state = value("XDG_STATE_HOME"); state.starts_with('/'))
    return state + "/trunkline";
  if (::geteuid() == 0)
    return "/var/lib/trunkline";
  if (const auto home = value("HOME"); home.starts_with('/'))
    return home + "/.local/state/trunkline";
  return failure{failure_kind::bad_input,
                 "TRUNKLINE_STATE_DIR: not set, and neither is HOME; set it to a directory that "
                 "can be written to"};
}

result<void> make_state_dir(const std::string& state_dir) {
  std::error_code error;
  const fs::path folder{state_dir};
  if (folder.empty())
    return failure{failure_kind::bad_input, "the state directory has no name; set "
                                            "TRUNKLINE_STATE_DIR"};
  if (folder.has_parent_path())
    fs::create_directories(folder.parent_path(), error);
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
    return cannot("the state directory " + state_dir + " cannot be created", errno);
  if (!fs::is_directory(folder, error))
    return failure{failure_kind::unavailable,
                   state_dir + " is not a directory; set TRUNKLINE_STATE_DIR to one"};
  if (::access(folder.c_str(), W_OK | X_OK) != 0)
    return cannot("the state directory " + state_dir + " cannot be written to", errno);
  return {};
}

result<std::string> development_token(const std::string& state_dir) {
  if (const auto made = make_state_dir(state_dir); !made)
    return made.error();
  const auto path = state_dir + "/dev-token";
  std::error_code error;
  if (fs::exists(path, error))
    return stored_token(path);
  if (const auto made = make_hex_file(path, token_bytes); !made)
    return made.error();
  return stored_token(path);
}

result<std::string> engine_id_of(const std::string& state_dir) {
  const auto path = state_dir + "/engine-id";
  std::error_code error;
  if (!fs::exists(path, error))
    if (const auto made = make_hex_file(path, engine_id_bytes); !made)
      return made.error();
  return stored_hex(path, engine_id_bytes, "an engine's id");
}

result<void> check_listeners(const engine_config& config) {
  const auto refuse = [](const std::string& why) {
    return failure{failure_kind::unauthorized, why};
  };
  const auto& server = config.server;
  const bool local = is_loopback(server.listen.host);
  if (!local && config.carrier.auth_token.empty())
    return refuse("server.listen " + to_string(server.listen) +
                  " is reachable from outside, so webhooks must be verified: set "
                  "TWILIO_AUTH_TOKEN, or listen on 127.0.0.1");
  if (!is_loopback(server.admin_listen.host) &&
      (config.admin_user.empty() || config.admin_password.empty()))
    return refuse("server.admin_listen " + to_string(server.admin_listen) +
                  " is reachable from outside: set TRUNKLINE_ADMIN_USER and "
                  "TRUNKLINE_ADMIN_PASSWORD, or listen on 127.0.0.1");
  if (!server.stream_url.empty())
    if (const auto good = check_public_url("server.stream_url", "STREAM_URL", server.stream_url);
        !good)
      return good;
  if (!server.base_url.empty()) {
    if (const auto good = check_public_url("server.base_url", "BASE_URL", server.base_url); !good)
      return good;
    const auto url = parse_url(server.base_url);
    if (!is_loopback(url->host) && config.carrier.auth_token.empty())
      return refuse("server.base_url is reachable from outside, so webhooks must be verified: set "
                    "TWILIO_AUTH_TOKEN");
  } else if (!local) {
    return refuse("server.base_url is not set, but server.listen " + to_string(server.listen) +
                  " is reachable from outside: set BASE_URL to the https URL the carrier uses");
  }
  return {};
}

} // namespace trunkline
