#pragma once

#include "infra/net/http.hpp"
#include "infra/recording/recording_file.hpp"

#include <string_view>

namespace trunkline {

/// An open-ended range is answered with at most so much, which is more than four minutes; a player
/// asks for the rest when it comes there.
inline constexpr size_t recording_part_bytes_max = 4 << 20;

/// A recording as audio/wav: all of it, or the part that a Range header asks for (206, or 416).
/// Opens only the blocks it needs. Blocks, so not on a network thread.
http_response answer_recording(const recording_reader& from, std::string_view range_header);

/// For one that cannot be given.
http_response recording_failed(const failure& why);

} // namespace trunkline
