#include "actors/gate/front_door.hpp"

#include "actors/media/stream_port.hpp"
#include "infra/caf/compat.hpp"
#include "infra/log/log.hpp"
#include "protocol/text/utf8.hpp"
#include "protocol/twilio/form.hpp"
#include "protocol/twilio/signature.hpp"

#include <charconv>
#include <utility>

namespace trunkline {

namespace {

constexpr std::string_view stream_path = "/voice/stream";
constexpr std::string_view relay_path = "/api/v1/voice/conversation-relay";
constexpr std::chrono::milliseconds setup_timeout{5000}; // it is the first thing a carrier sends
constexpr size_t field_bytes_max = 4096;

http_response text(unsigned status, std::string body) {
  return {status, "text/plain; charset=utf-8", std::move(body) + "\n", {}};
}

bool is_relay(std::string_view path) {
  return path.substr(0, relay_path.size()) == relay_path;
}

} // namespace

std::optional<front_door::webhook_path> front_door::webhook_of(const http_request& request) {
  using kind = webhook::kind;
  const auto path = request.path();
  if (path == "/voice/incoming")
    return webhook_path{kind::incoming, {}};
  if (path == "/call/incoming")
    return webhook_path{kind::incoming, "gather"};
  if (path == relay_path)
    return webhook_path{kind::incoming, "relay"};
  if (path == "/call/process-speech")
    return webhook_path{kind::gathered, {}};
  if (path == "/call/partial-speech")
    return webhook_path{kind::gathered_part, {}};
  if (path == "/voice/status")
    return webhook_path{kind::status, {}};
  if (is_relay(path) && path.substr(relay_path.size()) == "/action")
    return webhook_path{kind::after, {}};
  if (path != "/voice/after")
    return std::nullopt;
  if (request.query() == "step=dialled")
    return webhook_path{kind::dialled, {}};
  return webhook_path{request.query() == "step=recorded" ? kind::recorded : kind::after, {}};
}

std::optional<size_t> stream_shard(std::string_view path, size_t here, size_t shards) {
  const auto under = is_relay(path) ? relay_path : stream_path;
  if (path.substr(0, under.size()) != under)
    return std::nullopt;
  path.remove_prefix(under.size());
  if (path.empty())
    return here;
  size_t shard = 0;
  const auto [end, error] = std::from_chars(path.data() + 1, path.data() + path.size(), shard);
  if (path[0] != '/' || error != std::errc{} || end != path.data() + path.size() || shard >= shards)
    return std::nullopt;
  return shard;
}

front_door::front_door(front_door_setup setup)
    : setup_(std::move(setup)), per_address_(setup_.webhooks_per_second_per_address,
                                             2.0 * setup_.webhooks_per_second_per_address, 10000) {}

void front_door::set_urls(const public_urls& urls) {
  setup_.urls = urls;
  open_ = true; // published by the atomic: requests read the URLs only after it
}

void front_door::on_request(http_request request, http_respond respond) {
  if (!open_) {
    respond(text(503, "starting"));
    return;
  }
  const auto path = request.path();
  if (request.method == "GET" && path == "/healthz") {
    respond(text(200, "ok"));
    return;
  }
  if (request.method == "GET" && path == "/ready") {
    std::string why;
    const bool ready = setup_.ready(why);
    respond(text(ready ? 200 : 503, ready ? "ready" : why));
    return;
  }
  const auto what = webhook_of(request);
  if (!what)
    respond(text(404, "not found"));
  else if (request.method != "POST")
    respond({405, "text/plain; charset=utf-8", "webhooks are POST\n", {{"Allow", "POST"}}});
  else
    on_webhook(*what, std::move(request), std::move(respond));
}

void front_door::on_webhook(webhook_path what, http_request request, http_respond respond) {
  const auto received = std::chrono::steady_clock::now();
  const auto path = std::string{request.path()};
  auto answer = [respond = std::move(respond), metrics = setup_.metrics, path,
                 received](http_response response) {
    if (metrics)
      metrics->webhook(path, response.status,
                       std::chrono::duration_cast<std::chrono::microseconds>(
                           std::chrono::steady_clock::now() - received));
    respond(std::move(response));
  };
  {
    std::lock_guard lock{limits_mutex_};
    if (!per_address_.take(request.remote_address, received)) {
      answer(text(429, "too many webhooks from this address"));
      return;
    }
  }
  auto fields = parse_form(request.body);
  if (!fields) {
    answer(text(400, "the body is not a form: " + fields.error().context));
    return;
  }
  bool verified = false;
  for (const auto& token : setup_.tokens)
    verified = verified || verify_webhook(token, setup_.urls.base + request.target,
                                          fields->fields(), request.header("X-Twilio-Signature"));
  const bool ours = setup_.account_sid.empty() || fields->bytes("AccountSid").empty() ||
                    fields->bytes("AccountSid") == setup_.account_sid;
  if (!verified || !ours) {
    if (setup_.metrics)
      setup_.metrics->signature_refused();
    log_event(log_level::warn, "webhook.refused",
              {{"url", setup_.urls.base + path}, {"error", verified ? "account" : "signature"}});
    answer(text(403, "the signature does not fit this URL and these fields"));
    return;
  }
  if (request.accept)
    request.accept(); // a turn may wait for its reply
  webhook hook{what.what,
               std::string{what.channel},
               "r" + std::to_string(++serial_),
               std::string{request.query()},
               {},
               std::move(answer),
               received};
  for (const auto& [name, value] : fields->fields())
    hook.fields.emplace_back(clean_text(name, 128), clean_text(value, field_bytes_max));
  if (fields->text("CallSid").empty()) {
    hook.respond(text(400, "CallSid is missing"));
    return;
  }
  auto gate = setup_.gate->get();
  if (gate)
    tell_from_outside(gate, std::move(hook));
  else
    hook.respond(text(503, "not ready"));
}

upgrade_decision front_door::on_upgrade(const http_request& head) {
  if (!open_)
    return upgrade_refused{text(503, "starting")};
  const auto shard = stream_shard(head.path(), head.shard, setup_.loops.size());
  if (!shard)
    return upgrade_refused{text(404, "not found")};
  const auto url = setup_.urls.socket();
  for (const auto& token : setup_.tokens)
    if (verify_web_socket(token, url + head.target, head.header("X-Twilio-Signature")))
      return upgrade_accepted{*shard};
  if (setup_.metrics)
    setup_.metrics->signature_refused();
  log_event(log_level::warn, "stream.signature_refused");
  return upgrade_refused{text(403, "the signature does not fit this URL")};
}

std::shared_ptr<web_socket_handler> front_door::on_open(http_request head,
                                                        std::shared_ptr<web_socket> socket) {
  const bool relay = is_relay(head.path());
  auto port = std::make_shared<stream_port>(*setup_.loops.at(head.shard), setup_.calls,
                                            relay ? setup_timeout : setup_.stream_start_timeout,
                                            relay ? relay_opening() : media_opening());
  port->open(std::move(socket));
  return port;
}

} // namespace trunkline
