// Keys and sealed texts, without a database.

#include "infra/privacy/master_keys.hpp"
#include "infra/privacy/sealing.hpp"
#include "protocol/text/base64.hpp"
#include "protocol/text/digest.hpp"
#include "tests/support/paths.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

using namespace trunkline;
using namespace trunkline::testing;

namespace {

std::string unhex(std::string_view hex) {
  std::string raw;
  for (size_t i = 0; i + 1 < hex.size(); i += 2)
    raw += static_cast<char>(std::stoi(std::string{hex.substr(i, 2)}, nullptr, 16));
  return raw;
}

secret_key key_of(std::string_view hex) {
  secret_key key;
  const auto raw = unhex(hex);
  std::copy(raw.begin(), raw.end(), key.bytes.begin());
  return key;
}

// Test case 16 of McGrew and Viega, "The Galois/Counter Mode of Operation" (AES-256).
TEST(sealing, opens_what_the_authors_of_the_mode_have_sealed) {
  const auto key = key_of("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
  const auto sealed = unhex("cafebabefacedbaddecaf888"
                            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                            "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                            "76fc6ece0f4e1768cddf8853bb2d551b");
  const auto bound_to = unhex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
  const auto text = unseal(key, sealed, bound_to);
  ASSERT_TRUE(text);
  EXPECT_EQ(to_hex(*text), "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                           "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
}

// The example "abc" of FIPS 180-4.
TEST(sealing, hashes_as_published) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(sealing, the_same_text_is_never_sealed_the_same_way) {
  const auto key = random_key();
  const auto one = seal(key, "Emily Clark", "here"), two = seal(key, "Emily Clark", "here");
  EXPECT_NE(one, two);
  EXPECT_EQ(one.find("Emily"), one.npos);
  EXPECT_EQ(unseal(key, one, "here"), "Emily Clark");
  EXPECT_EQ(unseal(key, seal(key, "", "here"), "here"), "");
}

TEST(sealing, another_key_another_place_or_any_changed_bit_opens_nothing) {
  const auto key = random_key();
  const auto sealed = seal(key, "half past two", "turns.text:CA1:0");
  EXPECT_FALSE(unseal(random_key(), sealed, "turns.text:CA1:0"));
  EXPECT_FALSE(unseal(key, sealed, "turns.text:CA1:1"));
  for (size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    auto changed = sealed;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(unseal(key, changed, "turns.text:CA1:0")) << bit;
  }
  for (size_t size = 0; size < sealed.size(); ++size)
    EXPECT_FALSE(unseal(key, sealed.substr(0, size), "turns.text:CA1:0")) << size;
}

TEST(master_keys, the_first_one_seals_and_all_of_them_open) {
  const auto one = new_master_key("20261128"), two = new_master_key("20261129");
  const auto keys = master_keys::parse("# ours\n" + one + "\n\n" + two + " # the old one\n");
  ASSERT_TRUE(keys) << keys.error().context;
  EXPECT_EQ(keys->current().id, one.substr(0, one.find(':')));
  EXPECT_TRUE(keys->find(two.substr(0, two.find(':'))));
  EXPECT_FALSE(keys->find("other"));
}

TEST(master_keys, what_is_wrong_is_said_in_one_line_that_shows_no_key) {
  const auto good = new_master_key("x");
  const auto secret = good.substr(good.find(':') + 1);
  for (const std::string& bad :
       {std::string{}, std::string{"# nothing"}, secret, "a b:" + secret, "id:" + secret.substr(4),
        "id:" + secret + "=", good + "," + good, ":" + secret}) {
    const auto keys = master_keys::parse(bad);
    ASSERT_FALSE(keys) << bad;
    EXPECT_EQ(keys.error().context.find('\n'), std::string::npos);
    EXPECT_EQ(keys.error().context.find(secret.substr(4, 20)), std::string::npos);
  }
}

TEST(master_keys, come_from_the_environment_or_a_file) {
  temp_dir dir;
  const auto path = (dir.path() / "keys").string();
  const auto in_file = new_master_key("file"), given = new_master_key("given");
  std::ofstream{path} << in_file << "\n";
  const auto open_to_all = load_master_keys("", path);
  ASSERT_FALSE(open_to_all);
  EXPECT_EQ(open_to_all.error().context,
            "store.data_key_file: " + path + " can be read by others; run: chmod 600 " + path);
  std::filesystem::permissions(path, std::filesystem::perms::owner_read);
  EXPECT_EQ(*load_master_keys("", ""), nullptr);
  EXPECT_TRUE((*load_master_keys("", path))->current().id.starts_with("kfile-"));
  EXPECT_TRUE((*load_master_keys(given, path))->current().id.starts_with("kgiven-"));
  const auto missing = load_master_keys("", path + ".not");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().context,
            "store.data_key_file: " + path + ".not: there is no such file");
}

} // namespace
