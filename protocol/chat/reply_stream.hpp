#pragma once

#include "protocol/chat/chat_codec.hpp"
#include "protocol/http/sse.hpp"

#include <nlohmann/json_fwd.hpp>

namespace trunkline {

/// What the text and the tool calls of one reply may hold together; a model never writes as much.
inline constexpr size_t reply_bytes_max = 1024 * 1024;
inline constexpr size_t reply_tool_calls_max = 64;

/// The part of a reader that all services with an event stream share: events to JSON, nothing after
/// the end, bodies that end too early or are an error in disguise.
class reply_stream : public reply_reader {
public:
  std::vector<llm_event> feed(std::string_view bytes) final;
  std::vector<llm_event> end_of_body() final;

protected:
  explicit reply_stream(std::string service) : service_(std::move(service)) {}

  /// One JSON object of the stream; `name` is of its event, empty when it has none.
  virtual void take(std::string_view name, const nlohmann::json& event) = 0;
  /// Whether this is the end mark, which is no JSON.
  virtual bool is_end_mark(std::string_view data) const = 0;
  /// The end mark, or the end of the body: says done or fails if the reply was not complete.
  virtual void take_end(bool mark) = 0;

  void say(std::string text);
  void call(tool_call wanted);
  void done(const llm_done& how);
  void fail(failure why);
  /// An error object inside the stream.
  void fail_with(const nlohmann::json& error_event);
  void fail_cut_off();
  void fail_refused();
  void fail_too_many_calls();
  /// Counts what is collected and not yet said; false when the reply is over its bound and failed.
  bool hold(size_t bytes);

private:
  void take_event(const sse_event& event);
  std::vector<llm_event> given();

  std::string service_;
  sse_parser parser_;
  std::vector<llm_event> events_;
  size_t reply_bytes_ = 0;
  bool body_ended_ = false;
  bool over_ = false;
};

/// The member as a count; 0 when it is none or negative.
int count_member(const nlohmann::json& object, std::string_view name);

} // namespace trunkline
