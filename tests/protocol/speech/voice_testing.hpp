#pragma once

#include "protocol/speech/voice_codec.hpp"

#include <gtest/gtest.h>

#include <string>

namespace trunkline::testing {

/// An answer of a service that did not do its work.
inline service_error answer_of(unsigned status, std::string_view body,
                               std::string_view error_type = {}) {
  service_error answer;
  answer.status = status;
  answer.body = body;
  answer.error_type = error_type;
  return answer;
}

struct refusal {
  unsigned status;
  const char* body;
  failure_kind kind;
  bool retryable;
  const char* context;
  const char* error_type = "";
};

template<class Codec, size_t Count>
void expect_refusals(const Codec& codec, const refusal (&cases)[Count]) {
  for (const auto& c : cases) {
    const auto what = codec.error_of(answer_of(c.status, c.body, c.error_type));
    EXPECT_EQ(what.kind, c.kind) << c.body;
    EXPECT_EQ(what.retryable, c.retryable) << c.body;
    EXPECT_EQ(what.context, c.context);
  }
}

/// How many bytes of mu-law come out of a body, fed in pieces; 0 when the codec refuses it.
inline size_t mulaw_bytes(const voice_codec& codec, std::string_view content_type,
                          std::string_view body, size_t at_once) {
  auto reader = codec.reader(content_type);
  if (!reader)
    return 0;
  size_t bytes = 0;
  for (size_t at = 0; at < body.size(); at += at_once) {
    const auto part = (*reader)->feed(body.substr(at, at_once));
    bytes += part ? part->size() : 0;
  }
  const auto rest = (*reader)->end_of_body();
  return bytes + (rest ? rest->size() : 0);
}

using header_list = std::vector<std::pair<std::string, std::string>>;

} // namespace trunkline::testing
