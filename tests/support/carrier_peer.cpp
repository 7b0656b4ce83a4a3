#include "tests/support/carrier_peer.hpp"

#include "protocol/twilio/media_message.hpp"
#include "protocol/twilio/signature.hpp"
#include "protocol/twilio/twiml_reader.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <utility>

namespace trunkline::testing {

stream_offer offer_in(const std::string& text) {
  const auto verbs = twiml::parse(text);
  if (!verbs || verbs->empty() || verbs->front().name != "Connect")
    return {};
  const auto* stream = verbs->front().child("Stream");
  const auto* parameter = stream ? stream->child("Parameter") : nullptr;
  return parameter ? stream_offer{std::string{stream->attribute("url")},
                                  std::string{parameter->attribute("value")}}
                   : stream_offer{};
}

void raw_stream::send_start(const std::string& call_sid, const std::string& token) {
  send(render_connected());
  send(render_started({.sequence = 1,
                       .stream_sid = "MZ1",
                       .account_sid = "AC1",
                       .call_sid = call_sid,
                       .parameters = {{"token", token}}}));
}

carrier_peer::~carrier_peer() {
  for (const auto& weak : streams_)
    if (const auto stream = weak.lock())
      stream->socket.reset();
}

bool carrier_peer::wait(const std::function<bool()>& condition, std::chrono::milliseconds limit) {
  const auto until = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= until)
      return false;
    io.restart();
    io.run_one_for(20ms);
  }
  return true;
}

http_response carrier_peer::fetch(client_request request) {
  auto answer = std::make_shared<std::optional<http_response>>();
  http_fetch(io, std::move(request), [answer](result<http_response> got) {
    *answer = got ? std::move(*got) : http_response{.status = 0, .body = to_string(got.error())};
  });
  wait([&] { return answer->has_value(); });
  return answer->value_or(http_response{.status = 0, .body = "no answer"});
}

client_request carrier_peer::webhook(const std::string& path, const form_fields& fields) const {
  client_request request;
  request.method = "POST";
  request.url = url + path;
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                     {"X-Twilio-Signature", sign_webhook(token, request.url, fields)}};
  request.body = render_form(fields);
  return request;
}

http_response carrier_peer::post(const std::string& path, const form_fields& fields) {
  return fetch(webhook(path, fields));
}

form_fields carrier_peer::ringing(const std::string& call_sid, const std::string& from) {
  return {{"CallSid", call_sid},
          {"AccountSid", "AC1"},
          {"From", from},
          {"To", "+15550100200"},
          {"CallStatus", "ringing"}};
}

stream_offer carrier_peer::offered_stream(const std::string& call_sid) {
  auto offer = offer_in(post("/voice/incoming", ringing(call_sid)).body);
  EXPECT_NE(offer.url, "") << "no stream was offered to " << call_sid;
  return offer;
}

std::shared_ptr<raw_stream> carrier_peer::open_stream(const std::string& url, bool signed_one) {
  auto stream = std::make_shared<raw_stream>();
  streams_.push_back(stream);
  client_request request;
  request.url = url;
  if (signed_one)
    request.headers = {{"X-Twilio-Signature", sign_webhook(token, url)}};
  web_socket_connect(io, std::move(request), stream,
                     [stream](result<std::shared_ptr<web_socket>> opened) {
                       if (opened)
                         stream->socket = std::move(*opened);
                       else
                         stream->refused = to_string(opened.error());
                     });
  EXPECT_TRUE(wait([&] { return stream->socket || !stream->refused.empty(); }));
  return stream;
}

} // namespace trunkline::testing
