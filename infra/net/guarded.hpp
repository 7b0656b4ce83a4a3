#pragma once

#include <boost/core/demangle.hpp>

#include <spdlog/spdlog.h>

#include <exception>
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
    spdlog::error(R"({{"event":"{}","error":"{}"}})", event,
                  boost::core::demangle(typeid(problem).name()));
  } catch (...) {
    spdlog::error(R"({{"event":"{}","error":"unknown exception"}})", event);
  }
  return false;
}

} // namespace trunkline
