#pragma once

#include "protocol/http/service_request.hpp"
#include "schema/failure.hpp"
#include "schema/transcript.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace trunkline {

/// A recogniser that takes one whole utterance in an HTTP request. Pure, immutable, thread safe.
class utterance_codec {
public:
  virtual ~utterance_codec() = default;
  /// `mulaw`: 8000 Hz, with some lead-in before the voice.
  virtual service_request request(std::span<const uint8_t> mulaw) const = 0;
  /// The body of a 200 answer: one final transcript, `rejected` when nothing credible was heard.
  virtual result<transcript> read(std::string_view content_type, std::string_view body) const = 0;
  virtual failure error_of(const service_error& answer) const = 0;
};

} // namespace trunkline
