#include "bench/carrier/webhook.hpp"

#include "infra/net/net_stream.hpp"
#include "protocol/twilio/signature.hpp"

#include <algorithm>

namespace trunkline {

namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

constexpr auto callback_retry = 250ms;

// Overrides in the fragment stay with the carrier.
std::string without_fragment(const std::string& url) {
  return url.substr(0, url.find('#'));
}

// "host:port" of an absolute URL as it is written.
std::string_view authority_of(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == url.npos)
    return {};
  url.remove_prefix(scheme + 3);
  return url.substr(0, url.find_first_of("/?#"));
}

client_request signed_post(const webhook_settings& settings, const std::string& url,
                           const form_fields& fields) {
  auto request = request_to(settings, url);
  request.method = "POST";
  request.headers = {
      {"Content-Type", "application/x-www-form-urlencoded; charset=UTF-8"},
      {"User-Agent", "TwilioProxy/1.1"},
      {"Accept", "*/*"},
      {"X-Twilio-Signature", sign_webhook(settings.token, without_fragment(url), fields)}};
  request.body = render_form(fields);
  request.timeouts = {settings.connect, settings.read, settings.connect + settings.read};
  return request;
}

result<twiml_document> document_of(const std::string& url, const http_response& response) {
  if (response.status < 200 || response.status > 299)
    return failure{failure_kind::unavailable,
                   "answered with status " + std::to_string(response.status)};
  if (response.content_type.find("xml") == std::string::npos)
    return failure{failure_kind::bad_input, "answered with " + response.content_type};
  auto verbs = twiml::parse(response.body);
  if (!verbs)
    return verbs.error();
  return twiml_document{url, std::move(*verbs), {}};
}

class question : public std::enable_shared_from_this<question> {
public:
  question(boost::asio::io_context& io, webhook_settings settings, form_fields fields,
           std::function<void(const std::string&)> note,
           std::function<void(result<twiml_document>)> done)
      : io_(io), settings_(std::move(settings)), fields_(std::move(fields)), note_(std::move(note)),
        done_(std::move(done)) {}

  void ask(const std::string& url, bool retry) {
    http_fetch(io_, signed_post(settings_, url, fields_),
               [self = shared_from_this(), url, retry](auto answer) {
                 self->answered(url, retry, std::move(answer));
               });
  }

private:
  void answered(const std::string& url, bool retry, result<http_response> answer) {
    auto document = answer ? document_of(url, *answer) : result<twiml_document>{answer.error()};
    if (document) {
      document->took = std::chrono::duration_cast<std::chrono::microseconds>(clock::now() - began_);
      done_(std::move(document));
      return;
    }
    note_(url + ": " + document.error().context);
    if (!answer && retry) {
      ask(url, false);
    } else if (!settings_.fallback_url.empty()) {
      fields_.emplace_back("ErrorCode", "11200");
      fields_.emplace_back("ErrorUrl", url);
      ask(std::exchange(settings_.fallback_url, {}), true);
    } else {
      done_(document.error());
    }
  }

  boost::asio::io_context& io_;
  webhook_settings settings_;
  form_fields fields_;
  const std::function<void(const std::string&)> note_;
  const std::function<void(result<twiml_document>)> done_;
  const clock::time_point began_ = clock::now();
};

} // namespace

client_request request_to(const webhook_settings& settings, const std::string& url) {
  client_request request;
  request.url = without_fragment(url);
  const auto host = authority_of(request.url);
  if (settings.public_url.empty() || host.empty() || host != authority_of(settings.public_url))
    return request;
  request.host_header = host;
  const bool socket = url.starts_with("ws");
  const bool secure =
      settings.reach_url.starts_with("https") || settings.reach_url.starts_with("wss");
  const auto rest = std::string_view{request.url}.substr(request.url.find("://") + 3 + host.size());
  const std::string scheme =
      socket ? (secure ? "wss://" : "ws://") : (secure ? "https://" : "http://");
  request.url = scheme + std::string{authority_of(settings.reach_url)} + std::string{rest};
  return request;
}

void post_webhook(boost::asio::io_context& io, const webhook_settings& settings,
                  const std::string& url, const form_fields& fields,
                  std::function<void(bool)> done) {
  const auto good = [](const result<http_response>& answer) {
    return answer && answer->status >= 200 && answer->status < 300;
  };
  const auto request = signed_post(settings, url, fields);
  http_fetch(io, request, [&io, request, good, done = std::move(done)](auto answer) {
    if (answer) {
      done(good(answer));
      return;
    }
    const auto pause = std::make_shared<net_timer>(io, callback_retry);
    pause->async_wait([&io, request, good, done, pause](const boost::system::error_code&) {
      http_fetch(io, request, [good, done](auto second) { done(good(second)); });
    });
  });
}

void ask_for_twiml(boost::asio::io_context& io, const webhook_settings& settings,
                   const std::string& url, const form_fields& fields,
                   std::function<void(const std::string&)> note,
                   std::function<void(result<twiml_document>)> done) {
  std::make_shared<question>(io, settings, fields, std::move(note), std::move(done))
      ->ask(url, true);
}

std::string resolve_url(std::string_view document, std::string_view reference) {
  if (reference.find("://") != std::string_view::npos)
    return std::string{reference};
  document = document.substr(0, document.find('#'));
  if (reference.empty())
    return std::string{document};
  const auto host = document.find("://") + 3;
  const auto path = std::min(document.find_first_of("/?", host), document.size());
  const auto origin = std::string{document.substr(0, path)};
  if (reference.starts_with('/'))
    return origin + std::string{reference};
  const auto directory = document.substr(path, document.find('?', path) - path);
  const auto slash = directory.rfind('/');
  return origin +
         (slash == std::string_view::npos ? "/" : std::string{directory.substr(0, slash + 1)}) +
         std::string{reference};
}

} // namespace trunkline
