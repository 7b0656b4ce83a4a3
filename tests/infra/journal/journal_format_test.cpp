#include "infra/journal/crc32c.hpp"
#include "infra/journal/journal_format.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

using namespace trunkline;

namespace {

struct kept {
  uint64_t sequence;
  journal_value value;
  uint8_t type;
  std::string payload;
  bool operator==(const kept&) const = default;
};

std::vector<kept> read(std::string_view segment, journal_scan* how = nullptr) {
  std::vector<kept> all;
  const auto scan = scan_segment(segment, [&](const journal_record& record) {
    all.push_back({record.sequence, record.value, record.type, std::string{record.payload}});
  });
  if (how)
    *how = scan;
  return all;
}

struct sample {
  std::string bytes;
  std::vector<kept> records;
  std::vector<size_t> ends; ///< of each record, in bytes
};

sample random_segment(unsigned seed, size_t count) {
  std::mt19937 random{seed};
  sample made{journal_head(1000), {}, {}};
  for (size_t i = 0; i < count; ++i) {
    std::string payload(random() % 40, '\0');
    for (auto& byte : payload)
      byte = static_cast<char>(random());
    kept one{1000 + i, static_cast<journal_value>(1 + random() % 3), static_cast<uint8_t>(random()),
             payload};
    append_record(made.bytes, one.value, one.type, one.payload);
    made.records.push_back(std::move(one));
    made.ends.push_back(made.bytes.size());
  }
  return made;
}

TEST(crc32c, is_the_known_one) {
  EXPECT_EQ(crc32c("123456789"), 0xe3069283u);
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8a9136aau);
  EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62a8ab43u);
  EXPECT_EQ(crc32c(""), 0u);
  EXPECT_EQ(crc32c("456789", crc32c("123")), 0xe3069283u);
}

TEST(journal_format, what_is_written_is_read) {
  for (unsigned seed = 1; seed <= 50; ++seed) {
    const auto made = random_segment(seed, 30);
    journal_scan scan;
    EXPECT_EQ(read(made.bytes, &scan), made.records) << seed;
    EXPECT_EQ(scan.good_bytes, made.bytes.size());
    EXPECT_EQ(scan.next_sequence, 1030u);
  }
}

TEST(journal_format, torn_at_any_byte_it_keeps_every_whole_record) {
  const auto made = random_segment(7, 20);
  for (size_t cut = journal_head_bytes; cut <= made.bytes.size(); ++cut) {
    journal_scan scan;
    const auto found = read(std::string_view{made.bytes}.substr(0, cut), &scan);
    size_t whole = 0;
    while (whole < made.ends.size() && made.ends[whole] <= cut)
      ++whole;
    ASSERT_EQ(found, std::vector(made.records.begin(),
                                 made.records.begin() + static_cast<ptrdiff_t>(whole)))
        << cut;
    EXPECT_EQ(scan.good_bytes, whole == 0 ? journal_head_bytes : made.ends[whole - 1]);
  }
  for (size_t cut = 0; cut < journal_head_bytes; ++cut)
    EXPECT_FALSE(read_head(std::string_view{made.bytes}.substr(0, cut)));
}

TEST(journal_format, any_changed_byte_ends_the_reading_there) {
  const auto made = random_segment(9, 12);
  for (size_t at = 0; at < made.bytes.size(); ++at)
    for (const int bit : {0, 3, 7}) {
      auto harmed = made.bytes;
      harmed[at] = static_cast<char>(harmed[at] ^ (1 << bit));
      size_t whole = 0;
      while (whole < made.ends.size() && made.ends[whole] <= at)
        ++whole;
      const auto expected = at < journal_head_bytes ? 0 : whole;
      ASSERT_EQ(read(harmed).size(), expected) << at << "." << bit;
    }
}

TEST(journal_format, zeros_and_noise_after_the_end_are_no_records) {
  const auto made = random_segment(3, 5);
  std::mt19937 random{5};
  EXPECT_EQ(read(made.bytes + std::string(4096, '\0')), made.records);
  for (int i = 0; i < 200; ++i) {
    auto noisy = made.bytes;
    for (int byte = 0; byte < 64; ++byte)
      noisy += static_cast<char>(random());
    EXPECT_EQ(read(noisy), made.records);
  }
}

} // namespace
