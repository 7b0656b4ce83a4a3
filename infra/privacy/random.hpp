#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace trunkline {

/// From the system's random source, fit for secrets. Throws std::runtime_error when there is none,
/// which is a broken installation.
void fill_random(std::span<uint8_t> bytes);
/// So many bytes, as twice as many hexadecimal digits.
std::string random_hex(size_t bytes);

} // namespace trunkline
