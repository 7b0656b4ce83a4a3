#pragma once

#include <boost/system/result.hpp>

#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>

namespace trunkline {

/// What kind of thing went wrong; decides whether trying again can help.
enum class failure_kind {
  bad_input, ///< what we were given cannot be understood; never retried
  not_found,
  conflict,     ///< the resource is taken (a booked slot, a used token)
  unauthorized, ///< refused: credentials or signature
  timeout,      ///< no answer in time
  unreachable,  ///< no connection
  overloaded,   ///< a queue or limit is full, ours or theirs
  rate_limited, ///< too many requests for now; `retry_after` may say when
  quota,        ///< the account's money or plan is used up; only an operator can help
  too_large,    ///< over a size limit of theirs (context, text): less of it may work
  refused,      ///< content the service will not produce
  unavailable,  ///< there, but not able to work (database read-only, disk full)
  cancelled,
  internal
};

std::string_view to_string(failure_kind kind);

/// A failure as a value: what, where, and whether the same request may succeed later.
/// `context` is one line for a human, without secrets and without caller text.
struct failure {
  failure_kind kind = failure_kind::internal;
  std::string context;
  bool retryable = false;
  std::chrono::milliseconds retry_after{0}; ///< what the service asked for; 0: it did not say
};

std::string to_string(const failure& what);

/// Only reached by a programming error: value() on a failed result.
[[noreturn]] inline void throw_exception_from_error(const failure& what,
                                                    const boost::source_location&) {
  throw std::logic_error("value() of a failed result: " + what.context);
}

template<class T>
using result = boost::system::result<T, failure>;

} // namespace trunkline
