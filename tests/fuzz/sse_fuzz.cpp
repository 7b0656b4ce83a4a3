#include "protocol/http/sse.hpp"

#include <cstdint>
#include <cstdlib>

// The same events must come of the body in one piece and cut where the first byte says.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0)
    return 0;
  const std::string_view body{reinterpret_cast<const char*>(data + 1), size - 1};
  const size_t piece = 1 + data[0];
  constexpr size_t bound = 512;
  trunkline::sse_parser whole{bound}, pieces{bound};
  std::vector<trunkline::sse_event> of_whole, of_pieces;
  const bool whole_read = static_cast<bool>(whole.feed(body, of_whole));
  bool pieces_read = true;
  for (size_t at = 0; at < body.size(); at += piece)
    pieces_read = static_cast<bool>(pieces.feed(body.substr(at, piece), of_pieces));
  if (whole_read != pieces_read || of_whole != of_pieces ||
      whole.end_of_body() != pieces.end_of_body() || whole.rest() != pieces.rest())
    std::abort();
  return 0;
}
