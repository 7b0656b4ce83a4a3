#include "protocol/speech/audio_readers.hpp"

#include "protocol/audio/pcm_stream.hpp"
#include "protocol/audio/wav_stream.hpp"
#include "protocol/text/utf8.hpp"

#include <algorithm>
#include <cctype>
#include <optional>

namespace trunkline {

namespace {

using bytes = std::vector<uint8_t>;

/// Keeps the first failure and knows whether there was any sound.
class guarded_reader : public audio_reader {
public:
  explicit guarded_reader(std::string_view service) : service_(service) {}

  result<bytes> feed(std::string_view part) final {
    return broken_ ? result<bytes>{*broken_} : guarded(convert(part));
  }

  result<bytes> end_of_body() final {
    if (broken_)
      return *broken_;
    auto rest = guarded(finish());
    if (rest && !sound_)
      return guarded(failure{failure_kind::unavailable, "no sound came", true});
    return rest;
  }

protected:
  virtual result<bytes> convert(std::string_view part) = 0;
  virtual result<bytes> finish() = 0;

private:
  result<bytes> guarded(result<bytes> made) {
    if (made) {
      sound_ = sound_ || !made->empty();
      return made;
    }
    broken_ = made.error();
    broken_->context = service_ + ": " + broken_->context;
    return *broken_;
  }

  std::string service_;
  std::optional<failure> broken_;
  bool sound_ = false;
};

class mulaw_reader final : public guarded_reader {
public:
  using guarded_reader::guarded_reader;

private:
  result<bytes> convert(std::string_view part) override { return bytes{part.begin(), part.end()}; }
  result<bytes> finish() override { return bytes{}; }
};

class pcm_reader final : public guarded_reader {
public:
  pcm_reader(std::string_view service, pcm_to_mulaw converter)
      : guarded_reader(service), converter_(std::move(converter)) {}

private:
  result<bytes> convert(std::string_view part) override { return converter_.feed(part); }
  result<bytes> finish() override { return converter_.finish(); }

  pcm_to_mulaw converter_;
};

class wav_reader final : public guarded_reader {
public:
  using guarded_reader::guarded_reader;

private:
  result<bytes> convert(std::string_view part) override {
    const auto sound = wav_.feed(part);
    if (!sound)
      return sound.error();
    const auto& head = wav_.head();
    if (!head)
      return bytes{};
    if (head->mulaw) {
      if (head->rate != 8000 || head->channels != 1)
        return failure{failure_kind::bad_input, "wav: mu-law of another rate than 8000 Hz"};
      return bytes{sound->begin(), sound->end()};
    }
    if (!converter_) {
      auto made = pcm_to_mulaw::make(head->rate, head->channels);
      if (!made)
        return made.error();
      converter_ = std::move(*made);
    }
    return converter_->feed(*sound);
  }

  result<bytes> finish() override {
    if (wav_.is_cut() || !wav_.head())
      return failure{failure_kind::unreachable, "the sound was cut", true};
    return converter_ ? converter_->finish() : result<bytes>{bytes{}};
  }

  wav_stream wav_;
  std::optional<pcm_to_mulaw> converter_;
};

bool is_one_of(std::string_view type, std::initializer_list<std::string_view> types) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

} // namespace

std::string media_type_of(std::string_view content_type) {
  content_type = content_type.substr(0, content_type.find(';'));
  std::string type;
  for (const char c : content_type)
    if (!std::isspace(static_cast<unsigned char>(c)))
      type += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return type;
}

result<std::unique_ptr<audio_reader>>
audio_reader_for(std::string_view service, std::string_view content_type, const raw_sound& asked) {
  using pointer = std::unique_ptr<audio_reader>;
  const auto type = media_type_of(content_type);
  if (is_one_of(type, {"audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave"}))
    return pointer{std::make_unique<wav_reader>(service)};
  const bool says_mulaw = is_one_of(type, {"audio/mulaw", "audio/x-mulaw", "audio/basic",
                                           "audio/pcmu", "audio/ulaw", "audio/x-ulaw"});
  const bool says_pcm = is_one_of(type, {"audio/pcm", "audio/x-pcm", "audio/l16", "audio/raw",
                                         "audio/x-raw", "audio/x-linear"});
  const bool opaque = (asked.opaque && type == "application/octet-stream") ||
                      (asked.any_type && type.starts_with("audio/"));
  if (says_mulaw || (opaque && asked.mulaw))
    return pointer{std::make_unique<mulaw_reader>(service)};
  if ((says_pcm || opaque) && !asked.mulaw) {
    auto converter = pcm_to_mulaw::make(asked.rate);
    if (!converter)
      return converter.error();
    return pointer{std::make_unique<pcm_reader>(service, std::move(*converter))};
  }
  return failure{failure_kind::bad_input,
                 std::string{service} + ": answered with " +
                     (type.empty() ? "no content type" : clean_text(type, 64)) +
                     " instead of the sound asked for"};
}

} // namespace trunkline
