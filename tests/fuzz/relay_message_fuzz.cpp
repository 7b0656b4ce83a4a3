#include "protocol/text/utf8.hpp"
#include "protocol/twilio/relay_message.hpp"

#include <cstdlib>

// A message is read or refused; what was read is written and read again as the same.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace trunkline;
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  if (const auto heard = parse_relay_heard(input)) {
    const auto text = render(*heard);
    if (!is_valid_utf8(text))
      std::abort();
    if (text.size() <= relay_message_bytes_max) {
      const auto again = parse_relay_heard(text);
      const bool unknown = std::holds_alternative<relay_unknown>(*heard);
      if (!unknown && (!again || render(*again) != text))
        std::abort();
    }
  }
  if (const auto said = parse_relay_said(input)) {
    const auto text = render(*said);
    const auto again = parse_relay_said(text);
    if (text.size() <= relay_message_bytes_max && (!again || render(*again) != text))
      std::abort();
  }
  return 0;
}
