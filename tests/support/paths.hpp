#pragma once

#include <filesystem>
#include <string>

namespace trunkline::testing {

/// The source tree, for golden files and samples.
std::filesystem::path source_dir();
/// The built engine binary.
std::filesystem::path binary();

/// A fresh directory, removed with everything in it at the end.
class temp_dir {
public:
  temp_dir();
  ~temp_dir();
  temp_dir(const temp_dir&) = delete;
  temp_dir& operator=(const temp_dir&) = delete;
  const std::filesystem::path& path() const { return path_; }

private:
  std::filesystem::path path_;
};

std::string read_file(const std::filesystem::path& path);
void write_file(const std::filesystem::path& path, const std::string& text);

} // namespace trunkline::testing
