#include "protocol/twilio/twiml_reader.hpp"

#include <pugixml.hpp>

#include <algorithm>

namespace trunkline::twiml {

namespace {

constexpr size_t document_bytes_max = 64 * 1024;
constexpr size_t depth_max = 8;

void append_text(const pugi::xml_node& node, std::string& to, size_t depth) {
  for (const auto& child : node.children()) {
    if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata)
      to += child.value();
    else if (depth < depth_max)
      append_text(child, to, depth + 1);
  }
}

std::string trimmed(const std::string& text) {
  constexpr auto* space = " \t\r\n";
  const auto first = text.find_first_not_of(space);
  if (first == std::string::npos)
    return {};
  return text.substr(first, text.find_last_not_of(space) - first + 1);
}

bool read(const pugi::xml_node& node, element& to, size_t depth) {
  if (depth > depth_max)
    return false;
  to.name = node.name();
  for (const auto& attribute : node.attributes())
    to.attributes.emplace_back(attribute.name(), attribute.value());
  for (const auto& child : node.children())
    if (child.type() == pugi::node_element)
      if (!read(child, to.children.emplace_back(), depth + 1))
        return false;
  append_text(node, to.text, depth);
  to.text = trimmed(to.text);
  return true;
}

} // namespace

std::string_view element::attribute(std::string_view name) const {
  const auto found = std::find_if(attributes.begin(), attributes.end(),
                                  [&](const auto& entry) { return entry.first == name; });
  return found == attributes.end() ? std::string_view{} : std::string_view{found->second};
}

const element* element::child(std::string_view name) const {
  const auto found = std::find_if(children.begin(), children.end(),
                                  [&](const auto& entry) { return entry.name == name; });
  return found == children.end() ? nullptr : &*found;
}

result<std::vector<element>> parse(std::string_view document) {
  const auto bad = [](std::string why) {
    return failure{failure_kind::bad_input, "TwiML document " + why};
  };
  if (document.size() > document_bytes_max)
    return bad("is over 64 kB");
  pugi::xml_document xml;
  const auto parsed =
      xml.load_buffer(document.data(), document.size(), pugi::parse_default | pugi::parse_ws_pcdata,
                      pugi::encoding_utf8);
  if (!parsed)
    return bad("is not XML at byte " + std::to_string(parsed.offset) + ": " + parsed.description());
  const auto root = xml.document_element();
  if (std::string_view{root.name()} != "Response")
    return bad("has no <Response>");
  if (root.next_sibling())
    return bad("goes on after </Response>");
  element response;
  if (!read(root, response, 0))
    return bad("is nested deeper than " + std::to_string(depth_max) + " levels");
  return std::move(response.children);
}

} // namespace trunkline::twiml
