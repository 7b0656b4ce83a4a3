#include "bench/providers/voice_stand_ins.hpp"

#include "bench/providers/deepgram_stand_in.hpp"
#include "protocol/audio/mulaw.hpp"
#include "protocol/text/base64.hpp"
#include "protocol/text/json.hpp"
#include "protocol/twilio/form.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <utility>

namespace trunkline {

namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr size_t chunk_bytes = 1600;    // 200 ms
constexpr size_t contexts_open_max = 5; // of one ElevenLabs socket

stand_in_answer json_answer(unsigned status, const json& body) {
  stand_in_answer answer;
  answer.status = status;
  answer.body.push_back({milliseconds{0}, to_text(body)});
  return answer;
}

void add_audio(stand_in_answer& answer, const std::string& bytes, milliseconds first,
               milliseconds between) {
  for (size_t at = 0; at < bytes.size(); at += chunk_bytes)
    answer.body.push_back({std::exchange(first, between), bytes.substr(at, chunk_bytes)});
}

std::string as_text(const std::vector<uint8_t>& sound) {
  return {sound.begin(), sound.end()};
}

std::string as_pcm(const std::vector<uint8_t>& sound) {
  std::string pcm;
  for (const auto byte : sound) {
    const auto sample = static_cast<uint16_t>(mulaw_decode(byte));
    pcm += {static_cast<char>(sample & 0xff), static_cast<char>(sample >> 8)};
  }
  return pcm;
}

// -- ElevenLabs ----------------------------------------------------------------------------------

class contexts_socket : public stand_in_socket {
public:
  explicit contexts_socket(const voice_stand_in_settings& settings)
      : settings_(settings), random_(settings.seed) {}

  void on_message(std::string_view bytes, bool) override {
    const auto message = json::parse(bytes, nullptr, false);
    if (!message.is_object())
      return;
    if (message.value("close_socket", false)) {
      out_.close(1000, "");
      return;
    }
    const auto id = string_member(message, "context_id");
    if (id.empty())
      return; // keeps the socket alive
    if (open_.count(id) == 0 && open_.size() >= contexts_open_max) {
      out_.send(milliseconds{0}, to_text({{"error", "max_active_conversations"}, {"code", 1008}}),
                false);
      out_.close(1008, "Maximum simultaneous contexts exceeded");
      return;
    }
    auto& text = open_[id];
    text += string_member(message, "text");
    if (message.value("flush", false))
      speak(id, std::exchange(text, {}));
    if (message.value("close_context", false)) {
      const auto after = at_;
      out_.send(after, to_text({{"isFinal", true}, {"contextId", id}}), false);
      open_.erase(id);
    }
  }

private:
  void speak(const std::string& id, const std::string& text) {
    if (text.find_first_not_of(' ') == std::string::npos)
      return;
    const auto sound = as_text(humming(text));
    at_ = settings_.first_audio.draw(random_);
    for (size_t from = 0; from < sound.size(); from += chunk_bytes) {
      const auto part = sound.substr(from, chunk_bytes);
      out_.send(at_,
                to_text({{"audio", base64_encode(part)}, {"contextId", id}, {"isFinal", nullptr}}),
                false);
      at_ += settings_.between_chunks;
    }
  }

  const voice_stand_in_settings& settings_;
  std::mt19937_64 random_;
  std::map<std::string, std::string> open_; ///< text not spoken yet, by context
  milliseconds at_{0};
};

class elevenlabs_service : public stand_in_service {
public:
  explicit elevenlabs_service(voice_stand_in_settings settings)
      : settings_(std::move(settings)), random_(settings_.seed) {}

  std::string name() const override { return "elevenlabs"; }

  stand_in_answer answer(const http_request& request) override {
    if (!settings_.key.empty() && request.header("xi-api-key") != settings_.key)
      return refusal(401);
    const auto path = request.path();
    if (request.method != "POST" || !path.starts_with("/v1/text-to-speech/") ||
        !path.ends_with("/stream"))
      return refusal(404);
    stand_in_answer spoken;
    spoken.content_type = "audio/basic";
    const auto text = string_member(json::parse(request.body, nullptr, false), "text");
    add_audio(spoken, as_text(humming(text)), settings_.first_audio.draw(random_),
              settings_.between_chunks);
    return spoken;
  }

  stand_in_answer refusal(unsigned status) const override {
    const auto* code = status == 400   ? "max_character_limit_exceeded"
                       : status == 401 ? "invalid_api_key"
                       : status == 402 ? "quota_exceeded"
                       : status == 403 ? "only_for_creator+"
                       : status == 404 ? "voice_not_found"
                       : status == 429 ? "too_many_concurrent_requests"
                                       : "system_busy";
    return json_answer(status == 402 ? 401 : status,
                       {{"detail", {{"status", code}, {"message", "stand-in trouble"}}}});
  }

