#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace trunkline {

/// How a call is carried: docs/channels.md.
enum class call_channel : uint8_t { media_stream, relay, gather };
inline constexpr size_t call_channel_count = 3;
inline constexpr std::array<call_channel, call_channel_count> call_channels{
    call_channel::media_stream, call_channel::relay, call_channel::gather};

constexpr std::string_view to_string(call_channel channel) {
  constexpr std::array<std::string_view, call_channel_count> names{"media_stream", "relay",
                                                                   "gather"};
  return names[static_cast<size_t>(channel)];
}

} // namespace trunkline
