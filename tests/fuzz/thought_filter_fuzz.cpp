#include "protocol/chat/thought_filter.hpp"

#include <cstdint>
#include <cstdlib>

// The first byte says how a reply is cut: that changes nothing, and no tag is ever said.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0)
    return 0;
  const std::string_view reply{reinterpret_cast<const char*>(data + 1), size - 1};
  const size_t piece = 1 + data[0] % 16u;
  trunkline::thought_filter whole, pieces;
  const auto said = whole.feed(reply) + whole.end();
  std::string again;
  for (size_t at = 0; at < reply.size(); at += piece)
    again += pieces.feed(reply.substr(at, piece));
  again += pieces.end();
  if (again != said || said.size() > reply.size())
    std::abort();
  return 0;
}
