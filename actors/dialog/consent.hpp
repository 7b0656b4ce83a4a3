#pragma once

#include <string_view>

namespace trunkline {

/// What a caller's words say to "May we record this call?". Pure. In doubt it is not a yes: only a
/// plain one starts a recording.
struct consent_answer {
  enum class kind { given, refused, unclear };
  kind what = kind::unclear;
  bool more = false; ///< they say something besides, which is for the agent
};
consent_answer consent_in(std::string_view words);

} // namespace trunkline
