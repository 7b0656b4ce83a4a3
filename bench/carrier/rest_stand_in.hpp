#pragma once

#include "bench/carrier/simulated_call.hpp"
#include "infra/net/http_server.hpp"

#include <memory>
#include <string>
#include <unordered_map>

namespace trunkline {

/// Stand-in for the carrier's REST API on loopback: `POST .../Calls/{CallSid}.json` with Twiml, Url
/// or Status=completed changes a live call, GET reads it. For an engine started with
/// TWILIO_BASE_URL=base_url(). On the calls' io_context's thread; calls register while they live.
class rest_stand_in : public http_application {
public:
  static result<std::unique_ptr<rest_stand_in>>
  start(boost::asio::io_context& io, std::string account_sid, std::string token, uint16_t port = 0);
  ~rest_stand_in() override;

  std::string base_url() const;
  void add(const std::shared_ptr<simulated_call>& call);
  unsigned updates() const { return updates_; }
  void close() { server_->close_all(); }

  void on_request(http_request request, http_respond respond) override;
  upgrade_decision on_upgrade(const http_request& head) override;
  std::shared_ptr<web_socket_handler> on_open(http_request, std::shared_ptr<web_socket>) override;

private:
  rest_stand_in(std::string account_sid, std::string token)
      : account_sid_(std::move(account_sid)), token_(std::move(token)) {}
  http_response answer(const http_request& request);
  http_response update(simulated_call& call, const http_request& request);

  const std::string account_sid_, token_;
  std::unordered_map<std::string, std::weak_ptr<simulated_call>> calls_;
  std::unique_ptr<http_server> server_;
  unsigned updates_ = 0;
};

} // namespace trunkline
