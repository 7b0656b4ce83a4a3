#include "protocol/text/utf8.hpp"
#include "protocol/twilio/form.hpp"
#include "protocol/twilio/signature.hpp"

#include <cstdlib>

// A form is read or refused; what was read is written and read again as it was. What we sign we
// accept, and nothing else.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  const auto fields = trunkline::parse_form(input);
  if (!fields)
    return 0;
  const auto again = trunkline::parse_form(trunkline::render_form(fields->fields()),
                                           {.bytes_max = 1u << 20, .fields_max = 1024});
  if (!again || again->fields() != fields->fields())
    std::abort();
  for (const auto& [name, value] : fields->fields())
    if (!trunkline::is_valid_utf8(fields->text(name)))
      std::abort();
  const std::string url = "https://example.com:8443/voice/it's?x=" + std::to_string(size);
  const auto signature = trunkline::sign_webhook("token", url, fields->fields());
  if (!trunkline::verify_webhook("token", url, fields->fields(), signature) ||
      trunkline::verify_webhook("other", url, fields->fields(), signature) ||
      (input != signature && trunkline::verify_webhook("token", url, fields->fields(), input)))
    std::abort();
  return 0;
}
