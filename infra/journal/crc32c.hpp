#pragma once

#include <cstdint>
#include <string_view>

namespace trunkline {

/// CRC-32C (Castagnoli), as iSCSI and ext4 have it. `before` continues over several pieces.
uint32_t crc32c(std::string_view bytes, uint32_t before = 0);

} // namespace trunkline
