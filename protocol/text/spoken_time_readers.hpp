#pragma once

#include "protocol/text/spoken_time.hpp"

namespace trunkline {

/// Parts of find_when. Each looks at words not used yet, fills its part of `found` and marks what
/// it used.
void read_day(std::span<const std::string> words, date::local_days today, when_expected expected,
              spoken_when& found);
void read_clock(std::span<const std::string> words, when_expected expected, spoken_when& found);

} // namespace trunkline
