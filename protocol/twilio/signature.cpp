#include "protocol/twilio/signature.hpp"

#include "protocol/text/base64.hpp"
#include "protocol/text/digest.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <cctype>

namespace trunkline {

namespace {

struct split_url {
  std::string scheme;   // "https"
  std::string userinfo; // with its "@", or empty
  std::string host;     // [::1] keeps its brackets
  std::string port;     // with its ":", or empty
  std::string rest;     // path and query
};

bool split(std::string_view url, split_url& to) {
  const auto colon = url.find("://");
  if (colon == std::string_view::npos)
    return false;
  to.scheme = url.substr(0, colon);
  url.remove_prefix(colon + 3);
  const auto end = std::min(url.find_first_of("/?"), url.size());
  auto authority = url.substr(0, end);
  to.rest = url.substr(end);
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
    to.userinfo = authority.substr(0, at + 1);
    authority.remove_prefix(at + 1);
  }
  const auto port = authority.rfind(':');
  const auto bracket = authority.rfind(']');
  if (port != std::string_view::npos && (bracket == std::string_view::npos || port > bracket)) {
    to.port = authority.substr(port);
    authority = authority.substr(0, port);
  }
  to.host = authority;
  return true;
}

std::string lower_case(std::string text) {
  for (auto& c : text)
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

std::string quotes_encoded(std::string_view text) {
  std::string out;
  for (const char c : text)
    out += c == '\'' ? std::string{"%27"} : std::string(1, c);
  return out;
}

void add(std::vector<std::string>& to, std::string candidate) {
  if (std::find(to.begin(), to.end(), candidate) == to.end())
    to.push_back(std::move(candidate));
}

bool any_matches(std::string_view token, const std::vector<std::string>& urls,
                 const form_fields& fields, std::string_view signature) {
  if (token.empty() || signature.empty())
    return false;
  bool matches = false;
  for (const auto& url : urls)
    matches |= equal_in_constant_time(sign_webhook(token, url, fields), signature);
  return matches;
}

} // namespace

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string sign_webhook(std::string_view token, std::string_view url, const form_fields& fields) {
  // Sorted by name, then value, exact duplicates dropped: a repeated name signs each value once.
  std::vector<std::pair<std::string_view, std::string_view>> sorted(fields.begin(), fields.end());
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  std::string message{url.substr(0, url.find('#'))};
  for (const auto& [name, value] : sorted) {
    message += name;
    message += value;
  }
  return base64_encode(hmac_sha1(token, message));
}

std::vector<std::string> webhook_url_candidates(std::string_view url) {
  std::vector<std::string> candidates;
  const std::string plain{url.substr(0, url.find('#'))};
  add(candidates, plain);
  split_url parts;
  if (!split(plain, parts))
    return candidates;
  const auto scheme = lower_case(parts.scheme);
  const std::string default_port = scheme == "https" || scheme == "wss" ? ":443" : ":80";
  const auto with_port = parts.port.empty() ? default_port : parts.port;
  for (const auto& host : {parts.host, lower_case(parts.host)})
    for (const auto& port : {std::string{}, with_port})
      for (const auto& rest : {parts.rest, quotes_encoded(parts.rest)})
        add(candidates, parts.scheme + "://" + parts.userinfo + host + port + rest);
  return candidates;
}

std::vector<std::string> web_socket_url_candidates(std::string_view url) {
  std::vector<std::string> candidates;
  for (auto& same_scheme : webhook_url_candidates(url)) {
    std::vector<std::string> schemes{same_scheme};
    if (same_scheme.starts_with("ws"))
      schemes.push_back("http" + same_scheme.substr(2));
    else if (same_scheme.starts_with("http"))
      schemes.push_back("ws" + same_scheme.substr(4));
    for (const auto& candidate : schemes) {
      add(candidates, candidate);
      add(candidates,
          candidate.ends_with('/') ? candidate.substr(0, candidate.size() - 1) : candidate + "/");
    }
  }
  return candidates;
}

bool verify_webhook(std::string_view token, std::string_view url, const form_fields& fields,
                    std::string_view signature) {
  return any_matches(token, webhook_url_candidates(url), fields, signature);
}

bool verify_json_webhook(std::string_view token, std::string_view url, std::string_view body,
                         std::string_view signature) {
  constexpr std::string_view name = "bodySHA256";
  url = url.substr(0, url.find('#'));
  const auto question = url.find('?');
  if (question == std::string_view::npos)
    return false;
  const auto query = parse_form(url.substr(question + 1));
  if (!query || !query->has(name) || !equal_in_constant_time(query->bytes(name), sha256_hex(body)))
    return false;
  return any_matches(token, webhook_url_candidates(url), {}, signature);
}

bool verify_web_socket(std::string_view token, std::string_view url, std::string_view signature) {
  return any_matches(token, web_socket_url_candidates(url), {}, signature);
}

} // namespace trunkline
