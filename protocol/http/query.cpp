#include "protocol/http/query.hpp"

namespace trunkline {

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      out += c;
    } else {
      out += '%';
      out += hex[byte >> 4];
      out += hex[byte & 15];
    }
  }
  return out;
}

std::string with_query(std::string_view path,
                       const std::vector<std::pair<std::string, std::string>>& fields) {
  std::string out{path};
  char before = path.find('?') == std::string_view::npos ? '?' : '&';
  for (const auto& [name, value] : fields) {
    out += before;
    out += percent_encoded(name);
    out += '=';
    out += percent_encoded(value);
    before = '&';
  }
  return out;
}

} // namespace trunkline
