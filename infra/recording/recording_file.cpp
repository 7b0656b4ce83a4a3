#include "infra/recording/recording_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

namespace trunkline {

namespace {

constexpr size_t seal_bytes = 28;
constexpr size_t sealed_block_bytes = recording_block_bytes + seal_bytes;
constexpr std::string_view magic = "TLR1";
constexpr size_t head_bytes = 8;

std::string head() {
  std::string text{magic};
  for (int i = 0; i < 4; ++i)
    text.push_back(static_cast<char>(recording_block_bytes >> (8 * i) & 0xff));
  return text;
}

std::string place(const std::string& id, uint64_t index, bool last) {
  return "recording:" + id + ":" + std::to_string(index) + (last ? ":last" : "");
}

failure disk_failure(const std::string& what) {
  const int code = errno;
  const auto kind = code == ENOENT ? failure_kind::not_found : failure_kind::unavailable;
  return {kind, what + ": " + std::generic_category().message(code), false};
}

std::string read_at(int file, uint64_t from, size_t size) {
  std::string bytes(size, '\0');
  size_t have = 0;
  while (have < size) {
    const auto got =
        ::pread(file, bytes.data() + have, size - have, static_cast<off_t>(from + have));
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      break;
    have += static_cast<size_t>(got);
  }
  bytes.resize(have);
  return bytes;
}

} // namespace

std::string recordings_folder(const std::string& state_dir) {
  return state_dir + "/recordings";
}

std::string recording_path(const std::string& state_dir, const std::string& id) {
  return recordings_folder(state_dir) + "/" + id + recording_file_suffix;
}

result<recording_writer> recording_writer::create(const std::string& state_dir,
                                                  const std::string& id, const secret_key& key) {
  const auto folder = recordings_folder(state_dir);
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
    return disk_failure(folder);
  const auto path = recording_path(state_dir, id);
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0)
    return disk_failure(path);
  recording_writer made{file, id, key};
  if (auto done = made.put(head()); !done)
    return done.error();
  return made;
}

recording_writer::recording_writer(recording_writer&& other) noexcept
    : file_(std::exchange(other.file_, -1)), id_(other.id_), key_(other.key_),
      blocks_(other.blocks_), bytes_(other.bytes_), broken_(other.broken_) {}

recording_writer::~recording_writer() {
  if (file_ >= 0)
    ::close(file_);
}

result<void> recording_writer::put(std::string_view bytes) {
  if (broken_)
    return failure{failure_kind::unavailable, "the recording is broken", false};
  while (!bytes.empty()) {
    const auto put = ::write(file_, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR)
      continue;
    if (put <= 0) {
      broken_ = true; // what came of it is a block cut short, and nothing may follow that
      return disk_failure("recording " + id_);
    }
    bytes.remove_prefix(static_cast<size_t>(put));
  }
  return {};
}

result<void> recording_writer::write(std::string_view block) {
  if (auto done = put(seal(key_, block, place(id_, blocks_, false))); !done)
    return done;
  ++blocks_;
  bytes_ += block.size();
  return {};
}

result<void> recording_writer::finish(std::string_view block) {
  if (auto done = put(seal(key_, block, place(id_, blocks_, true))); !done)
    return done;
  bytes_ += block.size();
  broken_ = true;
  return ::fdatasync(file_) == 0 ? result<void>{} : disk_failure("recording " + id_);
}

result<recording_reader> recording_reader::open(const std::string& state_dir, const std::string& id,
                                                const secret_key& key) {
  const auto path = recording_path(state_dir, id);
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0)
    return disk_failure(path);
  recording_reader made{file, id, key};
  if (auto done = made.find_end(); !done)
    return done.error();
  return made;
}

recording_reader::recording_reader(recording_reader&& other) noexcept
    : file_(std::exchange(other.file_, -1)), id_(other.id_), key_(other.key_), size_(other.size_),
      blocks_(other.blocks_), whole_(other.whole_) {}

recording_reader::~recording_reader() {
  if (file_ >= 0)
    ::close(file_);
}

std::optional<std::string> recording_reader::block(uint64_t index, size_t size, bool last) const {
  const auto sealed = read_at(file_, head_bytes + index * sealed_block_bytes, size + seal_bytes);
  if (sealed.size() != size + seal_bytes)
    return std::nullopt;
  return unseal(key_, sealed, place(id_, index, last));
}

/// From the end back to the first block that is as it was written.
result<void> recording_reader::find_end() {
  struct stat about {};
  if (::fstat(file_, &about) != 0)
    return disk_failure("recording " + id_);
  if (read_at(file_, 0, head_bytes) != head())
    return failure{failure_kind::bad_input, "recording " + id_ + " is not a recording", false};
  const auto body = static_cast<uint64_t>(about.st_size) - head_bytes;
  auto full = body / sealed_block_bytes;
  const auto rest = static_cast<size_t>(body % sealed_block_bytes);
  const auto end_at = [this](uint64_t blocks, size_t of_last, bool last) {
    blocks_ = blocks;
    size_ = (blocks - 1) * recording_block_bytes + of_last;
    whole_ = last;
    return result<void>{};
  };
  if (rest >= seal_bytes && block(full, rest - seal_bytes, true))
    return end_at(full + 1, rest - seal_bytes, true);
  const bool any = full > 0;
  for (; full > 0; --full)
    for (const bool last : {false, true})
      if (block(full - 1, recording_block_bytes, last))
        return end_at(full, recording_block_bytes, last);
  if (any)
    return failure{failure_kind::unauthorized, "recording " + id_ + " cannot be opened by its key",
                   false};
  return {}; // nothing was written yet
}

result<std::string> recording_reader::read(uint64_t from, uint64_t size) const {
  std::string all;
  if (from >= size_)
    return all;
  const auto end = from + std::min(size, size_ - from);
  all.reserve(static_cast<size_t>(end - from));
  while (from < end) {
    const auto index = from / recording_block_bytes;
    const auto start = index * recording_block_bytes;
    const auto length =
        static_cast<size_t>(std::min<uint64_t>(recording_block_bytes, size_ - start));
    const auto opened = block(index, length, whole_ && index + 1 == blocks_);
    if (!opened)
      return failure{failure_kind::unauthorized,
                     "recording " + id_ + ": block " + std::to_string(index) + " was changed",
                     false};
    const auto take = static_cast<size_t>(std::min<uint64_t>(end, start + length) - from);
    all.append(*opened, static_cast<size_t>(from - start), take);
    from += take;
  }
  return all;
}

} // namespace trunkline
