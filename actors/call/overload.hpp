#pragma once

#include <chrono>
#include <cstddef>

namespace trunkline {

/// Whether the engine has more to do than it can, decided from how late its event loops were: one
/// sample a beat of the call manager (500 ms).
///
///   4 of the last 6 samples late ........ overloaded: new calls get a channel that costs us less
///   and so for 20 samples on ............ lasting: calls under way are moved, a few each beat
///   20 samples all below half of it ..... over
class overload_watch {
public:
  /// `late_from`: a sample that counts; 0: never overloaded.
  explicit overload_watch(std::chrono::milliseconds late_from) : late_from_(late_from) {}

  void on_lag(std::chrono::milliseconds worst);
  bool overloaded() const { return overloaded_; }
  /// Overloaded for so long, and still late, that calls under way are better moved.
  bool lasting() const { return overloaded_ && beats_ >= lasting_after && is_late(); }

private:
  static constexpr unsigned window = 6, late_of_window = 4, lasting_after = 20, calm_after = 20;

  bool is_late() const;

  const std::chrono::milliseconds late_from_;
  unsigned late_bits_ = 0; ///< of the last samples, the newest lowest
  unsigned beats_ = 0, calm_ = 0;
  bool overloaded_ = false;
};

/// How many calls are moved in one beat.
constexpr size_t moves_a_beat(size_t live) {
  return 1 + live / 100;
}

} // namespace trunkline
