#pragma once

#include "infra/work/worker_pool.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace trunkline {

/// Spoken sentences, mu-law, by voice and text, shared by all calls. Thread safe.
///
/// Kept ones (greetings, fillers, the phrases for when all else fails) stay for the life of the
/// process and are also written to a directory, so that a restart need not render them again: they
/// come from configuration and hold nothing of a caller. All others are held in memory only, within
/// a bound, least recently used first to go, and only from their second time on.
class phrase_cache {
public:
  using sound = std::shared_ptr<const std::vector<uint8_t>>;

  struct settings {
    size_t bytes_max = 32u << 20;       ///< not kept ones; 32 MB: 69 minutes
    std::filesystem::path directory{};  ///< empty: nothing is written
    size_t disk_bytes_max = 256u << 20; ///< oldest files go first, looked at on opening
  };

  /// `writer` writes files and must outlive the cache's use; a full pool leaves one unwritten.
  explicit phrase_cache(settings with, worker_pool* writer = nullptr);

  /// Null when it is not there.
  sound find(const std::string& voice, const std::string& text);
  /// The kept sound of a text in whatever voice, this one preferred; null when there is none.
  sound find_kept(const std::string& voice, const std::string& text);
  void keep(const std::string& voice, const std::string& text, sound what);
  /// Kept from its file, if that is there. Reads on this thread.
  bool restore(const std::string& voice, const std::string& text);
  /// Remembers a sentence that was said; stored from the second time on.
  void said(const std::string& voice, const std::string& text, sound what);

  size_t bytes() const; ///< of those not kept

private:
  struct entry {
    sound what;
    bool kept = false;
    std::list<std::string>::iterator place; ///< in order_; not kept ones only
  };

  static std::string key_of(const std::string& voice, const std::string& text);
  std::filesystem::path file_of(const std::string& key) const;
  void make_room(size_t bytes);
  void prune_files() const;

  const settings settings_;
  worker_pool* const writer_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, entry> entries_;
  std::unordered_map<std::string, std::vector<std::string>> kept_by_text_; ///< keys of voices
  std::list<std::string> order_;                                           ///< used last in front
  std::list<std::string> said_once_; ///< the latest of those said once
  size_t bytes_ = 0;
};

} // namespace trunkline
