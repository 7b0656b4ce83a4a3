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
/// `language`: tag of the one the question was asked in; what is neither English nor Spanish is
/// read as English.
consent_answer consent_in(std::string_view words, std::string_view language = "en");

} // namespace trunkline
