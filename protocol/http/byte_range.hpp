#pragma once

#include <cstdint>
#include <string_view>

namespace trunkline {

/// What a Range header (RFC 9110, section 14) asks of `total` bytes.
struct byte_range {
  enum class kind {
    whole,        ///< no header, or one that may be ignored: other units, several ranges, broken
    part,         ///< from, size
    unsatisfiable ///< nothing of it is there: 416
  };
  kind what = kind::whole;
  uint64_t from = 0, size = 0; ///< size is never 0 for a part
};

byte_range read_range(std::string_view header, uint64_t total);

} // namespace trunkline
