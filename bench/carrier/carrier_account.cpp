#include "bench/carrier/carrier_account.hpp"

#include "bench/carrier/call_time.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string_view>

namespace trunkline {

std::string environment_text(const char* name) {
  const auto* value = std::getenv(name); // NOLINT(concurrency-mt-unsafe)
  return value ? value : "";
}

std::string signing_token(const std::string& given, const std::string& state_dir) {
  if (!given.empty())
    return given;
  if (auto token = environment_text("TWILIO_AUTH_TOKEN"); !token.empty())
    return token;
  const auto folder = state_dir.empty() ? environment_text("TRUNKLINE_STATE_DIR") : state_dir;
  std::ifstream in{std::filesystem::path{folder} / "dev-token"};
  std::string token;
  in >> token;
  return token;
}

std::string caller_number(const std::string& first, uint64_t n) {
  constexpr size_t varied = 4; // the last digits
  if (n == 0 || first.size() <= varied)
    return first;
  const auto base = number_or(std::string_view{first}.substr(first.size() - varied), 0);
  const auto digits = std::to_string(10'000 + (static_cast<uint64_t>(base) + n) % 10'000);
  return first.substr(0, first.size() - varied) + digits.substr(1);
}

} // namespace trunkline
