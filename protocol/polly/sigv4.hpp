#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

// AWS Signature Version 4. What is hashed is exactly what must be sent.
//
//   canonical request = METHOD \n path \n query \n (name:value \n)* \n signed names \n body's hash
//   string to sign    = AWS4-HMAC-SHA256 \n date and time \n scope \n hash of the canonical request
//   key               = HMAC chain over the date, the region, the service and "aws4_request"

namespace trunkline {

struct aws_credentials {
  std::string key_id{};
  std::string secret{};
  std::string session_token{}; ///< of a role; empty: none
};

/// Where and when a signature counts.
struct sigv4_scope {
  std::string amz_date; ///< UTC, "20150830T123600Z"
  std::string region;
  std::string service;
};

struct sigv4_request {
  std::string method = "POST";
  std::string path = "/";                                     ///< not encoded yet
  std::vector<std::pair<std::string, std::string>> query{};   ///< not encoded yet
  std::vector<std::pair<std::string, std::string>> headers{}; ///< all of them are signed
  std::string_view body{};
};

std::string sigv4_canonical_request(const sigv4_request& request);
std::string sigv4_string_to_sign(const sigv4_scope& scope, std::string_view canonical_request);
/// 32 raw bytes.
std::string sigv4_key(std::string_view secret, const sigv4_scope& scope);
/// In hex.
std::string sigv4_signature(std::string_view secret, const sigv4_scope& scope,
                            const sigv4_request& request);
/// The value of the Authorization header.
std::string sigv4_authorization(const aws_credentials& credentials, const sigv4_scope& scope,
                                const sigv4_request& request);

} // namespace trunkline
