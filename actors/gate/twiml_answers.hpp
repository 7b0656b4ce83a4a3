#pragma once

#include "actors/call/after_page.hpp"
#include "actors/channel_messages.hpp"
#include "schema/assistant.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace trunkline {

/// The public addresses TwiML points to, made from the configured base URL only.
struct public_urls {
  std::string base; ///< "https://voice.example.com", without a slash at the end
  std::string own;  ///< the same for sockets, which must reach this engine; empty: base

  std::string socket() const;             ///< own as wss; ws for http
  std::string stream(size_t shard) const; ///< wss://.../voice/stream/<shard>
  std::string relay(size_t shard) const;  ///< wss://.../api/v1/voice/conversation-relay/<shard>
  /// Where the words of a page go; `how` says what else is asked for.
  std::string gathered(unsigned page, std::string_view how = {}) const;
  std::string gathered_part(unsigned page) const;
  std::string after() const { return base + "/voice/after"; }
  /// Where the carrier goes when a ConversationRelay session is over.
  std::string relay_over() const { return base + "/api/v1/voice/conversation-relay/action"; }
  std::string dialled() const { return base + "/voice/after?step=dialled"; }
  std::string recorded() const { return base + "/voice/after?step=recorded"; }
  std::string recording_status() const { return base + "/voice/status?kind=recording"; }
};

/// Every document the gate answers with. Pure.
namespace answers {
/// Connect to the agent; the after-page follows whatever happens.
std::string stream(const public_urls& urls, size_t shard, std::string_view token);
std::string relay(const public_urls& urls, size_t shard, std::string_view token,
                  const assistant& who);
/// A turn by <Gather>.
std::string page(const public_urls& urls, const gather_page& what, const assistant& who);
std::string plan(const public_urls& urls, const after_plan& what, const assistant& who,
                 std::string_view caller_id);
/// Message taking in place of the agent: full, overloaded or draining.
std::string overflow(const public_urls& urls, const assistant& who);
/// To the after-page.
std::string go_on(const public_urls& urls);
std::string unknown_number();
std::string busy();
} // namespace answers

} // namespace trunkline
