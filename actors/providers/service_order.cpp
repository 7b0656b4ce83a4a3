#include "actors/providers/service_order.hpp"

#include <algorithm>
#include <cstdint>
#include <numeric>

namespace trunkline {

std::vector<size_t> service_order(size_t count, const std::vector<unsigned>& weights, double draw) {
  std::vector<size_t> order(count);
  std::iota(order.begin(), order.end(), size_t{0});
  const auto known = std::min(count, weights.size());
  const auto sum = std::accumulate(weights.begin(), weights.begin() + static_cast<ptrdiff_t>(known),
                                   uint64_t{0});
  if (sum == 0)
    return order;
  auto left = draw * static_cast<double>(sum);
  size_t first = 0;
  while (first + 1 < known && left >= weights[first])
    left -= weights[first++];
  std::rotate(order.begin(), order.begin() + static_cast<ptrdiff_t>(first),
              order.begin() + static_cast<ptrdiff_t>(first) + 1);
  return order;
}

} // namespace trunkline
