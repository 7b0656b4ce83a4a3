#include "protocol/azure/recognition.hpp"

#include "protocol/audio/mulaw.hpp"
#include "protocol/audio/pcm_stream.hpp"
#include "protocol/audio/wav.hpp"
#include "protocol/http/query.hpp"
#include "protocol/http/status_failure.hpp"
#include "protocol/text/json.hpp"
#include "protocol/text/json_fields.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <optional>

namespace trunkline {

using namespace std::chrono_literals;

namespace {

using nlohmann::json;

constexpr auto message_length = 100ms;
constexpr double ticks_per_second = 10'000'000; // of 100 ns
constexpr size_t phrases_max = 500;
constexpr size_t alternatives_max = 4;

std::string lower_case(std::string_view text) {
  std::string out;
  for (const char c : text)
    out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

std::string config_text() {
  return to_text(
      {{"context",
        {{"system", {{"name", "trunkline"}, {"version", "1"}, {"build", "1"}, {"lang", "C++"}}},
         {"os", {{"platform", "Linux"}, {"name", "Linux"}, {"version", "1"}}},
         {"audio",
          {{"source",
            {{"type", "Stream"},
             {"samplerate", 8000},
             {"bitspersample", 16},
             {"channelcount", 1}}}}}}}});
}

std::string context_text(const std::vector<std::string>& phrases) {
  auto items = json::array();
  for (const auto& phrase : phrases)
    if (!phrase.empty() && items.size() < phrases_max)
      items.push_back({{"text", phrase}});
  auto group = json::object();
  group["type"] = "Generic";
  group["items"] = std::move(items);
  json context = json::object();
  context["dgi"]["groups"] = json::array({std::move(group)});
  return to_text(context);
}

/// What a status other than success means; nullopt: no words, but no fault either.
std::optional<failure> fault_of(const std::string& status) {
  const auto with = [&status](failure_kind kind, bool retryable) {
    return failure{kind, "azure: phrase with status " + status, retryable};
  };
  if (status == "Error")
    return with(failure_kind::unavailable, true);
  if (status == "TooManyRequests")
    return with(failure_kind::rate_limited, true);
  if (status == "BadRequest")
    return with(failure_kind::bad_input, false);
  if (status == "Forbidden")
    return with(failure_kind::unauthorized, false);
  return std::nullopt;
}

std::string words_of(const json& best) {
  for (const char* name : {"Display", "ITN", "Lexical"})
    if (auto text = string_member(best, name); !text.empty())
      return text;
  return {};
}

} // namespace

azure_recognition::azure_recognition(azure_recognition_settings settings)
    : settings_(std::move(settings)), batch_(message_length) {}

service_request azure_recognition::handshake() {
  const auto silence = std::clamp(settings_.segmentation, 100ms, 5000ms).count();
  return {"GET",
          with_query("/speech/recognition/conversation/cognitiveservices/v1",
                     {{"language", settings_.language},
                      {"format", "detailed"},
                      {"profanity", "raw"},
                      {"segmentationSilenceTimeoutMs", std::to_string(silence)}}),
          {{"Ocp-Apim-Subscription-Key", settings_.key},
           {"X-ConnectionId", settings_.new_id ? settings_.new_id() : ""}},
          {}};
}

azure_frame azure_recognition::frame(std::string path, std::string type,
                                     std::string content) const {
  azure_frame made;
  made.headers = {{"Path", std::move(path)},
                  {"X-RequestId", request_id_},
                  {"X-Timestamp", settings_.timestamp ? settings_.timestamp() : ""}};
  if (!type.empty())
    made.headers.emplace_back("Content-Type", std::move(type));
  made.content = std::move(content);
  return made;
}

void azure_recognition::open_turn(std::vector<socket_message>& to) {
  turn_open_ = true;
  turn_start_ = std::chrono::milliseconds{sent_bytes_ / mulaw_bytes_per_ms};
  if (!settings_.phrases.empty())
    to.push_back({render_azure_text(
        frame("speech.context", "application/json", context_text(settings_.phrases)))});
  to.push_back(
      {render_azure_binary(frame("audio", "audio/x-wav", write_wav_mono({}, 8000))), true});
}

std::vector<socket_message> azure_recognition::opening() {
  request_id_ = settings_.new_id ? settings_.new_id() : "";
  std::vector<socket_message> out{
      {render_azure_text(frame("speech.config", "application/json", config_text()))}};
  open_turn(out);
  return out;
}

void azure_recognition::append_audio(std::vector<uint8_t> mulaw, std::vector<socket_message>& to) {
  if (mulaw.empty() || closing_)
    return;
  if (!turn_open_) {
    request_id_ = settings_.new_id ? settings_.new_id() : "";
    open_turn(to);
  }
  sent_bytes_ += mulaw.size();
  to.push_back({render_azure_binary(frame("audio", "", pcm_bytes(mulaw))), true});
}

std::vector<socket_message> azure_recognition::audio(std::span<const uint8_t> mulaw) {
  std::vector<socket_message> out;
  count_audio(mulaw.size());
  append_audio(batch_.add(mulaw), out);
  return out;
}

std::vector<socket_message> azure_recognition::keep_alive() {
  std::vector<socket_message> out;
  append_audio(batch_.take(), out);
  return out;
}

std::vector<socket_message> azure_recognition::closing() {
  std::vector<socket_message> out;
  append_audio(batch_.take(), out);
  closing_ = true;
  if (turn_open_)
    out.push_back({render_azure_binary(frame("audio", "", "")), true});
  return out;
}

std::chrono::milliseconds azure_recognition::end_of(const json& what) const {
  const auto ticks =
      number_member(what, "Offset").value_or(0) + number_member(what, "Duration").value_or(0);
  return turn_start_ + milliseconds_of(ticks / ticks_per_second);
}

result<std::vector<recognised>> azure_recognition::read_phrase(const json& phrase) const {
  std::vector<recognised> out;
  const auto status = string_member(phrase, "RecognitionStatus");
  if (auto fault = fault_of(status))
    return *fault;
  const bool wordless =
      status == "NoMatch" || status == "InitialSilenceTimeout" || status == "BabbleTimeout";
  if (status != "Success" && !wordless) // EndOfDictation is no phrase, and what is new neither
    return out;
  recognised what;
  what.settled = what.ends_speech = true;
  what.audio_end = end_of(phrase);
  if (status == "Success") {
    std::vector<const json*> best;
    for (const auto& one : array_member(phrase, "NBest"))
      best.push_back(&one);
    // They are not always in order.
    std::stable_sort(best.begin(), best.end(), [](const json* a, const json* b) {
      return number_member(*a, "Confidence").value_or(0) >
             number_member(*b, "Confidence").value_or(0);
    });
    what.text = best.empty() ? string_member(phrase, "DisplayText") : words_of(*best[0]);
    if (!best.empty())
      what.confidence = confidence_of(*best[0], "Confidence");
    for (size_t i = 1; i < std::min(best.size(), alternatives_max); ++i)
      if (auto other = words_of(*best[i]); !other.empty())
        what.alternatives.push_back(std::move(other));
  }
  out.push_back(std::move(what));
  return out;
}

result<std::vector<recognised>> azure_recognition::read(std::string_view text, bool binary) {
  std::vector<recognised> none;
  const auto message = parse_azure_frame(text, binary);
  if (!message)
    return message.error();
  const auto path = lower_case(header_of(*message, "Path"));
  const bool known = path == "speech.phrase" || path == "speech.hypothesis" ||
                     path == "speech.fragment" || path == "turn.end";
  // Another request id is that of a turn that is over.
  if (!known || lower_case(header_of(*message, "X-RequestId")) != lower_case(request_id_))
    return none;
  if (path == "turn.end") {
    turn_open_ = false;
    if (!closing_)
      return none;
    recognised over;
    over.stream_over = true;
    return std::vector{std::move(over)};
  }
  const auto content = parse_json(message->content, "azure: " + path);
  if (!content)
    return content.error();
  if (!content->is_object())
    return failure{failure_kind::bad_input, "azure: " + path + " is not an object"};
  if (path == "speech.phrase")
    return read_phrase(*content);
  recognised what;
  what.text = string_member(*content, "Text");
  what.audio_end = end_of(*content);
  return std::vector{std::move(what)};
}

// 1007 stands for more than bad data: the reason tells.
failure azure_recognition::closed(uint16_t code, std::string_view reason) {
  auto what = failure_of_close("azure", code, reason);
  const auto said = lower_case(reason);
  if (said.find("quota exceeded") != std::string::npos) {
    what.kind = failure_kind::quota;
    what.retryable = false;
  } else if (said.find("throttled") != std::string::npos || code == 4429) {
    what.kind = failure_kind::rate_limited;
    what.retryable = true;
  }
  return what;
}

failure azure_recognition::refused(const service_error& answer) {
  return failure_of_answer("azure", answer);
}

} // namespace trunkline
