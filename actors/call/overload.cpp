#include "actors/call/overload.hpp"

#include <bit>

namespace trunkline {

void overload_watch::on_lag(std::chrono::milliseconds worst) {
  if (late_from_.count() == 0)
    return;
  late_bits_ = ((late_bits_ << 1) | (worst >= late_from_ ? 1u : 0u)) & ((1u << window) - 1);
  calm_ = worst < late_from_ / 2 ? calm_ + 1 : 0;
  if (!overloaded_ && is_late()) {
    overloaded_ = true;
    beats_ = 0;
  } else if (overloaded_ && calm_ >= calm_after) {
    overloaded_ = false;
  } else if (overloaded_) {
    ++beats_;
  }
}

bool overload_watch::is_late() const {
  return static_cast<unsigned>(std::popcount(late_bits_)) >= late_of_window;
}

} // namespace trunkline
