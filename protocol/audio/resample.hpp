#pragma once

#include "schema/failure.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace trunkline {

/// Band-limited conversion of a whole sound, aligned in time with its source. Rates 1000 to 192000.
result<std::vector<int16_t>> resample(std::span<const int16_t> samples, uint32_t from, uint32_t to);

/// 8 to 16 kHz by saying each sample twice: for the recogniser, which this serves better than a
/// band-limited filter and which costs nothing.
std::vector<int16_t> doubled(std::span<const int16_t> samples);

} // namespace trunkline
