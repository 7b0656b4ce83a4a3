#include "protocol/azure/recognition.hpp"
#include "tests/fuzz/recogniser_fuzz.hpp"

// Frames are read or refused, and what was read is written as it came.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  for (const bool binary : {false, true})
    if (const auto frame = trunkline::parse_azure_frame(input, binary)) {
      const auto bytes = binary ? render_azure_binary(*frame) : render_azure_text(*frame);
      const auto again = trunkline::parse_azure_frame(bytes, binary);
      if (!again || again->headers.size() > frame->headers.size())
        std::abort();
    }
  trunkline::azure_recognition_settings settings;
  settings.new_id = [] { return std::string{"0"}; };
  trunkline::azure_recognition codec{settings};
  codec.opening();
  trunkline::fuzz::run_recogniser(codec, input);
  return 0;
}
