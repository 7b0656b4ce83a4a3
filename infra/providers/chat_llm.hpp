#pragma once

#include "infra/net/client_loop.hpp"
#include "infra/providers/llm_provider.hpp"
#include "infra/providers/service.hpp"
#include "protocol/chat/chat_codec.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace trunkline {

struct chat_llm_settings {
  service_endpoint endpoint; ///< timeouts: connect and the whole reply
  std::chrono::milliseconds first_token{3000};
  std::chrono::milliseconds between_tokens{2000};
};

/// A language model behind HTTP, whatever protocol its codec speaks: one request for each round of
/// a reply, streamed. Bytes that bring no text and no tool call (pings, comments) do not count as
/// progress. One for each loop; used on its thread, where its sinks are called. Cancelling closes
/// the connection.
class chat_llm : public llm_provider {
public:
  chat_llm(client_loop& loop, chat_llm_settings settings, std::shared_ptr<const chat_codec> codec);

  std::string name() const override { return settings_.endpoint.name; }
  std::unique_ptr<llm_stream> start(llm_request request, llm_sink sink) override;
  /// Opens a connection ahead, so that the first turn pays no handshake.
  void prepare() override;

private:
  client_loop& loop_;
  const chat_llm_settings settings_;
  const std::shared_ptr<const chat_codec> codec_;
};

} // namespace trunkline
