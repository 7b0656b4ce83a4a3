#pragma once

#include "protocol/http/service_request.hpp"

#include <string>
#include <string_view>

namespace trunkline {

/// What a service says went wrong, of whatever shape its body is. All members are one line without
/// control characters and may be empty.
struct error_text {
  std::string code;    ///< the most telling of its machine words: "insufficient_quota"
  std::string type;    ///< the class of error where the service tells it apart from the code
  std::string message; ///< for humans, at most `error_message_bytes_max`; keys in it are masked
};

inline constexpr size_t error_message_bytes_max = 200;
inline constexpr size_t error_code_bytes_max = 64;

/// Reads the error objects of OpenAI and its likes, Anthropic, Deepgram, ElevenLabs, AWS (JSON and
/// XML), FastAPI, OAuth, a bare string, the title of an HTML page and plain text. What a service
/// quotes of its input (FastAPI's `input`) is left out: it may be the caller's words.
error_text error_text_of(std::string_view body);

/// Also takes the code from the header, when the body has none.
error_text error_text_of(const service_error& answer);

/// "quota_exceeded: You have no credits left", or the half of it that there is; empty: nothing was
/// said. For the context of a failure.
std::string to_string(const error_text& text);

} // namespace trunkline
