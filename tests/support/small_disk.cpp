#include "tests/support/small_disk.hpp"

#include <sys/mount.h>

#include <fstream>

namespace trunkline::testing {

small_disk::small_disk(const std::string& size) {
  std::filesystem::create_directory(path());
  mounted_ = ::mount("tmpfs", path().c_str(), "tmpfs", 0, ("size=" + size).c_str()) == 0;
}

small_disk::~small_disk() {
  if (mounted_)
    ::umount2(path().c_str(), MNT_DETACH);
}

void small_disk::fill() const {
  std::ofstream filler{path() / "filler"};
  const std::string block(4096, 'x');
  while (filler.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
  }
}

void small_disk::make_room() const {
  std::filesystem::remove(path() / "filler");
}

} // namespace trunkline::testing
