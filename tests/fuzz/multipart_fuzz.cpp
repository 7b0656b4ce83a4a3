#include "protocol/http/multipart.hpp"

#include <cstdint>
#include <cstdlib>

// Whatever the parts hold, the body has as many boundaries as parts and one more.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  const auto half = input.substr(0, size / 2), rest = input.substr(size / 2);
  const auto form = trunkline::render_multipart(
      {{.name = std::string{half}, .content = rest},
       {.name = "file", .content = input, .file_name = std::string{rest}, .type = "audio/wav"}});
  const auto sign = form.content_type.find("boundary=");
  if (sign == std::string::npos)
    std::abort();
  const auto boundary = "--" + form.content_type.substr(sign + 9);
  size_t count = 0;
  for (auto at = form.body.find(boundary); at != std::string::npos;
       at = form.body.find(boundary, at + 1))
    ++count;
  if (count != 3 || !form.body.ends_with(boundary + "--\r\n"))
    std::abort();
  return 0;
}
