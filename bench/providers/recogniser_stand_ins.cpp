#include "bench/providers/recogniser_stand_ins.hpp"

#include "bench/providers/deepgram_stand_in.hpp"
#include "protocol/audio/mulaw.hpp"
#include "protocol/text/json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <utility>

namespace trunkline {

namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr milliseconds silence_ends{500};
constexpr int64_t ticks_per_ms = 10000;

milliseconds length_of(const std::string& text) {
  return milliseconds{std::max<size_t>(text.size(), 1) * 66};
}

// -- Vosk ----------------------------------------------------------------------------------------

class vosk_socket : public stand_in_socket {
public:
  explicit vosk_socket(const recogniser_stand_in_settings& settings)
      : settings_(settings), random_(settings.seed), input_(silence_ends) {}

  void on_message(std::string_view bytes, bool binary) override {
    if (binary)
      on_audio(bytes);
    else if (bytes == R"({"eof" : 1})" || bytes == R"({"reset" : 1})") {
      say({{"text", open_ ? text_ : ""}});
      open_ = false;
      if (bytes.find("eof") != std::string_view::npos)
        out_.close(1000, "");
    } else if (bytes.find("config") == std::string_view::npos) {
      out_.close(1011, "not understood"); // the real one breaks here
    }
  }

private:
  void on_audio(std::string_view pcm) {
    std::vector<uint8_t> audio;
    for (size_t i = 0; i + 1 < pcm.size(); i += 2)
      audio.push_back(mulaw_encode(static_cast<int16_t>(static_cast<uint8_t>(pcm[i]) |
                                                        static_cast<uint8_t>(pcm[i + 1]) << 8)));
    bool ended = false;
    for (const auto& change : input_.feed(audio)) {
      if (change.voice && !open_) {
        text_ = settings_.words->take();
        latency_ = settings_.latency.draw(random_);
        open_ = true;
      }
      ended = ended || !change.voice;
    }
    if (auto known = settings_.words->recognise(input_.prints()); open_ && known)
      text_ = std::move(*known);
    if (ended && std::exchange(open_, false))
      say({{"text", text_}});
    else
      say({{"partial",
            open_ ? words_so_far(text_, input_.heard() - input_.voice_from(), length_of(text_))
                  : ""}});
  }

  void say(const json& message) { out_.send(latency_, to_text(message), false); }

  const recogniser_stand_in_settings& settings_;
  std::mt19937_64 random_;
  spoken_input input_;
  std::string text_;
  milliseconds latency_{50};
  bool open_ = false;
};

class vosk_service : public stand_in_service {
public:
  explicit vosk_service(recogniser_stand_in_settings settings) : settings_(std::move(settings)) {}
  std::string name() const override { return "vosk"; }
  stand_in_answer answer(const http_request&) override { return refusal(426); }
  stand_in_answer refusal(unsigned status) const override {
    stand_in_answer answer;
    answer.status = status;
    answer.content_type = "text/plain";
    answer.body.push_back({milliseconds{0}, "stand-in trouble"});
    return answer;
  }
  std::unique_ptr<stand_in_socket> open(const http_request&) override {
    return std::make_unique<vosk_socket>(settings_);
  }

private:
  const recogniser_stand_in_settings settings_;
};

// -- Azure ---------------------------------------------------------------------------------------

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// A header of a message's head, in lower case names.
std::string header_of(std::string_view head, const std::string& name) {
  const auto all = lower(std::string{head});
  const auto at = all.find(name + ":");
  if (at == std::string::npos)
    return {};
  auto value = std::string{head.substr(at + name.size() + 1)};
  value = value.substr(0, value.find("\r\n"));
  value.erase(0, value.find_first_not_of(' '));
  return value;
}

class azure_socket : public stand_in_socket {
public:
  explicit azure_socket(const recogniser_stand_in_settings& settings)
      : settings_(settings), random_(settings.seed), input_(silence_ends) {}

