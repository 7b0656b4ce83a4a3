#include "protocol/azure/frame.hpp"

#include <algorithm>
#include <cctype>

namespace trunkline {

namespace {

constexpr size_t message_bytes_max = 1024 * 1024;
constexpr size_t headers_max = 64;

failure bad(std::string why) {
  return {failure_kind::bad_input, "azure: message " + std::move(why)};
}

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) ==
           std::tolower(static_cast<unsigned char>(y));
  });
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::string head_of(const azure_frame& frame) {
  std::string head;
  for (const auto& [name, value] : frame.headers)
    head += name + ": " + value + "\r\n";
  return head;
}

bool add_headers(std::string_view head, azure_frame& to) {
  while (!head.empty()) {
    const auto line = head.substr(0, head.find('\n'));
    head.remove_prefix(std::min(line.size() + 1, head.size()));
    const auto colon = line.find(':');
    if (colon == std::string_view::npos)
      continue;
    if (to.headers.size() == headers_max)
      return false;
    to.headers.emplace_back(trimmed(line.substr(0, colon)), trimmed(line.substr(colon + 1)));
  }
  return true;
}

} // namespace

std::string_view header_of(const azure_frame& frame, std::string_view name) {
  for (const auto& [known, value] : frame.headers)
    if (same_name(known, name))
      return value;
  return {};
}

std::string render_azure_text(const azure_frame& frame) {
  return head_of(frame) + "\r\n" + frame.content;
}

std::string render_azure_binary(const azure_frame& frame) {
  const auto head = head_of(frame);
  std::string out;
  out.reserve(2 + head.size() + frame.content.size());
  out += static_cast<char>((head.size() >> 8) & 0xff);
  out += static_cast<char>(head.size() & 0xff);
  out += head;
  out += frame.content;
  return out;
}

result<azure_frame> parse_azure_frame(std::string_view message, bool binary) {
  if (message.size() > message_bytes_max)
    return bad("is over " + std::to_string(message_bytes_max) + " bytes");
  azure_frame frame;
  std::string_view head, content;
  if (binary) {
    if (message.size() < 2)
      return bad("has no head");
    const auto length = static_cast<size_t>(static_cast<uint8_t>(message[0])) * 256 +
                        static_cast<uint8_t>(message[1]);
    if (length > message.size() - 2)
      return bad("is shorter than its head");
    head = message.substr(2, length);
    content = message.substr(2 + length);
  } else {
    // Without headers the content follows the empty line at once.
    const auto end = message.starts_with("\r\n") ? 0 : message.find("\r\n\r\n");
    head = message.substr(0, end);
    if (end != std::string_view::npos)
      content = message.substr(end + (end == 0 ? 2 : 4));
  }
  if (!add_headers(head, frame))
    return bad("has over " + std::to_string(headers_max) + " headers");
  frame.content = content;
  return frame;
}

} // namespace trunkline
