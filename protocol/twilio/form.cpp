#include "protocol/twilio/form.hpp"

#include "protocol/text/utf8.hpp"

#include <algorithm>

namespace trunkline {

namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return -1;
}

std::string decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      out += ' ';
      continue;
    }
    if (text[i] == '%' && i + 2 < text.size()) {
      const int high = hex_value(text[i + 1]), low = hex_value(text[i + 2]);
      if (high >= 0 && low >= 0) {
        out += static_cast<char>(high * 16 + low);
        i += 2;
        continue;
      }
    }
    out += text[i];
  }
  return out;
}

void encode(std::string& out, std::string_view text) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view{"*-._"}.find(c) != std::string_view::npos;
    if (plain) {
      out += c;
    } else if (c == ' ') {
      out += '+';
    } else {
      out += '%';
      out += hex[byte >> 4];
      out += hex[byte & 15];
    }
  }
}

} // namespace

std::string_view form::bytes(std::string_view name) const {
  const auto found = std::find_if(fields_.begin(), fields_.end(),
                                  [&](const auto& field) { return field.first == name; });
  return found == fields_.end() ? std::string_view{} : std::string_view{found->second};
}

std::string form::text(std::string_view name) const {
  return to_valid_utf8(bytes(name));
}

bool form::has(std::string_view name) const {
  return std::any_of(fields_.begin(), fields_.end(),
                     [&](const auto& field) { return field.first == name; });
}

result<form> parse_form(std::string_view body, const form_limits& limits) {
  if (body.size() > limits.bytes_max)
    return failure{failure_kind::bad_input,
                   "form is over " + std::to_string(limits.bytes_max) + " bytes"};
  form_fields fields;
  while (!body.empty()) {
    const auto end = std::min(body.find('&'), body.size());
    const auto pair = body.substr(0, end);
    body.remove_prefix(std::min(end + 1, body.size()));
    if (pair.empty())
      continue;
    if (fields.size() == limits.fields_max)
      return failure{failure_kind::bad_input,
                     "form has over " + std::to_string(limits.fields_max) + " fields"};
    const auto equals = pair.find('=');
    fields.emplace_back(decode(pair.substr(0, equals)), equals == std::string_view::npos
                                                            ? std::string{}
                                                            : decode(pair.substr(equals + 1)));
  }
  return form{std::move(fields)};
}

std::string render_form(const form_fields& fields) {
  std::string out;
  for (const auto& [name, value] : fields) {
    if (!out.empty())
      out += '&';
    encode(out, name);
    out += '=';
    encode(out, value);
  }
  return out;
}

} // namespace trunkline