  void on_message(std::string_view bytes, bool binary) override {
    if (!binary || bytes.size() < 2)
      return;
    const auto length =
        static_cast<size_t>(static_cast<uint8_t>(bytes[0]) << 8 | static_cast<uint8_t>(bytes[1]));
    if (bytes.size() < 2 + length)
      return;
    const auto head = bytes.substr(2, length);
    auto payload = bytes.substr(2 + length);
    request_ = header_of(head, "x-requestid");
    if (!std::exchange(started_, true)) {
      say("turn.start", {{"context", {{"serviceTag", "stand-in"}}}});
      const auto tag = payload.size() >= 22 ? static_cast<uint8_t>(payload[20]) : 1;
      pcm_ = tag == 1;
      payload.remove_prefix(std::min<size_t>(payload.size(), 44));
    }
    if (payload.empty() && !bytes.substr(2 + length).empty())
      return; // the RIFF header alone
    if (payload.empty()) {
      settle();
      say("turn.end", json::object());
      return;
    }
    on_audio(payload);
  }

private:
  void on_audio(std::string_view payload) {
    std::vector<uint8_t> audio;
    if (pcm_)
      for (size_t i = 0; i + 1 < payload.size(); i += 2)
        audio.push_back(mulaw_encode(static_cast<int16_t>(
            static_cast<uint8_t>(payload[i]) | static_cast<uint8_t>(payload[i + 1]) << 8)));
    else
      audio.assign(payload.begin(), payload.end());
    for (const auto& change : input_.feed(audio)) {
      if (change.voice && !open_) {
        text_ = settings_.words->take();
        latency_ = settings_.latency.draw(random_);
        open_ = true;
        say("speech.startDetected", {{"Offset", change.at.count() * ticks_per_ms}});
      } else if (!change.voice) {
        listen_on();
        settle();
      }
    }
    listen_on();
    if (!open_ || input_.heard() - last_interim_ < milliseconds{200})
      return;
    last_interim_ = input_.heard();
    say("speech.hypothesis",
        {{"Text", words_so_far(text_, input_.heard() - input_.voice_from(), length_of(text_))},
         {"Offset", input_.voice_from().count() * ticks_per_ms},
         {"Duration", (input_.heard() - input_.voice_from()).count() * ticks_per_ms}});
  }

  void listen_on() {
    if (auto known = settings_.words->recognise(input_.prints()); open_ && known)
      text_ = std::move(*known);
  }

  void settle() {
    if (!std::exchange(open_, false))
      return;
    say("speech.phrase",
        {{"RecognitionStatus", text_.empty() ? "NoMatch" : "Success"},
         {"Offset", input_.voice_from().count() * ticks_per_ms},
         {"Duration", (input_.voice_to() - input_.voice_from()).count() * ticks_per_ms},
         {"NBest", json::array({{{"Confidence", 0.95}, {"Lexical", text_}, {"Display", text_}}})}});
  }

  void say(const std::string& path, const json& body) {
    out_.send(latency_,
              "X-RequestId:" + request_ + "\r\nContent-Type:application/json\r\nPath:" + path +
                  "\r\n\r\n" + to_text(body),
              false);
  }

  const recogniser_stand_in_settings& settings_;
  std::mt19937_64 random_;
  spoken_input input_;
  std::string request_, text_;
  milliseconds latency_{0}, last_interim_{0};
  bool started_ = false, pcm_ = true, open_ = false;
};

class azure_service : public stand_in_service {
public:
  explicit azure_service(recogniser_stand_in_settings settings)
      : settings_(std::move(settings)), random_(settings_.seed) {}

  std::string name() const override { return "azure"; }

  stand_in_answer answer(const http_request& request) override {
    if (!settings_.key.empty() && request.header("Ocp-Apim-Subscription-Key") != settings_.key)
      return refusal(401);
    if (request.method != "POST" || !request.path().ends_with("/cognitiveservices/v1"))
      return refusal(404);
    if (request.header("User-Agent").empty() || request.body.find("<speak") == std::string::npos)
      return refusal(400);
    std::string words; // the text between the tags
    bool tag = false;
    for (const char c : request.body) {
      tag = tag ? c != '>' : c == '<';
      if (!tag && c != '>')
        words += c;
    }
    const auto sound = humming(words);
    stand_in_answer spoken;
    spoken.content_type = "audio/x-mulaw";
    auto after = settings_.voice.draw(random_);
    for (size_t at = 0; at < sound.size(); at += 1600) {
      const auto end = std::min(at + 1600, sound.size());
      spoken.body.push_back({std::exchange(after, milliseconds{5}),
                             std::string{sound.begin() + static_cast<ptrdiff_t>(at),
                                         sound.begin() + static_cast<ptrdiff_t>(end)}});
    }
    return spoken;
  }

  stand_in_answer refusal(unsigned status) const override {
    stand_in_answer answer;
    answer.status = status;
    answer.content_type = "text/plain";
    return answer; // often without a word
  }

  std::unique_ptr<stand_in_socket> open(const http_request& head) override {
    if (head.path().find("/speech/recognition/") == std::string_view::npos &&
        head.path().find("/speech/universal/") == std::string_view::npos)
      return nullptr;
    return std::make_unique<azure_socket>(settings_);
  }

private:
  const recogniser_stand_in_settings settings_;
  std::mt19937_64 random_;
};

recogniser_stand_in_settings with_words(recogniser_stand_in_settings settings) {
  if (!settings.words)
    settings.words = std::make_shared<told_words>();
  return settings;
}

} // namespace

std::unique_ptr<stand_in_service> vosk_stand_in(recogniser_stand_in_settings settings) {
  return std::make_unique<vosk_service>(with_words(std::move(settings)));
}

std::unique_ptr<stand_in_service> azure_stand_in(recogniser_stand_in_settings settings) {
  return std::make_unique<azure_service>(with_words(std::move(settings)));
}

} // namespace trunkline
