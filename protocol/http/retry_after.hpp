#pragma once

#include "protocol/http/service_request.hpp"

#include <chrono>
#include <optional>
#include <string_view>

namespace trunkline {

/// Longer waits than this are taken for nonsense.
inline constexpr std::chrono::hours retry_after_max{24};

/// A moment of HTTP: "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT" or
/// "Sun Nov  6 08:49:37 1994"; nothing when malformed. `now` settles the century of the second
/// form.
std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text,
                                                        std::chrono::sys_seconds now);

/// What Retry-After says, in milliseconds: whole or fractional seconds or, when `now` is known, a
/// date. 0: nothing, nothing usable, or a moment that has passed.
std::chrono::milliseconds
parse_retry_after(std::string_view text,
                  std::optional<std::chrono::sys_seconds> now = std::nullopt);

/// How long the service asks to wait; retry-after-ms counts before Retry-After. Codecs have no
/// clock, so a date gives 0 there and the session, which has one, may ask again.
std::chrono::milliseconds
retry_after_of(const service_error& answer,
               std::optional<std::chrono::sys_seconds> now = std::nullopt);

} // namespace trunkline
