#include "protocol/chat/reply_stream.hpp"

#include "protocol/chat/model_failure.hpp"
#include "protocol/text/json.hpp"
#include "protocol/text/utf8.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>

namespace trunkline {

namespace {

using nlohmann::json;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

// A server that cuts a character in two sends a text that is no JSON, for one character's sake.
result<json> parse_event(std::string_view text) {
  auto value = parse_json(text, "event");
  return value || is_valid_utf8(text) ? value : parse_json(to_valid_utf8(text), "event");
}

} // namespace

std::vector<llm_event> reply_stream::feed(std::string_view bytes) {
  if (over_ || body_ended_)
    return {};
  std::vector<sse_event> events;
  const auto read = parser_.feed(bytes, events);
  for (const auto& event : events)
    if (!over_)
      take_event(event);
  if (!read)
    fail({failure_kind::unavailable, service_ + ": " + read.error().context, true});
  return given();
}

std::vector<llm_event> reply_stream::end_of_body() {
  if (over_ || body_ended_)
    return {};
  body_ended_ = true;
  if (const auto last = parser_.end_of_body())
    take_event(*last);
  if (!over_ && !trimmed(parser_.rest()).empty())
    if (const auto rest = parse_event(parser_.rest()); rest && rest->is_object())
      take({}, *rest);
  if (!over_)
    take_end(false);
  return given();
}

void reply_stream::take_event(const sse_event& event) {
  const auto data = trimmed(event.data);
  if (data.empty())
    return;
  if (is_end_mark(data)) {
    take_end(true);
    return;
  }
  const auto value = parse_event(data);
  if (value) {
    if (value->is_object())
      take(event.name, *value);
  } else if (!body_ended_) { // else it was cut, which the end will tell
    fail({failure_kind::unavailable, service_ + ": " + value.error().context, true});
  }
}

std::vector<llm_event> reply_stream::given() {
  return std::exchange(events_, {});
}

void reply_stream::say(std::string text) {
  if (!over_ && !text.empty() && hold(text.size()))
    events_.emplace_back(reply_delta{std::move(text)});
}

void reply_stream::call(tool_call wanted) {
  if (!over_)
    events_.emplace_back(std::move(wanted));
}

void reply_stream::done(const llm_done& how) {
  if (!std::exchange(over_, true))
    events_.emplace_back(how);
}

void reply_stream::fail(failure why) {
  if (!std::exchange(over_, true))
    events_.emplace_back(std::move(why));
}

void reply_stream::fail_with(const json& error_event) {
  fail(failure_in_stream(service_, error_event));
}

void reply_stream::fail_cut_off() {
  fail({failure_kind::unreachable, service_ + ": the stream ended before the reply did", true});
}

void reply_stream::fail_refused() {
  fail({failure_kind::refused, service_ + " refused to answer"});
}

void reply_stream::fail_too_many_calls() {
  fail({failure_kind::unavailable,
        service_ + ": over " + std::to_string(reply_tool_calls_max) + " tool calls in a reply",
        true});
}

bool reply_stream::hold(size_t bytes) {
  reply_bytes_ += bytes;
  if (reply_bytes_ <= reply_bytes_max)
    return true;
  fail({failure_kind::unavailable,
        service_ + ": the reply is over " + std::to_string(reply_bytes_max) + " bytes", true});
  return false;
}

int count_member(const json& object, std::string_view name) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  if (found == object.end() || !found->is_number())
    return 0;
  constexpr double most = std::numeric_limits<int>::max();
  const auto count = found->get<double>();
  return count > 0 ? static_cast<int>(std::min(count, most)) : 0;
}

} // namespace trunkline
