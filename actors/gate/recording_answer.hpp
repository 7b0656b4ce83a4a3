#pragma once

#include "infra/net/http.hpp"
#include "infra/recording/recordings.hpp"

#include <memory>
#include <string_view>

namespace trunkline {

/// So much is read at once, about a minute. A Range is answered with no more than that: a player
/// asks for the rest when it comes there.
inline constexpr size_t recording_part_bytes_max = 1 << 20;

/// A recording as audio/wav: all of it, fetched by `reading` part by part, or the part that a Range
/// header asks for (206, or 416). Opens only the blocks it needs. Blocks for the first part, so not
/// on a network thread.
http_response answer_recording(std::shared_ptr<const recording_reader> from,
                               std::string_view range_header, recording_reading reading);

/// For one that cannot be given.
http_response recording_failed(const failure& why);

} // namespace trunkline
