#pragma once

#include <string_view>

namespace trunkline {

/// A CallStatus after which nothing comes: docs of the carrier's status callbacks.
inline bool is_final_call_status(std::string_view status) {
  for (const std::string_view last : {"completed", "busy", "failed", "no-answer", "canceled"})
    if (status == last)
      return true;
  return false;
}

} // namespace trunkline
