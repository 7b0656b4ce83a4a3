#pragma once

#include <cstdint>
#include <string_view>

namespace trunkline {

/// The system calls that can fail for want of space or by a broken disk; tests give their own.
/// Each answers 0 or errno.
class journal_disk {
public:
  virtual ~journal_disk() = default;
  /// All of it, or as much as fits.
  virtual int write(int file, std::string_view bytes, uint64_t offset);
  /// Until it survives a power cut.
  virtual int sync(int file);

  static journal_disk& real();
};

} // namespace trunkline
