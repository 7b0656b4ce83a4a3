#include "bench/carrier/call_watch.hpp"

#include "infra/net/http_client.hpp"
#include "protocol/text/json.hpp"

#include <nlohmann/json.hpp>

namespace trunkline {

namespace {

using namespace std::chrono_literals;
using nlohmann::json;

int int_member(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number() ? found->get<int>() : 0;
}

const json& list_member(const json& object, const char* name) {
  static const json empty = json::array();
  const auto found = object.find(name);
  return found != object.end() && found->is_array() ? *found : empty;
}

turn_record turn_of(const json& turn) {
  turn_record to;
  to.index = int_member(turn, "index");
  to.role = string_member(turn, "role");
  to.text = string_member(turn, "text");
  to.heard = string_member(turn, "heard");
  to.response_time_ms = int_member(turn, "response_time_ms");
  to.action = string_member(turn, "action");
  to.rung = string_member(turn, "rung");
  to.rung_reason = string_member(turn, "rung_reason");
  to.speculated_ms = int_member(turn, "speculated_ms");
  to.speculations_wasted = int_member(turn, "speculations_wasted");
  for (const auto& part : list_member(turn, "latency"))
    if (part.is_object())
      to.latency.push_back(
          {string_member(part, "name"), string_member(part, "owner"), int_member(part, "ms")});
  return to;
}

} // namespace

result<watched_call> parse_call_view(std::string_view text) {
  const auto parsed = parse_json(text, "the admin API's call");
  if (!parsed)
    return parsed.error();
  if (!parsed->is_object())
    return failure{failure_kind::bad_input, "the admin API's call is not an object"};
  watched_call view;
  view.state = string_member(*parsed, "state");
  view.outcome = string_member(*parsed, "outcome");
  view.end_reason = string_member(*parsed, "end_reason");
  for (const auto& turn : list_member(*parsed, "turns"))
    if (turn.is_object())
      view.turns.push_back(turn_of(turn));
  return view;
}

call_watch::call_watch(boost::asio::io_context& io, const std::string& admin_url,
                       const std::string& call_sid, std::chrono::milliseconds interval,
                       view_handler on_view)
    : io_(io), url_(admin_url + "/api/v1/calls/" + call_sid), interval_(interval),
      on_view_(std::move(on_view)), timer_(io) {}

void call_watch::start() {
  look();
}

void call_watch::stop() {
  stopped_ = true;
  timer_.cancel();
  on_view_ = nullptr;
}

void call_watch::look() {
  client_request request;
  request.url = url_;
  request.timeouts = {500ms, 2000ms, 2500ms};
  const auto asked = std::chrono::steady_clock::now();
  http_fetch(io_, std::move(request), [self = shared_from_this(), asked](auto answer) {
    if (self->stopped_)
      return;
    if (answer && answer->status == 200) {
      if (const auto view = parse_call_view(answer->body)) {
        const auto handler = self->on_view_; // it may stop us in there
        handler(asked, *view);
      }
    } else {
      ++self->failures_;
    }
    if (self->stopped_)
      return;
    self->timer_.expires_after(self->interval_);
    self->timer_.async_wait([self](const boost::system::error_code& error) {
      if (!error && !self->stopped_)
        self->look();
    });
  });
}

} // namespace trunkline
