#pragma once

#include "protocol/elevenlabs/voice_settings.hpp"
#include "protocol/http/service_request.hpp"
#include "schema/failure.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

// ElevenLabs' socket of many contexts. A context is one stretch of speech with its own id; here one
// sentence, so that the end of its sound is known exactly.
//
//   -> open (text of one blank, settings)  text, flush  close_context          close_socket
//   <- audio*, with the context's id                    isFinal once, after all of its sound
//
// Settings may only come when a context is opened. Flush alone gives no isFinal. After
// close_context sound may still come. Names of members vary between camel and snake case.

namespace trunkline {

struct elevenlabs_stream_settings {
  std::string api_key{};
  std::string voice{}; ///< id
  std::string model = "eleven_flash_v2_5";
  std::string language{}; ///< ISO 639-1; sent only to models that know it
  elevenlabs_voice_settings how{};
  std::chrono::seconds inactivity_timeout{180}; ///< 180 is the most there is
};

/// GET with path, query and key. The sound is mu-law, 8000 Hz.
service_request elevenlabs_stream_handshake(const elevenlabs_stream_settings& settings);

std::string render_context_opened(std::string_view context, const elevenlabs_voice_settings& how);
/// A blank is added at its end, as the service wants it; `flush`: it is spoken now.
std::string render_context_text(std::string_view context, std::string_view text, bool flush);
std::string render_context_flushed(std::string_view context);
std::string render_context_closed(std::string_view context);
/// Without a context when none is open: one that was never opened would be opened by it.
std::string render_stream_keep_alive(std::string_view context);
std::string render_stream_closed();

/// All of one sentence: opened, spoken, closed.
std::vector<std::string> render_sentence(std::string_view context, std::string_view text,
                                         const elevenlabs_voice_settings& how);

/// Which characters are heard when, counted from the start of the sound they came with.
struct spoken_characters {
  std::vector<std::string> characters{};
  std::vector<std::chrono::milliseconds> starts{}, lengths{};
};
struct context_audio {
  std::string context;
  std::vector<uint8_t> mulaw{};
  spoken_characters alignment{}; ///< empty when it was not told
};
/// All sound of the context has come.
struct context_final {
  std::string context;
};
struct context_flushed {
  std::string context;
};
using stream_event = std::variant<context_audio, context_final, context_flushed>;

/// What one message says; unknown ones say nothing. An error message is a failure, after which the
/// service closes the socket.
result<std::vector<stream_event>> read_stream_message(std::string_view message);

/// The socket was closed by the service.
failure elevenlabs_stream_closed(uint16_t code, std::string_view reason);

} // namespace trunkline
