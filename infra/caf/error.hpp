#pragma once

#include <caf/default_enum_inspect.hpp>
#include <caf/error.hpp>
#include <caf/string_view.hpp>
#include <caf/type_id.hpp>

#include <cstdint>
#include <string>
#include <type_traits>

namespace trunkline {

/// Why an actor of ours ended, where CAF's own exit reasons say too little.
enum class ec : uint8_t {
  none,
  handler_threw, ///< an exception left a handler; its type is in the error's context
  hung,          ///< did not answer its supervisor's heartbeat in time
  provider_lost, ///< the outside service failed for good
  media_lost,    ///< the carrier's socket closed or fell silent
  queue_full,
  sabotage_throw, ///< test hook: throw in the next handler
  sabotage_hang   ///< test hook: never answer again
};

std::string to_string(ec code);
bool from_string(caf::string_view text, ec& code);
bool from_integer(std::underlying_type_t<ec> value, ec& code);

template<class Inspector>
bool inspect(Inspector& inspector, ec& code) {
  return caf::default_enum_inspect(inspector, code);
}

} // namespace trunkline

CAF_BEGIN_TYPE_ID_BLOCK(trunkline_infra, first_custom_type_id)
CAF_ADD_TYPE_ID(trunkline_infra, (trunkline::ec))
CAF_END_TYPE_ID_BLOCK(trunkline_infra)

CAF_ERROR_CODE_ENUM(trunkline::ec)
