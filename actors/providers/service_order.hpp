#pragma once

#include <cstddef>
#include <vector>

namespace trunkline {

/// The order in which one call tries its services. Without weights the list's own; with weights
/// (comparisons between services) the first is drawn, each with its share, and the others follow in
/// the list's order. `draw` is uniform in [0, 1). Pure.
std::vector<size_t> service_order(size_t count, const std::vector<unsigned>& weights, double draw);

} // namespace trunkline
