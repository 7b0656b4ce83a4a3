#include "protocol/anthropic/reply_reader.hpp"

#include <cstdint>
#include <cstdlib>

// The first byte says how the body is cut. One end comes, at the latest with the body's, and
// nothing after it.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0)
    return 0;
  const std::string_view body{reinterpret_cast<const char*>(data + 1), size - 1};
  const size_t piece = 1 + data[0];
  const auto reader = trunkline::make_anthropic_reader("fuzz");
  bool ended = false;
  const auto take = [&](const std::vector<trunkline::llm_event>& events) {
    for (const auto& event : events) {
      if (ended)
        std::abort();
      ended = std::holds_alternative<trunkline::llm_done>(event) ||
              std::holds_alternative<trunkline::failure>(event);
    }
  };
  for (size_t at = 0; at < body.size(); at += piece)
    take(reader->feed(body.substr(at, piece)));
  take(reader->end_of_body());
  if (!ended)
    std::abort();
  take(reader->end_of_body());
  return 0;
}
