#include "protocol/knowledge/document_text.hpp"
#include "protocol/text/utf8.hpp"

#include <cstdlib>

// Any text makes passages that are valid, not empty, and within their limit.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace trunkline;
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  const auto text = checked_text(input);
  if (!text)
    return 0;
  for (auto* read : {read_markdown, read_html, read_plain_text, read_pdf_text})
    for (const auto& chunk : chunks_of(read(*text), "A title"))
      if (chunk.text.empty() || chunk.text.size() > chunk_bytes_max || !is_valid_utf8(chunk.text) ||
          !is_valid_utf8(chunk.title))
        std::abort();
  return 0;
}
