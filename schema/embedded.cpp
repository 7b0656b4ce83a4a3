#include "schema/embedded.hpp"

#include <algorithm>
#include <vector>

extern "C" {
#define TL_EMBEDDED(n, path)                                                                       \
  extern const char tl_embedded_##n[];                                                             \
  extern const char tl_embedded_##n##_end[];
#include "embedded_table.inc"
#undef TL_EMBEDDED
}

namespace trunkline {

std::span<const embedded_file> embedded_files() {
  static const auto files = [] {
    std::vector<embedded_file> all;
#define TL_EMBEDDED(n, path)                                                                       \
  all.push_back({path, {tl_embedded_##n, size_t(tl_embedded_##n##_end - tl_embedded_##n)}});
#include "embedded_table.inc"
#undef TL_EMBEDDED
    std::sort(all.begin(), all.end(), [](auto& a, auto& b) { return a.path < b.path; });
    return all;
  }();
  return files;
}

std::optional<std::string_view> embedded_text(std::string_view path) {
  for (const auto& file : embedded_files())
    if (file.path == path)
      return file.text;
  return std::nullopt;
}

} // namespace trunkline
