#include "protocol/twilio/twiml.hpp"

#include "protocol/text/utf8.hpp"

#include <pugixml.hpp>

#include <algorithm>
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

  void say(const speech& what) { say(what, response_); }
  /// Several verbs when it is long; nothing beyond what a document may hold.
  void say(const speech& what, pugi::xml_node into) {
    const auto allowed = shortened(to_xml_characters(what.text), characters_left_);
    for (const auto& piece : say_pieces(allowed)) {
      auto node = into.append_child("Say");
      attribute(node, "voice", what.voice);
      attribute(node, "language", what.language);
      text(node, piece);
    }
    characters_left_ -= std::min(characters_left_, allowed.size());
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
  size_t characters_left_ = document_characters_max;
};

std::string joined_hints(const std::vector<std::string>& hints) {
  std::string all;
  for (size_t i = 0; i < std::min(hints.size(), hints_max); ++i) {
    auto hint = shortened(to_xml_characters(hints[i]), hint_characters_max);
    std::replace(hint.begin(), hint.end(), ',', ' ');
    if (!hint.empty())
      (all += all.empty() ? "" : ", ") += hint;
  }
  return all;
}

const char* yes_or_no(bool value) {
  return value ? "true" : "false";
}

void add_parameters(pugi::xml_node to,
                    const std::vector<std::pair<std::string, std::string>>& parameters) {
  for (const auto& [name, value] : parameters) {
    auto parameter = to.append_child("Parameter");
    attribute(parameter, "name", name);
    parameter.append_attribute("value").set_value(to_xml_characters(value).c_str());
  }
}

// How many bytes of `text` its first `characters` take.
size_t bytes_of(std::string_view text, size_t characters) {
  size_t seen = 0;
  for (size_t i = 0; i < text.size(); ++i)
    if ((static_cast<uint8_t>(text[i]) & 0xc0) != 0x80 && seen++ == characters)
      return i;
  return text.size();
}

size_t end_of_piece(std::string_view text, size_t characters_max) {
  const auto most = bytes_of(text, characters_max);
  if (most == text.size())
    return most;
  const auto window = text.substr(0, most);
  size_t best = 0;
  for (const std::string_view end : {". ", "? ", "! "})
    if (const auto at = window.rfind(end); at != window.npos)
      best = std::max(best, at + 1);
  if (best > most / 2)
    return best;
  const auto blank = window.rfind(' ');
  return blank == window.npos || blank == 0 ? most : blank;
}

} // namespace

std::vector<std::string> say_pieces(std::string_view text, size_t characters_max) {
  std::vector<std::string> pieces;
  for (;;) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == text.npos)
      return pieces;
    text.remove_prefix(first);
    const auto end = end_of_piece(text, std::max<size_t>(characters_max, 1));
    auto piece = std::string{text.substr(0, end)};
    piece.resize(piece.find_last_not_of(" \t\r\n") + 1);
    pieces.push_back(std::move(piece));
    text.remove_prefix(end);
  }
}

std::string connect_stream(const stream& document) {
  writer out;
  out.say(document.say_first);
  auto connect = out.verb("Connect");
  attribute(connect, "action", document.action);
  auto stream = connect.append_child("Stream");
  attribute(stream, "url", document.url);
  add_parameters(stream, document.parameters);
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

std::string gather_turn(const gather& document) {
  writer out;
  out.say(document.say_first);
  auto node = out.verb("Gather");
  attribute(node, "input",
            document.speech_input && document.dtmf_input ? "dtmf speech"
            : document.speech_input                      ? "speech"
                                                         : "dtmf");
  attribute(node, "action", document.action);
  attribute(node, "method", "POST");
  attribute(node, "timeout", std::max(document.timeout_s, 1u));
  if (document.speech_input) {
    attribute(node, "speechTimeout",
              document.speech_timeout_s == 0 ? "auto" : std::to_string(document.speech_timeout_s));
    attribute(node, "language", document.language);
    // "auto" needs a model that is named.
    attribute(node, "speechModel",
              document.speech_model.empty() && document.speech_timeout_s == 0
                  ? "phone_call"
                  : document.speech_model);
    attribute(node, "hints", joined_hints(document.hints));
    attribute(node, "partialResultCallback", document.partial_callback);
  }
  if (document.dtmf_input && document.digits > 0)
    attribute(node, "numDigits", document.digits);
  attribute(node, "bargeIn", yes_or_no(document.interruptible));
  out.say(document.prompt, node);
  out.redirect(document.otherwise);
  return out.document();
}

std::string connect_relay(const relay& document) {
  writer out;
  auto connect = out.verb("Connect");
  attribute(connect, "action", document.action);
  if (!document.action.empty())
    attribute(connect, "method", "POST");
  auto node = connect.append_child("ConversationRelay");
  attribute(node, "url", document.url);
  attribute(node, "welcomeGreeting", shortened(document.welcome, say_characters_max));
  if (!document.welcome.empty())
    attribute(node, "welcomeGreetingInterruptible",
              document.welcome_interruptible ? "any" : "none");
  attribute(node, "language", document.language);
  attribute(node, "ttsProvider", document.tts_provider);
  attribute(node, "voice", document.voice);
  attribute(node, "transcriptionProvider", document.transcription_provider);
  attribute(node, "speechModel", document.speech_model);
  attribute(node, "interruptible", document.interruptible);
  attribute(node, "dtmfDetection", yes_or_no(document.dtmf));
  attribute(node, "partialPrompts", yes_or_no(document.partial_prompts));
  attribute(node, "hints", joined_hints(document.hints));
  attribute(node, "events", document.events);
  for (const auto& one : document.languages) {
    auto language = node.append_child("Language");
    attribute(language, "code", one.code);
    attribute(language, "ttsProvider", one.tts_provider);
    attribute(language, "voice", one.voice);
    attribute(language, "transcriptionProvider", one.transcription_provider);
    attribute(language, "speechModel", one.speech_model);
  }
  add_parameters(node, document.parameters);
  out.redirect(document.redirect);
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
