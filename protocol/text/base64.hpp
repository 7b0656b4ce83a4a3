#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace trunkline {

/// Standard alphabet with padding, no line breaks.
std::string base64_encode(std::span<const uint8_t> bytes);
std::string base64_encode(std::string_view bytes);
/// The same, added to the end of `to`: no allocation when it has room.
void base64_append(std::string& to, std::span<const uint8_t> bytes);

/// Replaces `to` by the decoded bytes. False, with `to` empty, for anything but the standard
/// alphabet with correct padding. Keeps `to`'s capacity, so a reused buffer does not allocate.
[[nodiscard]] bool base64_decode(std::string_view text, std::vector<uint8_t>& to);

} // namespace trunkline
