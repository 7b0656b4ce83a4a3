#include "protocol/twilio/twiml.hpp"

#include "protocol/text/utf8.hpp"

#include <pugixml.hpp>

#include <sstream>

namespace trunkline::twiml {

namespace {

// pugixml escapes; what it would write as a forbidden character reference is taken out before.
void attribute(pugi::xml_node node, const char* name, std::string_view value) {
  if (!value.empty())
    node.append_attribute(name).set_value(to_xml_characters(value).c_str());
}

void attribute(pugi::xml_node node, const char* name, unsigned value) {
  node.append_attribute(name).set_value(value);
}

void text(pugi::xml_node node, std::string_view value) {
  node.text().set(to_xml_characters(value).c_str());
}

class writer {
public:
  pugi::xml_node verb(const char* name) { return response_.append_child(name); }

  void say(const speech& what) {
    if (what.text.empty())
      return;
    auto node = verb("Say");
    attribute(node, "voice", what.voice);
    text(node, shortened(to_xml_characters(what.text), say_characters_max));
  }

  void redirect(std::string_view url) {
    auto node = verb("Redirect");
    attribute(node, "method", "POST");
    text(node, url);
  }

  std::string document() const {
    std::ostringstream out;
    out << R"(<?xml version="1.0" encoding="UTF-8"?>)";
    document_.save(out, "", pugi::format_raw | pugi::format_no_declaration, pugi::encoding_utf8);
    return out.str();
  }

private:
  pugi::xml_document document_;
  pugi::xml_node response_ = document_.append_child("Response");
};

} // namespace

std::string connect_stream(const stream& document) {
  writer out;
  out.say(document.say_first);
  auto connect = out.verb("Connect");
  attribute(connect, "action", document.action);
  auto stream = connect.append_child("Stream");
  attribute(stream, "url", document.url);
  for (const auto& [name, value] : document.parameters) {
    auto parameter = stream.append_child("Parameter");
    attribute(parameter, "name", name);
    parameter.append_attribute("value").set_value(to_xml_characters(value).c_str());
  }
  out.redirect(document.redirect);
  return out.document();
}

std::string say(const speech& what, std::string_view redirect) {
  writer out;
  out.say(what);
  if (redirect.empty())
    out.verb("Hangup");
  else
    out.redirect(redirect);
  return out.document();
}

std::string say_and_record(const message_taking& document) {
  writer out;
  out.say(document.prompt);
  auto record = out.verb("Record");
  attribute(record, "action", document.action);
  attribute(record, "recordingStatusCallback", document.recording_status_callback);
  attribute(record, "maxLength", document.max_length_s);
  attribute(record, "timeout", document.silence_s);
  attribute(record, "playBeep", "true");
  out.say(document.otherwise);
  out.verb("Hangup");
  return out.document();
}

std::string dial(const transfer& document) {
  writer out;
  out.say(document.say_first);
  auto dial = out.verb("Dial");
  attribute(dial, "action", document.action);
  attribute(dial, "timeout", document.timeout_s);
  attribute(dial, "callerId", document.caller_id);
  attribute(dial, "answerOnBridge", "true");
  text(dial.append_child("Number"), document.number);
  return out.document();
}

std::string redirect(std::string_view url) {
  writer out;
  out.redirect(url);
  return out.document();
}

std::string hang_up() {
  writer out;
  out.verb("Hangup");
  return out.document();
}

std::string reject(std::string_view reason) {
  writer out;
  attribute(out.verb("Reject"), "reason", reason);
  return out.document();
}

std::string empty() {
  return writer{}.document();
}

} // namespace trunkline::twiml
