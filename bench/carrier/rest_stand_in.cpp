#include "bench/carrier/rest_stand_in.hpp"

#include "protocol/text/base64.hpp"
#include "protocol/text/json.hpp"

#include <nlohmann/json.hpp>

namespace trunkline {

namespace {

http_response json_answer(unsigned status, const nlohmann::json& body) {
  return {.status = status, .content_type = "application/json", .body = to_text(body)};
}

http_response problem(unsigned status, unsigned code, const std::string& message) {
  return json_answer(status, {{"code", code}, {"message", message}, {"status", status}});
}

} // namespace

result<std::unique_ptr<rest_stand_in>> rest_stand_in::start(boost::asio::io_context& io,
                                                            std::string account_sid,
                                                            std::string token, uint16_t port) {
  std::unique_ptr<rest_stand_in> rest{new rest_stand_in(std::move(account_sid), std::move(token))};
  http_server_options options;
  options.port = port;
  options.limits.connections_per_address_max = 1000;
  auto server = http_server::start({&io}, std::move(options), *rest);
  if (!server)
    return server.error();
  rest->server_ = std::move(*server);
  return rest;
}

rest_stand_in::~rest_stand_in() = default;

std::string rest_stand_in::base_url() const {
  return "http://127.0.0.1:" + std::to_string(server_->port());
}

void rest_stand_in::add(const std::shared_ptr<simulated_call>& call) {
  calls_[call->facts().call_sid] = call;
}

void rest_stand_in::on_request(http_request request, http_respond respond) {
  respond(answer(request));
}

http_response rest_stand_in::answer(const http_request& request) {
  if (request.header("Authorization") != "Basic " + base64_encode(account_sid_ + ":" + token_))
    return problem(401, 20003, "Authenticate");
  const std::string prefix = "/2010-04-01/Accounts/" + account_sid_ + "/Calls/";
  const std::string_view suffix = ".json";
  auto path = request.path();
  if (!path.starts_with(prefix) || !path.ends_with(suffix))
    return problem(404, 20404, "The requested resource was not found");
  path.remove_prefix(prefix.size());
  path.remove_suffix(suffix.size());
  const auto known = calls_.find(std::string{path});
  const auto call = known == calls_.end() ? nullptr : known->second.lock();
  if (!call)
    return problem(404, 20404, "The requested resource was not found");
  if (request.method == "POST")
    return update(*call, request);
  if (request.method != "GET")
    return problem(405, 20004, "Method not allowed");
  return json_answer(200, {{"sid", call->facts().call_sid},
                           {"status", call->live() ? "in-progress" : "completed"}});
}

http_response rest_stand_in::update(simulated_call& call, const http_request& request) {
  const auto form = parse_form(request.body);
  if (!form)
    return problem(400, 20001, form.error().context);
  const auto body = nlohmann::json{{"sid", call.facts().call_sid}, {"status", "in-progress"}};
  if (!call.live())
    return problem(400, 21220, "Call is not in-progress. Cannot redirect.");
  ++updates_;
  if (form->bytes("Status") == "completed") {
    call.finish_by_rest();
    return json_answer(200, {{"sid", call.facts().call_sid}, {"status", "completed"}});
  }
  if (form->has("Twiml"))
    return call.update(form->text("Twiml")) ? json_answer(200, body)
                                            : problem(400, 12100, "Document parse failure");
  if (form->has("Url"))
    return call.update_from(form->text("Url")) ? json_answer(200, body)
                                               : problem(400, 21220, "Call is not in-progress.");
  return problem(400, 21218, "Twiml, Url or Status is needed");
}

upgrade_decision rest_stand_in::on_upgrade(const http_request&) {
  return upgrade_refused{problem(404, 20404, "no sockets here")};
}

std::shared_ptr<web_socket_handler> rest_stand_in::on_open(http_request,
                                                           std::shared_ptr<web_socket>) {
  return nullptr;
}

} // namespace trunkline
