#pragma once

#include "infra/log/log.hpp"

#include <boost/core/demangle.hpp>

#include <exception>
#include <string_view>
#include <typeinfo>

namespace trunkline {

/// Runs application code; false when it threw. Only the exception's type is logged: its text may
/// quote a caller.
template<class Action>
bool guarded(std::string_view event, Action&& action) {
  try {
    action();
    return true;
  } catch (const std::exception& problem) {
    log_event(log_level::error, event, {{"error", boost::core::demangle(typeid(problem).name())}});
  } catch (...) {
    log_event(log_level::error, event, {{"error", "unknown exception"}});
  }
  return false;
}

} // namespace trunkline
