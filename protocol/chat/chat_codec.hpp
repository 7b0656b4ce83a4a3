#pragma once

#include "protocol/http/service_request.hpp"
#include "schema/chat.hpp"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace trunkline {

/// Reads one streamed reply of a language model. Pure; fed with the body of a 200 answer as it
/// arrives, cut anywhere. After a llm_done or failure was returned it returns nothing more.
class reply_reader {
public:
  virtual ~reply_reader() = default;
  virtual std::vector<llm_event> feed(std::string_view bytes) = 0;
  /// The body has ended: a reply that was not complete is a failure.
  virtual std::vector<llm_event> end_of_body() = 0;
};

/// What a language model is asked, and how its answers are read. Pure, immutable, thread safe.
class chat_codec {
public:
  virtual ~chat_codec() = default;
  /// `system`: the prompt. Messages may have any order of roles; what the service would refuse
  /// (missing tool results, empty texts, roles in a row) is mended here. `tokens_max` bounds the
  /// reply.
  virtual service_request request(std::string_view system, std::span<const chat_message> messages,
                                  std::span<const tool_spec> tools) const = 0;
  virtual std::unique_ptr<reply_reader> reader() const = 0;
  /// An answer with another status than 200.
  virtual failure error_of(const service_error& answer) const = 0;
};

} // namespace trunkline
