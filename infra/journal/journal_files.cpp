#include "infra/journal/journal_files.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>
#include <system_error>

namespace trunkline {

namespace {

namespace fs = std::filesystem;

constexpr const char* extension = ".journal";
constexpr uint8_t own_type = 0; // a record that says how far all is released

failure trouble(const fs::path& path, int error) {
  return {failure_kind::unavailable, path.string() + ": " + std::strerror(error), true};
}

std::string name_of(uint64_t first) {
  auto digits = std::to_string(first);
  return std::string(20 - digits.size(), '0') + digits + extension;
}

std::optional<uint64_t> first_of(const fs::path& path) {
  const auto stem = path.stem().string();
  uint64_t first = 0;
  const auto [end, error] = std::from_chars(stem.data(), stem.data() + stem.size(), first);
  if (path.extension() != extension || error != std::errc{} || end != stem.data() + stem.size())
    return std::nullopt;
  return first;
}

result<std::string> content_of(const fs::path& path) {
  std::ifstream in{path, std::ios::binary};
  std::string all{std::istreambuf_iterator<char>{in}, {}};
  if (!in.is_open() || in.bad())
    return trouble(path, EIO);
  return all;
}

bool no_space(int error) {
  return error == ENOSPC || error == EDQUOT || error == EFBIG;
}

} // namespace

int journal_disk::write(int file, std::string_view bytes, uint64_t offset) {
  while (!bytes.empty()) {
    const auto written = ::pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR)
      continue;
    if (written <= 0)
      return written < 0 ? errno : ENOSPC;
    bytes.remove_prefix(static_cast<size_t>(written));
    offset += static_cast<uint64_t>(written);
  }
  return 0;
}

int journal_disk::sync(int file) {
  return ::fdatasync(file) == 0 ? 0 : errno;
}

journal_disk& journal_disk::real() {
  static journal_disk one;
  return one;
}

journal_files::~journal_files() {
  close_segment();
  if (lock_ >= 0)
    ::close(lock_);
}

result<journal_files::recovery>
journal_files::open(const std::function<void(const journal_record&)>& replay) {
  if (auto locked = lock_folder(); !locked)
    return locked.error();
  if (auto found = find_segments(); !found)
    return found.error();
  if (auto read = replay_all(replay); !read)
    return read.error();
  if (auto ready = segments_.empty() ? start_segment() : cut_tail(); !ready)
    return ready.error();
  lay_reserve();
  return found_;
}

result<void> journal_files::lock_folder() {
  std::error_code error;
  fs::create_directories(how_.folder, error);
  fs::permissions(how_.folder, fs::perms::owner_all, error);
  const auto path = how_.folder / "lock";
  lock_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_ < 0)
    return trouble(path, errno);
  if (::flock(lock_, LOCK_EX | LOCK_NB) != 0)
    return failure{failure_kind::conflict,
                   how_.folder.string() + ": another engine writes this journal; give each its "
                                          "own state directory",
                   false};
  return {};
}

result<void> journal_files::find_segments() {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(how_.folder, error))
    if (const auto first = first_of(entry.path()))
      segments_.push_back({entry.path(), *first, 0});
  if (error)
    return trouble(how_.folder, error.value());
  std::sort(segments_.begin(), segments_.end(), [](auto& a, auto& b) { return a.first < b.first; });
  return {};
}

// Twice over the records: how far all is released is said by the later ones.
result<void> journal_files::replay_all(const std::function<void(const journal_record&)>& replay) {
  for (const bool first_pass : {true, false})
    for (size_t i = 0; i < segments_.size(); ++i) {
      auto& one = segments_[i];
      // What an append left behind that could not be undone has the numbers of the next segment.
      const auto end = i + 1 < segments_.size() ? segments_[i + 1].first : UINT64_MAX;
      const auto text = content_of(one.path);
      if (!text)
        return text.error();
      if (is_newer_segment(*text))
        return failure{failure_kind::conflict,
                       one.path.string() + " was written by a newer version; start that one, or "
                                           "move the file away",
                       false};
      const auto scan = scan_segment(*text, [&](const journal_record& record) {
        if (record.sequence >= end)
          return;
        if (first_pass) {
          released_ = std::max(released_, released_by(record));
        } else if (record.type != own_type && record.sequence > released_) {
          ++found_.records;
          replay(record);
        }
      });
      if (!first_pass)
        continue;
      one.bytes = scan.good_bytes;
      next_ = std::max({next_, scan.next_sequence, one.first});
      const auto rest = text->size() - scan.good_bytes;
      if (&one == &segments_.back())
        found_.torn_bytes = rest;
      else if (rest > 0)
        ++found_.damaged_segments;
    }
  return {};
}

