#include "infra/net/descriptors.hpp"

#include <sys/resource.h>

#include <string>

namespace trunkline {

result<void> ensure_descriptors(size_t needed, std::string_view what) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur >= needed)
    return {};
  if (limit.rlim_max >= needed) {
    limit.rlim_cur = needed;
    if (::setrlimit(RLIMIT_NOFILE, &limit) == 0)
      return {};
  }
  return failure{failure_kind::quota,
                 std::string{what} + " needs " + std::to_string(needed) +
                     " open files, the limit is " + std::to_string(limit.rlim_max) +
                     ": ulimit -n " + std::to_string(needed),
                 false};
}

} // namespace trunkline
