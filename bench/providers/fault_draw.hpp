#pragma once

#include <cstdint>
#include <random>

namespace trunkline {

/// Who meets a fault, drawn by seed: of the first n streams share * n, to less than one; one in
/// each stretch of 1/share streams, at a random place in it.
class fault_draw {
public:
  explicit fault_draw(uint64_t seed) : random_(seed) {}

  void start(double share) {
    share_ = share;
    position_ = stretch_ = 0;
    owed_ = 0;
    next_ = place();
  }

  bool next() {
    position_ += share_;
    for (; position_ > next_; next_ = ++stretch_ + place())
      ++owed_;
    if (owed_ == 0)
      return false;
    --owed_;
    return true;
  }

private:
  double place() { return std::uniform_real_distribution<double>{0, 1}(random_); }

  std::mt19937_64 random_;
  double share_ = 0, position_ = 0, stretch_ = 0, next_ = 0;
  unsigned owed_ = 0;
};

} // namespace trunkline
