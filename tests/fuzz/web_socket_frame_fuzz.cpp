#include "protocol/text/utf8.hpp"
#include "protocol/web_socket/frame.hpp"

#include <cstdlib>
#include <string>

namespace frame = trunkline::web_socket_frame;

// A header that was read is written as it was, and no part of it is taken for the whole.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string input{reinterpret_cast<const char*>(data), size};
  frame::header head;
  if (frame::parse_header(input, head) == frame::parse_status::ok) {
    if (head.header_bytes > size || head.header_bytes > frame::header_bytes_max)
      std::abort();
    frame::header part;
    for (size_t bytes = 0; bytes < head.header_bytes; ++bytes)
      if (frame::parse_header({input.data(), bytes}, part) != frame::parse_status::need_more)
        std::abort();
    auto payload = input.substr(head.header_bytes);
    if (head.fin && head.payload_bytes == payload.size()) {
      frame::apply_mask(payload, head.mask);
      std::string again;
      frame::append_frame(again, head.code, payload,
                          head.masked ? std::optional{head.mask} : std::nullopt);
      if (again != input)
        std::abort();
    }
  }
  const auto payload = frame::close_payload(1000, trunkline::to_valid_utf8(input));
  const auto close = frame::parse_close(payload);
  if (payload.size() > frame::control_payload_max || !close || close->code != 1000)
    std::abort();
  frame::parse_close(input);
  frame::is_valid_key(input);
  return 0;
}
