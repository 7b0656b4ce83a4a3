#include "protocol/polly/sigv4.hpp"

#include "protocol/http/query.hpp"
#include "protocol/text/digest.hpp"

#include <algorithm>
#include <cctype>

namespace trunkline {

namespace {

constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";

using fields = std::vector<std::pair<std::string, std::string>>;

std::string lower_case(std::string_view text) {
  std::string out;
  for (const char c : text)
    out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

// Trimmed, and runs of blanks inside it collapsed to one.
std::string canonical_value(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\t';
    if (blank && (out.empty() || out.back() == ' '))
      continue;
    out += blank ? ' ' : c;
  }
  if (!out.empty() && out.back() == ' ')
    out.pop_back();
  return out;
}

// Sorted by name; the values of one name stay in order and are joined with commas.
fields canonical_headers(const fields& headers) {
  fields sorted;
  for (const auto& [name, value] : headers)
    sorted.emplace_back(lower_case(name), canonical_value(value));
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  fields joined;
  for (auto& header : sorted) {
    if (!joined.empty() && joined.back().first == header.first)
      joined.back().second += "," + header.second;
    else
      joined.push_back(std::move(header));
  }
  return joined;
}

std::string signed_names(const fields& canonical) {
  std::string names;
  for (const auto& [name, _] : canonical)
    names += (names.empty() ? "" : ";") + name;
  return names;
}

std::string canonical_path(std::string_view path) {
  std::string out;
  while (true) {
    const auto slash = path.find('/');
    out += percent_encoded(path.substr(0, slash));
    if (slash == std::string_view::npos)
      return out.empty() ? "/" : out;
    out += '/';
    path.remove_prefix(slash + 1);
  }
}

// Encoded first and sorted then: the order is that of the encoded bytes.
std::string canonical_query(const fields& query) {
  fields encoded;
  for (const auto& [name, value] : query)
    encoded.emplace_back(percent_encoded(name), percent_encoded(value));
  std::sort(encoded.begin(), encoded.end());
  std::string out;
  for (const auto& [name, value] : encoded)
    out += (out.empty() ? "" : "&") + name + "=" + value;
  return out;
}

std::string scope_text(const sigv4_scope& scope) {
  return scope.amz_date.substr(0, 8) + "/" + scope.region + "/" + scope.service + "/aws4_request";
}

} // namespace

std::string sigv4_canonical_request(const sigv4_request& request) {
  const auto headers = canonical_headers(request.headers);
  auto out = request.method + "\n" + canonical_path(request.path) + "\n" +
             canonical_query(request.query) + "\n";
  for (const auto& [name, value] : headers)
    out += name + ":" + value + "\n";
  return out + "\n" + signed_names(headers) + "\n" + sha256_hex(request.body);
}

std::string sigv4_string_to_sign(const sigv4_scope& scope, std::string_view canonical_request) {
  return std::string{algorithm} + "\n" + scope.amz_date + "\n" + scope_text(scope) + "\n" +
         sha256_hex(canonical_request);
}

std::string sigv4_key(std::string_view secret, const sigv4_scope& scope) {
  auto key = hmac_sha256("AWS4" + std::string{secret}, scope.amz_date.substr(0, 8));
  key = hmac_sha256(key, scope.region);
  key = hmac_sha256(key, scope.service);
  return hmac_sha256(key, "aws4_request");
}

std::string sigv4_signature(std::string_view secret, const sigv4_scope& scope,
                            const sigv4_request& request) {
  return to_hex(hmac_sha256(sigv4_key(secret, scope),
                            sigv4_string_to_sign(scope, sigv4_canonical_request(request))));
}

std::string sigv4_authorization(const aws_credentials& credentials, const sigv4_scope& scope,
                                const sigv4_request& request) {
  return std::string{algorithm} + " Credential=" + credentials.key_id + "/" + scope_text(scope) +
         ", SignedHeaders=" + signed_names(canonical_headers(request.headers)) +
         ", Signature=" + sigv4_signature(credentials.secret, scope, request);
}

} // namespace trunkline
