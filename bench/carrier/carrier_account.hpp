#pragma once

#include <cstdint>
#include <string>

namespace trunkline {

/// What webhooks are signed with: `given`, else $TWILIO_AUTH_TOKEN, else the development token in
/// the state directory (`state_dir`, else $TRUNKLINE_STATE_DIR). Empty: there is none.
std::string signing_token(const std::string& given, const std::string& state_dir);

/// An environment variable, or empty.
std::string environment_text(const char* name);

/// Several callers are several numbers: limits per source number would else see one. `first` with
/// its last four digits counted up by `n`.
std::string caller_number(const std::string& first, uint64_t n);

} // namespace trunkline
