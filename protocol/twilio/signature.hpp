#pragma once

#include "protocol/twilio/form.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace trunkline {

/// What the carrier signs: HMAC-SHA1 over the URL and the sorted form fields, in base64. The URL is
/// always the configured public one, never built from what a request says about itself.
/// Also used by the simulated carrier.
std::string sign_webhook(std::string_view token, std::string_view url,
                         const form_fields& fields = {});

/// Whether `signature` fits a form webhook (or a GET: no fields) under any accepted spelling of
/// `url`: with and without port, host in lower case, `'` as `%27`. False for an empty token.
bool verify_webhook(std::string_view token, std::string_view url, const form_fields& fields,
                    std::string_view signature);

/// The same for a JSON webhook: the URL's query names the body's SHA-256, which must fit too.
bool verify_json_webhook(std::string_view token, std::string_view url, std::string_view body,
                         std::string_view signature);

/// The same for a WebSocket handshake: also https for wss and a final slash added or taken away.
bool verify_web_socket(std::string_view token, std::string_view url, std::string_view signature);

/// The spellings tried above, without duplicates, the configured one first. Without fragment.
std::vector<std::string> webhook_url_candidates(std::string_view url);
std::vector<std::string> web_socket_url_candidates(std::string_view url);

/// Compares secrets in time that depends on the length only.
bool equal_in_constant_time(std::string_view a, std::string_view b);

} // namespace trunkline
