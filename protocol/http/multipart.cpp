#include "protocol/http/multipart.hpp"

#include <algorithm>
#include <string>

namespace trunkline {

namespace {

std::string quoted(std::string_view name) {
  std::string out = "\"";
  for (const char c : name)
    if (c != '"' && c != '\r' && c != '\n' && c != '\\')
      out += c;
  return out + "\"";
}

// In names too: there are servers that look for it without looking where a line begins.
bool occurs(const std::vector<form_part>& parts, const std::string& boundary) {
  const auto has = [&](std::string_view text) {
    return text.find(boundary) != std::string_view::npos;
  };
  return std::any_of(parts.begin(), parts.end(), [&](const form_part& part) {
    return has(part.content) || has(quoted(part.name)) || has(quoted(part.file_name)) ||
           has(part.type);
  });
}

// Among n + 1 boundaries, none the beginning of another, one occurs in no part with n matches; the
// length of the parts bounds how often this goes round.
std::string free_boundary(const std::vector<form_part>& parts) {
  for (size_t number = 0;; ++number) {
    auto digits = std::to_string(number);
    digits.insert(0, digits.size() < 8 ? 8 - digits.size() : 0, '0');
    auto boundary = "trunkline-form-" + digits + "-end";
    if (!occurs(parts, boundary))
      return boundary;
  }
}

} // namespace

multipart_form render_multipart(const std::vector<form_part>& parts) {
  const auto boundary = free_boundary(parts);
  size_t bytes = 64;
  for (const auto& part : parts)
    bytes += part.content.size() + part.name.size() + part.file_name.size() + 192;
  multipart_form form{"multipart/form-data; boundary=" + boundary, {}};
  form.body.reserve(bytes);
  for (const auto& part : parts) {
    form.body += "--" + boundary + "\r\nContent-Disposition: form-data; name=" + quoted(part.name);
    if (!part.file_name.empty())
      form.body += "; filename=" + quoted(part.file_name);
    if (!part.type.empty())
      form.body += "\r\nContent-Type: " + part.type;
    form.body += "\r\n\r\n";
    form.body += part.content;
    form.body += "\r\n";
  }
  form.body += "--" + boundary + "--\r\n";
  return form;
}

} // namespace trunkline
