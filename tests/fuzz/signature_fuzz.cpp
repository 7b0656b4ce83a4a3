#include "protocol/twilio/signature.hpp"

#include <algorithm>
#include <cstdlib>

// Whatever the configured URL is, its spellings are few and different, and a signature over the
// URL itself is accepted.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view url{reinterpret_cast<const char*>(data), size};
  for (auto candidates :
       {trunkline::webhook_url_candidates(url), trunkline::web_socket_url_candidates(url)}) {
    const auto count = candidates.size();
    std::sort(candidates.begin(), candidates.end());
    candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
    if (candidates.size() != count || count == 0 || count > 64)
      std::abort();
  }
  const auto plain = url.substr(0, url.find('#'));
  const auto signature = trunkline::sign_webhook("token", plain);
  if (!trunkline::verify_webhook("token", url, {}, signature) ||
      !trunkline::verify_web_socket("token", url, signature) ||
      trunkline::verify_webhook("", url, {}, signature))
    std::abort();
  trunkline::verify_json_webhook("token", url, url, signature);
  return 0;
}
