#include "infra/net/http_client.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace trunkline {

namespace {

failure bad(std::string_view why) {
  return {failure_kind::bad_input, "URL " + std::string{why}};
}

bool printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

} // namespace

result<url_parts> parse_url(std::string_view url) {
  url = url.substr(0, url.find('#'));
  if (!printable(url))
    return bad("has spaces or characters that must be percent-encoded");
  const auto colon = url.find("://");
  if (colon == std::string_view::npos)
    return bad("is not absolute");
  url_parts parts;
  parts.scheme = url.substr(0, colon);
  for (auto& c : parts.scheme)
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (parts.scheme != "http" && parts.scheme != "https" && parts.scheme != "ws" &&
      parts.scheme != "wss")
    return bad("has a scheme other than http, https, ws or wss");
  url.remove_prefix(colon + 3);
  const auto end = std::min(url.find_first_of("/?"), url.size());
  auto authority = url.substr(0, end);
  parts.target = url.substr(end);
  if (!parts.target.starts_with('/'))
    parts.target.insert(0, "/");
  if (authority.find('@') != std::string_view::npos)
    return bad("carries credentials; use a header");
  parts.port = parts.secure() ? 443 : 80;
  const auto port = authority.rfind(':');
  const auto bracket = authority.rfind(']');
  if (port != std::string_view::npos && (bracket == std::string_view::npos || port > bracket)) {
    const auto text = authority.substr(port + 1);
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), parts.port);
    if (error != std::errc{} || stop != text.data() + text.size() || parts.port == 0)
      return bad("has a port that is none");
    authority = authority.substr(0, port);
  }
  if (authority.starts_with('[') && authority.ends_with(']'))
    authority = authority.substr(1, authority.size() - 2);
  if (authority.empty() || authority.find_first_of("[]") != std::string_view::npos)
    return bad("has no host");
  parts.host = authority;
  return parts;
}

} // namespace trunkline
