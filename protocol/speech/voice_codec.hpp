#pragma once

#include "protocol/http/service_request.hpp"
#include "schema/failure.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace trunkline {

/// Turns the body of a voice's answer into mu-law, 8000 Hz. Pure; fed as the body arrives, cut
/// anywhere.
class audio_reader {
public:
  virtual ~audio_reader() = default;
  virtual result<std::vector<uint8_t>> feed(std::string_view bytes) = 0;
  /// The body has ended; the last samples. A failure when there was no audio or it was cut.
  virtual result<std::vector<uint8_t>> end_of_body() = 0;
};

/// A voice that speaks one sentence for each HTTP request. Pure, immutable, thread safe.
class voice_codec {
public:
  virtual ~voice_codec() = default;
  /// `voice` is the service's own name or id of it.
  virtual service_request request(std::string_view voice, std::string_view text) const = 0;
  /// For a 200 answer. A content type that is no audio is a failure: noise is never played.
  virtual result<std::unique_ptr<audio_reader>> reader(std::string_view content_type) const = 0;
  virtual failure error_of(const service_error& answer) const = 0;
};

} // namespace trunkline
