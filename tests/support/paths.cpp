#include "tests/support/paths.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace trunkline::testing {

std::filesystem::path source_dir() {
  return TRUNKLINE_SOURCE_DIR;
}

std::filesystem::path binary() {
  return TRUNKLINE_BINARY;
}

temp_dir::temp_dir() {
  auto name = (std::filesystem::temp_directory_path() / "trunkline-test.XXXXXX").string();
  if (!::mkdtemp(name.data()))
    throw std::runtime_error("mkdtemp failed for " + name);
  path_ = name;
}

temp_dir::~temp_dir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in{path, std::ios::binary};
  if (!in)
    throw std::runtime_error("cannot read " + path.string());
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

void write_file(const std::filesystem::path& path, const std::string& text) {
  std::ofstream out{path, std::ios::binary};
  out << text;
  if (!out)
    throw std::runtime_error("cannot write " + path.string());
}

} // namespace trunkline::testing
