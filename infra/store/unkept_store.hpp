#pragma once

#include "infra/store/store.hpp"

#include <memory>

namespace trunkline {

/// `store.keep_rows = false`: rows that calls put are dropped, and count as durable at once, on the
/// thread that put them. All else, bookings included, goes to `rest`. For measuring what writing
/// costs; nothing of a call is there when it is over.
std::shared_ptr<store> make_unkept_store(std::shared_ptr<store> rest);

} // namespace trunkline
