#pragma once

#include "protocol/speech/utterance_codec.hpp"
#include "schema/failure.hpp"

#include <string>
#include <string_view>

namespace trunkline {

struct openai_transcription_settings {
  std::string service = "openai"; ///< named in failures
  std::string api_key{};          ///< empty: no header is sent
  std::string path = "/audio/transcriptions";
  std::string model = "whisper-1";
  std::string language{}; ///< ISO 639-1; empty: the server finds out
  std::string prompt{};   ///< names to spell
  bool verbose = true;    ///< asks how sure it is; the gpt-4o models cannot tell
  bool sends_model = true;
  bool suppresses_noise_words = false; ///< whisper.cpp's suppress_nst
};

/// How a kind of server wants to be asked: openai, whisper.cpp or speaches. Model, key and language
/// are for the caller to set.
result<openai_transcription_settings> openai_transcription_profile(std::string_view name);

/// Whisper and its likes, one utterance a request. What such a model invents of silence and noise
/// ("[BLANK_AUDIO]", "Thanks for watching!") is no word of the caller and is left out; when nothing
/// else is left the transcript is `rejected`.
class openai_transcription final : public utterance_codec {
public:
  explicit openai_transcription(openai_transcription_settings settings)
      : settings_(std::move(settings)) {}

  /// WAV, 16000 Hz, which every such server takes.
  service_request request(std::span<const uint8_t> mulaw) const override;
  result<transcript> read(std::string_view content_type, std::string_view body) const override;
  failure error_of(const service_error& answer) const override;

private:
  const openai_transcription_settings settings_;
};

/// Text without descriptions of noise, "[coughs]", "(silence)", "*beep*", and without notes of
/// music, on one line. What holds digits or many words stays: "(555) 010-2345".
std::string without_noise_tags(std::string_view text);

/// Whether all of the text is something that Whisper is known to say of silence. Words that callers
/// say, too, such as "thank you", are only invented when `unsure`.
bool is_invention(std::string_view text, bool unsure);

} // namespace trunkline
