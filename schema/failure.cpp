#include "schema/failure.hpp"

namespace trunkline {

std::string_view to_string(failure_kind kind) {
  switch (kind) {
  case failure_kind::bad_input:
    return "bad_input";
  case failure_kind::not_found:
    return "not_found";
  case failure_kind::conflict:
    return "conflict";
  case failure_kind::unauthorized:
    return "unauthorized";
  case failure_kind::timeout:
    return "timeout";
  case failure_kind::unreachable:
    return "unreachable";
  case failure_kind::overloaded:
    return "overloaded";
  case failure_kind::rate_limited:
    return "rate_limited";
  case failure_kind::quota:
    return "quota";
  case failure_kind::too_large:
    return "too_large";
  case failure_kind::refused:
    return "refused";
  case failure_kind::unavailable:
    return "unavailable";
  case failure_kind::cancelled:
    return "cancelled";
  case failure_kind::internal:
    break;
  }
  return "internal";
}

std::string to_string(const failure& what) {
  return std::string{to_string(what.kind)} + ": " + what.context;
}

} // namespace trunkline
