#include "infra/net/http.hpp"

#include "infra/net/http_text.hpp"

#include <algorithm>
#include <cctype>

namespace trunkline {

namespace {

char lower(char c) {
  return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

std::string_view find_header(const std::vector<std::pair<std::string, std::string>>& headers,
                             std::string_view name) {
  for (const auto& [key, value] : headers)
    if (same_text(key, name))
      return value;
  return {};
}

std::string_view reason_of(unsigned status) {
  switch (status) {
  case 200:
    return "OK";
  case 201:
    return "Created";
  case 202:
    return "Accepted";
  case 204:
    return "No Content";
  case 301:
    return "Moved Permanently";
  case 302:
    return "Found";
  case 304:
    return "Not Modified";
  case 400:
    return "Bad Request";
  case 401:
    return "Unauthorized";
  case 403:
    return "Forbidden";
  case 404:
    return "Not Found";
  case 405:
    return "Method Not Allowed";
  case 408:
    return "Request Timeout";
  case 409:
    return "Conflict";
  case 413:
    return "Content Too Large";
  case 414:
    return "URI Too Long";
  case 422:
    return "Unprocessable Content";
  case 426:
    return "Upgrade Required";
  case 429:
    return "Too Many Requests";
  case 431:
    return "Request Header Fields Too Large";
  case 500:
    return "Internal Server Error";
  case 501:
    return "Not Implemented";
  case 503:
    return "Service Unavailable";
  default:
    return "Other";
  }
}

// The application's values cannot end the line and start another header.
void append_header(std::string& to, std::string_view name, std::string_view value) {
  const auto append = [&](std::string_view text) {
    for (const char c : text)
      if (c != '\r' && c != '\n' && c != '\0')
        to += c;
  };
  append(name);
  to += ": ";
  append(value);
  to += "\r\n";
}

} // namespace

bool same_text(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

bool has_token(std::string_view list, std::string_view token) {
  while (!list.empty()) {
    const auto end = std::min(list.find(','), list.size());
    auto item = list.substr(0, end);
    list.remove_prefix(std::min(end + 1, list.size()));
    while (!item.empty() && (item.front() == ' ' || item.front() == '\t'))
      item.remove_prefix(1);
    while (!item.empty() && (item.back() == ' ' || item.back() == '\t'))
      item.remove_suffix(1);
    if (same_text(item, token))
      return true;
  }
  return false;
}

std::string render_response(const http_response& response, std::string_view method,
                            bool keep_alive) {
  const bool no_body = response.status == 204 || response.status == 304;
  std::string out = "HTTP/1.1 " + std::to_string(response.status) + " ";
  out += reason_of(response.status);
  out += "\r\n";
  if (!no_body) {
    append_header(out, "Content-Type", response.content_type);
    append_header(out, "Content-Length",
                  std::to_string(response.body.size() + response.rest.bytes));
  }
  if (method != "GET" && response.header("Cache-Control").empty())
    append_header(out, "Cache-Control", "no-store");
  for (const auto& [name, value] : response.headers)
    append_header(out, name, value);
  append_header(out, "Connection", keep_alive ? "keep-alive" : "close");
  out += "\r\n";
  if (!no_body && method != "HEAD")
    out += response.body;
  return out;
}

result<std::string> render_request_head(const client_request& request, const url_parts& url,
                                        std::string_view more) {
  const bool default_port = url.port == (url.secure() ? 443 : 80);
  auto host = url.host.find(':') == std::string::npos ? url.host : "[" + url.host + "]";
  if (!default_port)
    host += ":" + std::to_string(url.port);
  if (!request.host_header.empty())
    host = request.host_header;
  std::string out = request.method + " " + url.target + " HTTP/1.1\r\nHost: " + host + "\r\n";
  out += more;
  for (const auto& [name, value] : request.headers) {
    for (const auto& text : {name, value})
      if (text.find_first_of(std::string_view{"\r\n\0", 3}) != std::string::npos)
        return failure{failure_kind::bad_input, "a request header has a line end in it"};
    out += name + ": " + value + "\r\n";
  }
  return out + "\r\n";
}

std::string_view http_request::header(std::string_view name) const {
  return find_header(headers, name);
}

std::string_view http_request::path() const {
  return std::string_view{target}.substr(0, target.find('?'));
}

std::string_view http_request::query() const {
  const auto question = target.find('?');
  return question == std::string::npos ? std::string_view{}
                                       : std::string_view{target}.substr(question + 1);
}

std::string_view http_response::header(std::string_view name) const {
  return find_header(headers, name);
}

} // namespace trunkline
