#pragma once

#include "infra/privacy/sealing.hpp"
#include "schema/failure.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace trunkline {

// A recording on disk: <state_dir>/recordings/<id>.tlr, mode 0600.
//
//   "TLR1", the size of a block (4 bytes, little-endian)
//   block 0 | block 1 | ...                 each sealed by the recording's key: 28 bytes longer
//   the last block, which may be shorter, sealed as the last one
//
// Each block is bound to the recording, its place and whether it is the last, so none can be
// changed, moved, taken from another recording or left out unseen, and any part can be read without
// the rest. Of a file cut anywhere, all whole blocks can be read. Bytes are mu-law, the caller's
// and the agent's in turn.

inline constexpr size_t recording_block_bytes = 32 * 1024; ///< 2.048 s of both channels
inline constexpr size_t recording_bytes_per_ms = 16;

inline constexpr const char* recording_file_suffix = ".tlr";
/// Where the recording of this id is.
std::string recording_path(const std::string& state_dir, const std::string& id);
std::string recordings_folder(const std::string& state_dir);

/// Writes one file, block by block; blocks, on a thread that may. Closes it when it goes.
class recording_writer {
public:
  /// Makes the folder too. A file of this name must not be there.
  static result<recording_writer> create(const std::string& state_dir, const std::string& id,
                                         const secret_key& key);
  recording_writer(recording_writer&& other) noexcept;
  recording_writer& operator=(recording_writer&&) = delete;
  ~recording_writer();

  /// All but the last one are of recording_block_bytes. After a failure nothing more is taken.
  result<void> write(std::string_view block);
  /// The last one; on the disk when it returns.
  result<void> finish(std::string_view block);
  uint64_t bytes() const { return bytes_; } ///< of sound, written

private:
  recording_writer(int file, std::string id, const secret_key& key)
      : file_(file), id_(std::move(id)), key_(key) {}
  result<void> put(std::string_view bytes);

  int file_ = -1;
  const std::string id_;
  const secret_key key_;
  uint64_t blocks_ = 0, bytes_ = 0;
  bool broken_ = false;
};

/// Reads one file, also while it is written. Blocks.
class recording_reader {
public:
  /// not_found: no such file. unauthorized: another key, or nothing in it is as it was written.
  static result<recording_reader> open(const std::string& state_dir, const std::string& id,
                                       const secret_key& key);
  recording_reader(recording_reader&& other) noexcept;
  recording_reader& operator=(recording_reader&&) = delete;
  ~recording_reader();

  uint64_t size() const { return size_; } ///< bytes of sound
  bool whole() const { return whole_; }   ///< the last block is there
  /// [from, from + size), as far as it is there. Opens only the blocks it takes.
  result<std::string> read(uint64_t from, uint64_t size) const;

private:
  recording_reader(int file, std::string id, const secret_key& key)
      : file_(file), id_(std::move(id)), key_(key) {}
  result<void> find_end();
  std::optional<std::string> block(uint64_t index, size_t size, bool last) const;

  int file_ = -1;
  const std::string id_;
  const secret_key key_;
  uint64_t size_ = 0, blocks_ = 0; ///< with the last one
  bool whole_ = false;
};

} // namespace trunkline
