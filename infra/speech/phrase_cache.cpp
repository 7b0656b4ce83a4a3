#include "infra/speech/phrase_cache.hpp"

#include "protocol/text/digest.hpp"

#include <algorithm>
#include <fstream>
#include <system_error>

namespace trunkline {

namespace {

namespace fs = std::filesystem;

constexpr size_t said_once_max = 2000;

// Under another name first: a reader never finds half a file.
void write_whole(const fs::path& file, const std::vector<uint8_t>& bytes) {
  auto part = file;
  part += ".part";
  std::error_code ignored;
  {
    std::ofstream out{part, std::ios::binary};
    out.write(reinterpret_cast<const char*>(bytes.data()),
              static_cast<std::streamsize>(bytes.size()));
    if (!out) {
      fs::remove(part, ignored);
      return;
    }
  }
  fs::rename(part, file, ignored);
}

} // namespace

phrase_cache::phrase_cache(settings with, worker_pool* writer)
    : settings_(std::move(with)), writer_(writer) {
  if (settings_.directory.empty())
    return;
  std::error_code error;
  fs::create_directories(settings_.directory, error);
  prune_files();
}

std::string phrase_cache::key_of(const std::string& voice, const std::string& text) {
  return voice + '\n' + text;
}

fs::path phrase_cache::file_of(const std::string& key) const {
  return settings_.directory / (sha256_hex(key) + ".mulaw");
}

phrase_cache::sound phrase_cache::find(const std::string& voice, const std::string& text) {
  const std::lock_guard lock{mutex_};
  const auto found = entries_.find(key_of(voice, text));
  if (found == entries_.end())
    return nullptr;
  if (!found->second.kept)
    order_.splice(order_.begin(), order_, found->second.place);
  return found->second.what;
}

phrase_cache::sound phrase_cache::find_kept(const std::string& voice, const std::string& text) {
  if (auto same = find(voice, text))
    return same;
  const std::lock_guard lock{mutex_};
  const auto known = kept_by_text_.find(text);
  return known == kept_by_text_.end() ? nullptr : entries_.at(known->second.front()).what;
}

void phrase_cache::keep(const std::string& voice, const std::string& text, sound what) {
  const auto key = key_of(voice, text);
  {
    const std::lock_guard lock{mutex_};
    auto& one = entries_[key];
    if (one.what && !one.kept) {
      bytes_ -= one.what->size();
      order_.erase(one.place);
    }
    if (!one.kept)
      kept_by_text_[text].push_back(key);
    one = {what, true, {}};
  }
  if (writer_ && !settings_.directory.empty())
    (void)writer_->post([file = file_of(key), what] { write_whole(file, *what); });
}

bool phrase_cache::restore(const std::string& voice, const std::string& text) {
  if (settings_.directory.empty())
    return false;
  const auto key = key_of(voice, text);
  std::ifstream in{file_of(key), std::ios::binary};
  if (!in)
    return false;
  auto bytes = std::make_shared<std::vector<uint8_t>>(std::istreambuf_iterator<char>{in},
                                                      std::istreambuf_iterator<char>{});
  if (bytes->empty())
    return false;
  std::error_code ignored; // in use: not among the oldest
  fs::last_write_time(file_of(key), fs::file_time_type::clock::now(), ignored);
  const std::lock_guard lock{mutex_};
  auto& one = entries_[key];
  if (!one.kept)
    kept_by_text_[text].push_back(key);
  one = {std::move(bytes), true, {}};
  return true;
}

void phrase_cache::said(const std::string& voice, const std::string& text, sound what) {
  const auto key = key_of(voice, text);
  const std::lock_guard lock{mutex_};
  if (entries_.count(key) != 0 || what->size() > settings_.bytes_max / 2)
    return;
  const auto before = std::find(said_once_.begin(), said_once_.end(), key);
  if (before == said_once_.end()) {
    said_once_.push_front(key);
    if (said_once_.size() > said_once_max)
      said_once_.pop_back();
    return;
  }
  said_once_.erase(before);
  make_room(what->size());
  bytes_ += what->size();
  order_.push_front(key);
  entries_[key] = {std::move(what), false, order_.begin()};
}

void phrase_cache::make_room(size_t bytes) {
  while (bytes_ + bytes > settings_.bytes_max && !order_.empty()) {
    const auto last = entries_.find(order_.back());
    bytes_ -= last->second.what->size();
    entries_.erase(last);
    order_.pop_back();
  }
}

size_t phrase_cache::bytes() const {
  const std::lock_guard lock{mutex_};
  return bytes_;
}

void phrase_cache::prune_files() const {
  struct known {
    fs::file_time_type written;
    uintmax_t bytes;
    fs::path path;
  };
  std::vector<known> all;
  uintmax_t total = 0;
  std::error_code error;
  for (const auto& file : fs::directory_iterator{settings_.directory, error}) {
    if (!file.is_regular_file(error))
      continue;
    all.push_back({file.last_write_time(error), file.file_size(error), file.path()});
    total += all.back().bytes;
  }
  std::sort(all.begin(), all.end(),
            [](const known& a, const known& b) { return a.written < b.written; });
  for (const auto& one : all) {
    if (total <= settings_.disk_bytes_max)
      return;
    total -= one.bytes;
    fs::remove(one.path, error);
  }
}

} // namespace trunkline
