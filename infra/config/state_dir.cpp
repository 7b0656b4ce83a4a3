#include "infra/config/state_dir.hpp"

#include "infra/config/config_field.hpp"
#include "infra/config/environment.hpp"
#include "infra/net/http_client.hpp"

#include <openssl/rand.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace trunkline {

namespace {

namespace fs = std::filesystem;

constexpr size_t token_bytes = 32;

failure cannot(const std::string& what, int error) {
  return {failure_kind::unavailable, what + ": " + std::strerror(error)};
}

bool is_token(std::string_view text) {
  return text.size() == 2 * token_bytes &&
         text.find_first_not_of("0123456789abcdef") == text.npos;
}

result<std::string> stored_token(const std::string& path) {
  struct stat about {};
  if (::stat(path.c_str(), &about) != 0)
    return cannot(path + " cannot be read", errno);
  if ((about.st_mode & 077) != 0)
    return failure{failure_kind::unauthorized,
                   path + " can be read by others; run: chmod 600 " + path};
  auto text = read_small_file(path, 1024);
  if (!text)
    return text.error();
  while (!text->empty() && text->back() == '\n')
    text->pop_back();
  if (!is_token(*text))
    return failure{failure_kind::bad_input,
                   path + " is not a development token; delete it and start again"};
  return text;
}

result<std::string> random_token() {
  std::array<unsigned char, token_bytes> bytes{};
  if (RAND_bytes(bytes.data(), int(bytes.size())) != 1)
    return failure{failure_kind::internal, "no random numbers for the development token"};
  std::string hex;
  for (const auto byte : bytes) {
    constexpr auto digits = "0123456789abcdef";
    hex += digits[byte >> 4];
    hex += digits[byte & 15];
  }
  return hex;
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
  const auto token = random_token();
  if (!token)
    return token;
  // Written aside and linked into place: whoever links first decides, nobody reads half a token.
  auto draft = path + ".XXXXXX";
  const int file = ::mkstemp(draft.data()); // mode 0600
  if (file < 0)
    return cannot(path + " cannot be written", errno);
  const auto line = *token + "\n";
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
  return stored_token(path);
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
  if (!server.base_url.empty()) {
    const auto url = parse_url(server.base_url);
    if (!url)
      return refuse("server.base_url " + url.error().context);
    if (!url->secure() && !is_loopback(url->host))
      return refuse("server.base_url is plain http to another machine, which would carry calls "
                    "unencrypted: set BASE_URL to an https URL");
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
