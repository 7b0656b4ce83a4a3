#include "infra/caf/error.hpp"

#include <array>
#include <string_view>

namespace trunkline {

namespace {

constexpr std::array names = {"none",       "handler_threw", "hung",           "provider_lost",
                              "media_lost", "queue_full",    "sabotage_throw", "sabotage_hang"};

} // namespace

std::string to_string(ec code) {
  const auto i = static_cast<size_t>(code);
  return i < names.size() ? names[i] : "unknown";
}

bool from_string(caf::string_view text, ec& code) {
  for (size_t i = 0; i < names.size(); ++i)
    if (std::string_view{text.data(), text.size()} == names[i]) {
      code = static_cast<ec>(i);
      return true;
    }
  return false;
}

bool from_integer(std::underlying_type_t<ec> value, ec& code) {
  if (value >= names.size())
    return false;
  code = static_cast<ec>(value);
  return true;
}

} // namespace trunkline