  std::unique_ptr<stand_in_socket> open(const http_request& head) override {
    if (!head.path().ends_with("/multi-stream-input"))
      return nullptr;
    return std::make_unique<contexts_socket>(settings_);
  }

private:
  const voice_stand_in_settings settings_;
  std::mt19937_64 random_;
};

// -- Polly ---------------------------------------------------------------------------------------

class polly_service : public stand_in_service {
public:
  explicit polly_service(voice_stand_in_settings settings)
      : settings_(std::move(settings)), random_(settings_.seed) {}

  std::string name() const override { return "polly"; }

  stand_in_answer answer(const http_request& request) override {
    const auto proof = request.header("Authorization");
    if (!proof.starts_with("AWS4-HMAC-SHA256 Credential=") ||
        (!settings_.key.empty() && proof.find(settings_.key) == std::string_view::npos))
      return refusal(403);
    if (request.method != "POST" || request.path() != "/v1/speech")
      return refusal(404);
    const auto body = json::parse(request.body, nullptr, false);
    const auto format = string_member(body, "OutputFormat");
    if (format != "mulaw" && format != "pcm")
      return refusal(400);
    const auto sound = humming(string_member(body, "Text"));
    stand_in_answer spoken;
    spoken.content_type = format == "pcm" ? "audio/pcm" : "audio/mulaw";
    add_audio(spoken, format == "pcm" ? as_pcm(sound) : as_text(sound),
              settings_.first_audio.draw(random_), settings_.between_chunks);
    return spoken;
  }

  stand_in_answer refusal(unsigned status) const override {
    const auto* type = status == 400                    ? "ValidationException"
                       : status == 402                  ? "ServiceQuotaExceededException"
                       : status == 401 || status == 403 ? "UnrecognizedClientException"
                       : status == 429                  ? "ThrottlingException"
                                                        : "ServiceFailureException";
    auto answer = json_answer(status == 401   ? 403
                              : status == 429 ? 400
                                              : status,
                              {{"message", "stand-in trouble"}});
    answer.headers.emplace_back("x-amzn-ErrorType", type);
    return answer;
  }

private:
  const voice_stand_in_settings settings_;
  std::mt19937_64 random_;
};

// -- Coqui ---------------------------------------------------------------------------------------

std::string wav_22050(const std::string& text) {
  std::string samples; // the hum, stretched to the rate of most models
  const auto sound = humming(text);
  for (size_t i = 0; i < sound.size() * 22050 / 8000; ++i) {
    const auto sample = static_cast<uint16_t>(mulaw_decode(sound[i * 8000 / 22050]));
    samples += {static_cast<char>(sample & 0xff), static_cast<char>(sample >> 8)};
  }
  const auto le = [](uint32_t value, int bytes) {
    std::string out;
    for (int i = 0; i < bytes; ++i)
      out += static_cast<char>(value >> (8 * i));
    return out;
  };
  const auto size = static_cast<uint32_t>(samples.size());
  return "RIFF" + le(36 + size, 4) + "WAVEfmt " + le(16, 4) + le(1, 2) + le(1, 2) + le(22050, 4) +
         le(44100, 4) + le(2, 2) + le(16, 2) + "data" + le(size, 4) + samples;
}

class coqui_service : public stand_in_service {
public:
  explicit coqui_service(voice_stand_in_settings settings)
      : settings_(std::move(settings)), random_(settings_.seed) {}

  std::string name() const override { return "coqui"; }

  stand_in_answer answer(const http_request& request) override {
    if (request.path() != "/api/tts")
      return refusal(404);
    const auto fields =
        parse_form(request.method == "POST" ? std::string_view{request.body} : request.query());
    const auto text = fields ? fields->text("text") : std::string{};
    if (text.empty())
      return refusal(500);
    stand_in_answer spoken;
    spoken.content_type = "audio/wav";
    // Whole sentences, one after the other: nothing comes before all is there.
    spoken.body.push_back({settings_.first_audio.draw(random_), wav_22050(text)});
    return spoken;
  }

  stand_in_answer refusal(unsigned status) const override {
    stand_in_answer answer;
    answer.status = status;
    answer.content_type = "text/html; charset=utf-8";
    answer.body.push_back({milliseconds{0}, "<html><title>Internal Server Error</title></html>"});
    return answer;
  }

private:
  const voice_stand_in_settings settings_;
  std::mt19937_64 random_;
};

} // namespace

std::unique_ptr<stand_in_service> elevenlabs_stand_in(voice_stand_in_settings settings) {
  return std::make_unique<elevenlabs_service>(std::move(settings));
}

std::unique_ptr<stand_in_service> polly_stand_in(voice_stand_in_settings settings) {
  return std::make_unique<polly_service>(std::move(settings));
}

std::unique_ptr<stand_in_service> coqui_stand_in(voice_stand_in_settings settings) {
  return std::make_unique<coqui_service>(std::move(settings));
}

} // namespace trunkline
