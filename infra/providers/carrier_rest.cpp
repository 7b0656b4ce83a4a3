#include "infra/providers/carrier_rest.hpp"

#include "infra/net/http_client.hpp"
#include "protocol/text/base64.hpp"
#include "protocol/twilio/form.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

namespace trunkline {

carrier_rest::carrier_rest(boost::asio::io_context& io, carrier_config config)
    : io_(io), config_(std::move(config)) {}

bool carrier_rest::configured() const {
  return !config_.account_sid.empty() && !config_.auth_token.empty() && !config_.base_url.empty();
}

void carrier_rest::update_call(const std::string& call_sid, const std::string& twiml,
                               std::function<void(result<void>)> done) {
  const auto plain = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; };
  if (!std::all_of(call_sid.begin(), call_sid.end(), plain)) {
    done(failure{failure_kind::bad_input, "the call sid has unexpected characters"});
    return;
  }
  client_request request;
  request.method = "POST";
  request.url = config_.base_url + "/2010-04-01/Accounts/" + config_.account_sid + "/Calls/" +
                call_sid + ".json";
  request.headers = {
      {"Authorization", "Basic " + base64_encode(config_.account_sid + ":" + config_.auth_token)},
      {"Content-Type", "application/x-www-form-urlencoded"}};
  request.body = render_form({{"Twiml", twiml}});
  request.timeouts = {std::chrono::seconds{2}, std::chrono::seconds{3}, std::chrono::seconds{5}};
  http_fetch(io_, std::move(request), [done = std::move(done)](result<http_response> answer) {
    if (!answer)
      done(answer.error());
    else if (answer->status >= 200 && answer->status < 300)
      done({});
    else
      done(failure{answer->status == 401 ? failure_kind::unauthorized : failure_kind::conflict,
                   "the carrier answered " + std::to_string(answer->status)});
  });
}

} // namespace trunkline
