// Sealed recordings: what is read is what was written, or nothing.

#include "infra/recording/recording_file.hpp"
#include "tests/support/paths.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

using namespace trunkline;

namespace {

namespace fs = std::filesystem;

constexpr size_t sealed_bytes = recording_block_bytes + 28;

std::string sound(size_t size, char seed) {
  std::string bytes(size, '\0');
  for (size_t i = 0; i < size; ++i)
    bytes[i] = static_cast<char>(seed + static_cast<char>(i * 7 % 251));
  return bytes;
}

class recording_file_test : public ::testing::Test {
protected:
  /// Blocks of a full size, then a last one.
  void write(const std::string& id, size_t blocks, size_t last) {
    auto file = recording_writer::create(state(), id, key);
    ASSERT_TRUE(file) << file.error().context;
    all.clear();
    for (size_t i = 0; i < blocks; ++i) {
      const auto block = sound(recording_block_bytes, static_cast<char>(i));
      ASSERT_TRUE(file->write(block));
      all += block;
    }
    const auto rest = sound(last, 'z');
    ASSERT_TRUE(file->finish(rest));
    all += rest;
    EXPECT_EQ(file->bytes(), all.size());
  }
  result<recording_reader> open(const std::string& id) const {
    return recording_reader::open(state(), id, key);
  }
  std::string state() const { return dir.path().string(); }
  std::string path(const std::string& id) const { return recording_path(state(), id); }
  std::string bytes_of(const std::string& id) const {
    std::ifstream in{path(id), std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
  }
  void put(const std::string& id, const std::string& bytes) const {
    std::ofstream{path(id), std::ios::binary | std::ios::trunc} << bytes;
  }

  trunkline::testing::temp_dir dir;
  secret_key key = random_key();
  std::string all;
};

TEST_F(recording_file_test, gives_back_what_was_written_and_any_part_of_it) {
  write("r1", 3, 500);
  const auto read = open("r1");
  ASSERT_TRUE(read) << read.error().context;
  EXPECT_TRUE(read->whole());
  ASSERT_EQ(read->size(), all.size());
  EXPECT_EQ(*read->read(0, all.size()), all);
  const size_t edge = recording_block_bytes;
  for (const auto& [from, size] : {std::pair<size_t, size_t>{0, 1},
                                   {edge - 1, 2},
                                   {edge, edge},
                                   {10, 2 * edge + 5},
                                   {3 * edge + 499, 1},
                                   {3 * edge + 400, 5000}})
    EXPECT_EQ(*read->read(from, size), all.substr(from, size)) << from;
  EXPECT_EQ(*read->read(all.size(), 10), "");
  const auto mode = fs::status(path("r1")).permissions();
  EXPECT_EQ(mode, fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(bytes_of("r1").find(all.substr(0, 32)), std::string::npos) << "it is not encrypted";
}

TEST_F(recording_file_test, may_end_with_a_full_block_or_an_empty_one) {
  write("full", 1, recording_block_bytes);
  EXPECT_TRUE(open("full")->whole());
  EXPECT_EQ(*open("full")->read(0, all.size()), all);
  write("empty", 2, 0);
  EXPECT_TRUE(open("empty")->whole());
  EXPECT_EQ(*open("empty")->read(0, 1 << 20), all);
  write("nothing", 0, 0);
  EXPECT_TRUE(open("nothing")->whole());
  EXPECT_EQ(open("nothing")->size(), 0u);
}

TEST_F(recording_file_test, cut_anywhere_can_be_read_up_to_the_last_whole_block) {
  write("r1", 2, 40);
  const auto bytes = bytes_of("r1");
  for (size_t cut = bytes.size() - 1; cut >= 8 + 2 * sealed_bytes; --cut) {
    put("r1", bytes.substr(0, cut));
    const auto read = open("r1");
    ASSERT_TRUE(read) << cut;
    EXPECT_FALSE(read->whole());
    ASSERT_EQ(read->size(), 2 * recording_block_bytes) << cut;
  }
  for (const auto cut : {8 + 2 * sealed_bytes - 1, 8 + sealed_bytes + 1, 8 + sealed_bytes}) {
    put("r1", bytes.substr(0, cut));
    const auto read = open("r1");
    ASSERT_TRUE(read) << cut;
    EXPECT_EQ(*read->read(0, 1 << 20), all.substr(0, recording_block_bytes)) << cut;
  }
  put("r1", bytes.substr(0, 8));
  EXPECT_EQ(open("r1")->size(), 0u);
  put("r1", bytes.substr(0, 7));
  EXPECT_FALSE(open("r1"));
  put("r1", bytes.substr(0, 8 + 2 * sealed_bytes) + std::string(3 * sealed_bytes, '\0'));
  EXPECT_EQ(open("r1")->size(), 2 * recording_block_bytes) << "what a crash left behind it";
}

TEST_F(recording_file_test, can_be_read_while_it_is_written) {
  auto file = recording_writer::create(state(), "r1", key);
  ASSERT_TRUE(file);
  EXPECT_EQ(open("r1")->size(), 0u);
  ASSERT_TRUE(file->write(sound(recording_block_bytes, 'a')));
  EXPECT_EQ(open("r1")->size(), recording_block_bytes);
  EXPECT_FALSE(recording_writer::create(state(), "r1", key)) << "it is there";
}

TEST_F(recording_file_test, is_refused_with_another_key_or_under_another_name) {
  write("r1", 2, 10);
  const auto mine = key;
  key = random_key();
  ASSERT_FALSE(open("r1"));
  EXPECT_EQ(open("r1").error().kind, failure_kind::unauthorized);
  key = mine;
  fs::copy_file(path("r1"), path("r2"));
  EXPECT_FALSE(open("r2"));
  ASSERT_FALSE(open("r3"));
  EXPECT_EQ(open("r3").error().kind, failure_kind::not_found);
}

TEST_F(recording_file_test, refuses_blocks_that_were_moved_changed_or_left_out) {
  write("r1", 3, 100);
  const auto bytes = bytes_of("r1");
  const auto block = [&](size_t index) {
    return bytes.substr(8 + index * sealed_bytes, sealed_bytes);
  };
  const auto head = bytes.substr(0, 8), last = block(3);
  put("r1", head + block(1) + block(0) + block(2) + last);
  EXPECT_EQ(open("r1")->size(), all.size());
  EXPECT_FALSE(open("r1")->read(0, 10));
  EXPECT_FALSE(open("r1")->read(recording_block_bytes, 10));
  EXPECT_TRUE(open("r1")->read(2 * recording_block_bytes, 10)) << "this one is where it was";
  put("r1", head + block(0) + block(2) + last);
  EXPECT_EQ(open("r1")->size(), recording_block_bytes) << "one is missing: only what is before it";
  auto changed = bytes;
  changed[8 + 20] = static_cast<char>(changed[8 + 20] ^ 1);
  put("r1", changed);
  const auto read = open("r1")->read(0, 10);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, failure_kind::unauthorized);
}

} // namespace
