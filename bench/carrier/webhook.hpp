#pragma once

#include "infra/net/http_client.hpp"
#include "protocol/twilio/form.hpp"
#include "protocol/twilio/twiml_reader.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace trunkline {

/// How the carrier asks for what to do next.
struct webhook_settings {
  std::string token{};        ///< signs every request
  std::string fallback_url{}; ///< of the number; empty: none
  /// The server's name for itself, when it is not where we connect: requests to that host go to
  /// `reach_url` instead, signed and with the Host header as if they had not.
  std::string public_url{};
  std::string reach_url{};
  std::chrono::milliseconds connect{5000};
  std::chrono::milliseconds read{15'000};
};

struct twiml_document {
  std::string url; ///< relative ones in it are resolved against this
  std::vector<twiml::element> verbs;
  std::chrono::microseconds took{0};
};

/// A request to `url`, connected to where `settings` say. No override in the URL's fragment is
/// sent.
client_request request_to(const webhook_settings& settings, const std::string& url);

/// A signed form POST whose answer does not matter (status callbacks); `done` with whether it was
/// 2xx.
void post_webhook(boost::asio::io_context& io, const webhook_settings& settings,
                  const std::string& url, const form_fields& fields,
                  std::function<void(bool)> done);

/// Asks for TwiML as the carrier does: one retry when no HTTP answer came, then the fallback URL,
/// else the failure that loses the call. `note` hears about each failed try.
void ask_for_twiml(boost::asio::io_context& io, const webhook_settings& settings,
                   const std::string& url, const form_fields& fields,
                   std::function<void(const std::string&)> note,
                   std::function<void(result<twiml_document>)> done);

/// A reference in a document, as an absolute URL. Empty: the document itself.
std::string resolve_url(std::string_view document, std::string_view reference);

} // namespace trunkline
