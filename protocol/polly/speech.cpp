#include "protocol/polly/speech.hpp"

#include "protocol/http/status_failure.hpp"
#include "protocol/speech/audio_readers.hpp"
#include "protocol/text/json.hpp"

#include <nlohmann/json.hpp>

namespace trunkline {

namespace {

std::string host_of(const polly_speech_settings& settings) {
  if (!settings.host.empty())
    return settings.host;
  const bool china = settings.region.starts_with("cn-");
  return "polly." + settings.region + (china ? ".amazonaws.com.cn" : ".amazonaws.com");
}

} // namespace

polly_speech::polly_speech(polly_speech_settings settings)
    : settings_(std::move(settings)), host_(host_of(settings_)) {}

service_request polly_speech::request(std::string_view voice, std::string_view text) const {
  nlohmann::json body{
      {"Engine", settings_.engine}, {"OutputFormat", settings_.mulaw ? "mulaw" : "pcm"},
      {"SampleRate", "8000"},       {"Text", text},
      {"TextType", "text"},         {"VoiceId", voice}};
  if (!settings_.language.empty())
    body["LanguageCode"] = settings_.language;
  service_request to{"POST", "/v1/speech", {{"Content-Type", "application/json"}}, to_text(body)};
  const sigv4_scope scope{settings_.amz_date ? settings_.amz_date() : "", settings_.region,
                          "polly"};
  to.headers.emplace_back("X-Amz-Date", scope.amz_date);
  if (!settings_.credentials.session_token.empty())
    to.headers.emplace_back("X-Amz-Security-Token", settings_.credentials.session_token);
  sigv4_request covered{to.method, to.target, {}, to.headers, to.body};
  covered.headers.emplace_back("Host", host_); // the session sends it
  to.headers.emplace_back("Authorization",
                          sigv4_authorization(settings_.credentials, scope, covered));
  return to;
}

result<std::unique_ptr<audio_reader>> polly_speech::reader(std::string_view content_type) const {
  return audio_reader_for("polly", content_type, {.mulaw = settings_.mulaw, .rate = 8000});
}

// Throttling comes with status 400: the type counts before the status.
failure polly_speech::error_of(const service_error& answer) const {
  static constexpr error_rule rules[] = {
      {"ThrottlingException", failure_kind::rate_limited, true},
      {"Throttling", failure_kind::rate_limited, true},
      {"ThrottledException", failure_kind::rate_limited, true},
      {"RequestThrottledException", failure_kind::rate_limited, true},
      {"TooManyRequestsException", failure_kind::rate_limited, true},
      {"ServiceQuotaExceededException", failure_kind::quota},
      {"TextLengthExceededException", failure_kind::too_large},
      {"LexiconNotFoundException", failure_kind::not_found},
      {"AccessDeniedException", failure_kind::unauthorized},
      {"UnrecognizedClientException", failure_kind::unauthorized},
      {"InvalidSignatureException", failure_kind::unauthorized},
      {"ExpiredTokenException", failure_kind::unauthorized},
      {"IncompleteSignature", failure_kind::unauthorized},
      {"MissingAuthenticationToken", failure_kind::unauthorized},
      {"ServiceFailureException", failure_kind::unavailable, true},
  };
  return failure_of_answer("polly", answer, rules);
}

} // namespace trunkline
