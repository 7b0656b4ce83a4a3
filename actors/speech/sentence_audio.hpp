#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace trunkline {

/// The audio of one sentence as it comes in, in shared chunks that are never copied as long as a
/// piece lies within one. Pure.
class sentence_audio {
public:
  using bytes = std::shared_ptr<const std::vector<uint8_t>>;
  struct piece {
    bytes of;
    size_t from = 0, to = 0;
    size_t size() const { return to - from; }
  };

  void append(bytes chunk);
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  /// What begins at `offset`, at most `bytes_max` of it; one of several small chunks is joined.
  piece at(size_t offset, size_t bytes_max) const;

private:
  struct placed {
    bytes chunk;
    size_t start = 0;
  };
  std::vector<placed> chunks_;
  size_t size_ = 0;
};

} // namespace trunkline
