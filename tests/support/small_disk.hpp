#pragma once

#include "tests/support/paths.hpp"

#include <filesystem>
#include <string>

namespace trunkline::testing {

/// A file system in memory of its own, full to the last byte when told. Only root may have one, and
/// not everywhere: look at mounted().
class small_disk {
public:
  explicit small_disk(const std::string& size); ///< "64k", "4m"
  ~small_disk();
  small_disk(const small_disk&) = delete;
  small_disk& operator=(const small_disk&) = delete;

  bool mounted() const { return mounted_; }
  std::filesystem::path path() const { return dir_.path() / "disk"; }
  void fill() const;
  void make_room() const;

private:
  temp_dir dir_;
  bool mounted_ = false;
};

} // namespace trunkline::testing
