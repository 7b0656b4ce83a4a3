#include "protocol/vosk/recognition.hpp"

#include "protocol/audio/mulaw.hpp"
#include "protocol/audio/pcm_stream.hpp"
#include "protocol/http/status_failure.hpp"
#include "protocol/text/json.hpp"
#include "protocol/text/json_fields.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace trunkline {

using namespace std::chrono_literals;

namespace {

using nlohmann::json;

constexpr auto message_length = 100ms;
// A server that answers nothing: its connection is given up long before that.
constexpr size_t due_max = 6000;

// A word that is not on the list of phrases.
std::string without_unknown(std::string text) {
  constexpr std::string_view unknown = "[unk]";
  for (size_t at = text.find(unknown); at != std::string::npos; at = text.find(unknown, at))
    text.erase(at, unknown.size() + (text.substr(at + unknown.size(), 1) == " " ? 1 : 0));
  while (!text.empty() && text.back() == ' ')
    text.pop_back();
  return text;
}

float mean_confidence(const json& words) {
  double sum = 0;
  for (const auto& word : words)
    sum += confidence_of(word, "conf");
  return words.empty() ? 1 : static_cast<float>(sum / static_cast<double>(words.size()));
}

} // namespace

vosk_recognition::vosk_recognition(vosk_recognition_settings settings)
    : settings_(std::move(settings)), batch_(message_length) {
  can_flush = true;
}

service_request vosk_recognition::handshake() {
  return {"GET", "/", {}, {}};
}

std::vector<socket_message> vosk_recognition::opening() {
  json config{{"sample_rate", 8000}, {"words", true}};
  if (settings_.max_alternatives > 0)
    config["max_alternatives"] = settings_.max_alternatives;
  if (!settings_.phrases.empty()) {
    config["phrase_list"] = settings_.phrases;
    config["phrase_list"].push_back("[unk]");
  }
  return {{to_text({{"config", std::move(config)}})}};
}

void vosk_recognition::append_audio(std::vector<uint8_t> mulaw, std::vector<socket_message>& to) {
  if (mulaw.empty())
    return;
  sent_bytes_ += mulaw.size();
  if (due_.size() < due_max)
    due_.push_back({sent::audio, std::chrono::milliseconds{sent_bytes_ / mulaw_bytes_per_ms}});
  to.push_back({pcm_bytes(mulaw), true});
}

std::vector<socket_message> vosk_recognition::audio(std::span<const uint8_t> mulaw) {
  std::vector<socket_message> out;
  count_audio(mulaw.size());
  append_audio(batch_.add(mulaw), out);
  return out;
}

std::vector<socket_message> vosk_recognition::order(sent what, const char* text) {
  std::vector<socket_message> out;
  append_audio(batch_.take(), out);
  if (due_.size() < due_max)
    due_.push_back({what, audio_sent()});
  out.push_back({text});
  return out;
}

std::vector<socket_message> vosk_recognition::flush() {
  return order(sent::reset, R"({"reset" : 1})");
}

std::vector<socket_message> vosk_recognition::keep_alive() {
  std::vector<socket_message> out;
  append_audio(batch_.take(), out);
  return out;
}

std::vector<socket_message> vosk_recognition::closing() {
  return order(sent::eof, R"({"eof" : 1})");
}

result<std::vector<recognised>> vosk_recognition::read(std::string_view text, bool binary) {
  std::vector<recognised> out;
  if (binary)
    return out;
  const auto message = parse_json(text, "vosk: message");
  if (!message)
    return message.error();
  if (!message->is_object())
    return failure{failure_kind::bad_input, "vosk: message is not an object"};
  due_answer about{sent::audio, 0ms};
  if (!due_.empty()) {
    about = due_.front();
    due_.pop_front();
  }
  recognised what;
  what.audio_end = about.audio_end;
  const auto& alternatives = array_member(*message, "alternatives");
  if (message->contains("partial")) {
    what.text = without_unknown(string_member(*message, "partial"));
  } else if (message->contains("text") || !alternatives.empty()) {
    what.settled = true;
    what.ends_speech = about.about == sent::audio;
    what.answers_flush = about.about == sent::reset;
    what.text = without_unknown(string_member(*message, "text"));
    what.confidence = mean_confidence(array_member(*message, "result"));
    for (size_t i = 0; i < alternatives.size(); ++i) {
      auto other = without_unknown(string_member(alternatives[i], "text"));
      if (i == 0)
        what.text = std::move(other);
      else if (!other.empty())
        what.alternatives.push_back(std::move(other));
    }
  } else {
    return out;
  }
  what.stream_over = about.about == sent::eof;
  out.push_back(std::move(what));
  return out;
}

failure vosk_recognition::closed(uint16_t code, std::string_view reason) {
  return failure_of_close("vosk", code, reason);
}

failure vosk_recognition::refused(const service_error& answer) {
  return failure_of_answer("vosk", answer);
}

} // namespace trunkline