result<void> journal_files::cut_tail() {
  const auto last = segments_.back();
  if (last.bytes < journal_head_bytes) { // died while it was made
    segments_.pop_back();
    std::error_code ignored;
    fs::remove(last.path, ignored);
    return start_segment();
  }
  file_ = ::open(last.path.c_str(), O_RDWR | O_CLOEXEC);
  if (file_ < 0 || ::ftruncate(file_, static_cast<off_t>(last.bytes)) != 0)
    return trouble(last.path, errno);
  if (const int error = disk_.sync(file_))
    return trouble(last.path, error);
  return {};
}

result<void> journal_files::start_segment() {
  close_segment();
  const segment fresh{how_.folder / name_of(next_), next_, journal_head_bytes};
  file_ = ::open(fresh.path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file_ < 0)
    return trouble(fresh.path, errno);
  int error = disk_.write(file_, journal_head(next_), 0);
  if (!error)
    error = disk_.sync(file_);
  if (error) {
    full_ = no_space(error);
    close_segment();
    std::error_code ignored;
    fs::remove(fresh.path, ignored);
    return trouble(fresh.path, error);
  }
  sync_folder();
  if (!segments_.empty() && segments_.back().first == next_) // given up empty: the same file
    segments_.pop_back();
  segments_.push_back(fresh);
  return {};
}

void journal_files::close_segment() {
  if (file_ >= 0)
    ::close(file_);
  file_ = -1;
}

void journal_files::sync_folder() {
  const int folder = ::open(how_.folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0)
    return;
  ::fsync(folder);
  ::close(folder);
}

result<void> journal_files::append(std::string_view records, uint64_t count) {
  full_ = false;
  const bool grown = !segments_.empty() && segments_.back().bytes >= how_.segment_bytes;
  if (file_ < 0 || grown)
    if (auto started = start_segment(); !started)
      return started;
  auto& last = segments_.back();
  int error = disk_.write(file_, records, last.bytes);
  const bool written = error == 0;
  if (written)
    error = disk_.sync(file_);
  if (error == 0) {
    last.bytes += records.size();
    next_ += count;
    return {};
  }
  full_ = no_space(error);
  // What is there of it must not be read later. After a failed sync nobody knows what the disk has:
  // the segment is left as it is up to here, and the next append begins another.
  const bool cut = ::ftruncate(file_, static_cast<off_t>(last.bytes)) == 0;
  if (!cut || !full_)
    close_segment();
  return trouble(last.path, error);
}

void journal_files::lay_reserve() {
  if (reserve_ || how_.reserve_bytes == 0)
    return;
  const auto path = how_.folder / "reserve";
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0)
    return;
  reserve_ = ::posix_fallocate(file, 0, static_cast<off_t>(how_.reserve_bytes)) == 0;
  ::close(file);
  std::error_code ignored;
  if (!reserve_)
    fs::remove(path, ignored);
}

bool journal_files::spend_reserve() {
  std::error_code error;
  const bool had = reserve_ && fs::remove(how_.folder / "reserve", error) && !error;
  reserve_ = false;
  return had;
}

void journal_files::release(uint64_t up_to) {
  released_ = std::max(released_, std::min(up_to, next_ - 1));
  std::error_code ignored;
  // The last one is being written; it goes when it is no longer the last.
  while (segments_.size() > 1 && segments_[1].first <= released_ + 1) {
    fs::remove(segments_.front().path, ignored);
    segments_.pop_front();
  }
  lay_reserve();
}

void journal_files::clear() {
  if (segments_.empty() || segments_.back().bytes <= journal_head_bytes || !start_segment())
    return; // the next append tries again, or nothing is there
  released_ = next_ - 1;
  std::error_code ignored;
  for (; segments_.size() > 1; segments_.pop_front())
    fs::remove(segments_.front().path, ignored);
}

uint64_t journal_files::bytes() const {
  uint64_t all = 0;
  for (const auto& one : segments_)
    all += one.bytes;
  return all;
}

} // namespace trunkline
