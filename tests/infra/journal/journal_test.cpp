#include "infra/journal/journal.hpp"
#include "tests/support/paths.hpp"

#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstring>
#include <fstream>
#include <future>
#include <iterator>
#include <random>
#include <thread>
#include <vector>

using namespace trunkline;
using namespace trunkline::testing;

namespace {

namespace fs = std::filesystem;
using answer = journal::answer;
using texts = std::vector<std::string>;

/// Full after so many bytes; what the reserve held counts when that has gone. Fails or waits when
/// told to.
class test_disk : public journal_disk {
public:
  int write(int file, std::string_view bytes, uint64_t offset) override {
    const bool reserved = fs::exists(folder / "reserve");
    const auto room = capacity - (reserved ? reserve : 0);
    const auto fits = offset >= room ? 0 : std::min<uint64_t>(room - offset, bytes.size());
    const int error = journal_disk::write(file, bytes.substr(0, fits), offset);
    return fits < bytes.size() ? ENOSPC : error;
  }
  int sync(int file) override {
    if (held.valid())
      held.wait();
    return syncs_to_fail > 0 && syncs_to_fail-- > 0 ? EIO : journal_disk::sync(file);
  }

  fs::path folder;
  uint64_t capacity = UINT64_MAX, reserve = 0;
  std::atomic<int> syncs_to_fail{0};
  std::shared_future<void> held;
};

class journal_test : public ::testing::Test {
protected:
  journal::settings how() const {
    journal::settings made;
    made.files.folder = dir.path() / "journal";
    made.files.segment_bytes = segment_bytes;
    made.files.reserve_bytes = 4096;
    made.limits = limits;
    made.clear_after = clear_after;
    made.mark_after = mark_after;
    made.soon = soon;
    return made;
  }
  std::unique_ptr<journal> open() {
    replayed.clear();
    auto made = journal::open(
        how(), [&](const journal_record& r) { replayed.emplace_back(r.payload); }, disk);
    if (!made)
      throw std::runtime_error(made.error().context);
    return std::move(*made);
  }
  /// Its sequence when durable, 0 when not.
  static uint64_t put(journal& to, const std::string& text,
                      journal_value value = journal_value::always) {
    std::promise<uint64_t> durable;
    if (to.append(value, 1, text, [&](const result<uint64_t>& r) {
          durable.set_value(r ? *r : 0);
        }) != answer::taken)
      return 0;
    return durable.get_future().get();
  }

  temp_dir dir;
  test_disk disk;
  std::string on_disk() const {
    std::string all;
    for (const auto& entry : fs::directory_iterator(dir.path() / "journal")) {
      std::ifstream in{entry.path(), std::ios::binary};
      all.append(std::istreambuf_iterator<char>{in}, {});
    }
    return all;
  }

  std::chrono::milliseconds clear_after{30000}, mark_after{30000}, soon{20};
  uint64_t segment_bytes = 8u << 20;
  journal_limits limits;
  texts replayed;
};

TEST_F(journal_test, what_was_durable_is_replayed_in_order_until_released) {
  {
    const auto one = open();
    EXPECT_EQ(put(*one, "a"), 1u);
    EXPECT_EQ(put(*one, "b"), 2u);
    EXPECT_EQ(put(*one, "c"), 3u);
  }
  {
    const auto one = open();
    EXPECT_EQ(replayed, (texts{"a", "b", "c"}));
    EXPECT_EQ(one->recovered().records, 3u);
    one->release(2);
    EXPECT_GT(put(*one, "d"), 3u);
  }
  const auto one = open();
  EXPECT_EQ(replayed, (texts{"c", "d"}));
}

TEST_F(journal_test, torn_at_any_byte_it_keeps_what_is_whole_and_goes_on) {
  texts all;
  std::vector<uint64_t> ends{journal_head_bytes};
  {
    const auto one = open();
    for (int i = 0; i < 12; ++i) {
      all.push_back("record " + std::string(static_cast<size_t>(i), 'x'));
      ASSERT_TRUE(put(*one, all.back()));
      ends.push_back(one->counters().disk_bytes);
    }
  }
  const auto file = dir.path() / "journal" / "00000000000000000001.journal";
  const auto whole = read_file(file);
  ASSERT_EQ(whole.size(), ends.back());
  for (size_t cut = 0; cut <= whole.size(); ++cut) {
    for (const auto& entry : fs::directory_iterator(dir.path() / "journal"))
      fs::remove(entry.path());
    write_file(file, whole.substr(0, cut));
    const auto kept = static_cast<size_t>(std::upper_bound(ends.begin() + 1, ends.end(), cut) -
                                          (ends.begin() + 1));
    texts expected(all.begin(), all.begin() + static_cast<ptrdiff_t>(kept));
    {
      const auto one = open();
      ASSERT_EQ(replayed, expected) << cut;
      ASSERT_EQ(put(*one, "after"), kept + 1) << cut;
    }
    expected.emplace_back("after");
    open();
    ASSERT_EQ(replayed, expected) << cut;
  }
}

TEST_F(journal_test, segments_go_when_all_in_them_is_released) {
  segment_bytes = 200;
  const auto one = open();
  uint64_t last = 0;
  for (int i = 0; i < 50; ++i)
    last = put(*one, std::string(50, 'x'));
  const auto before = one->counters().disk_bytes;
  EXPECT_GT(before, 2500u);
  one->release(last);
  put(*one, "y");
  put(*one, "z"); // the release came before it
  EXPECT_LT(one->counters().disk_bytes, 600u);
}

TEST_F(journal_test, records_that_nobody_waits_for_share_the_sync_of_the_next) {
  soon = std::chrono::hours{1};
  {
    const auto one = open();
    std::atomic<int> durable{0};
    for (const auto* text : {"a", "b"})
      ASSERT_EQ(one->append(
                    journal_value::text, 1, text, [&](auto&) { ++durable; }, journal::haste::soon),
                answer::taken);
    EXPECT_EQ(put(*one, "c"), 3u);
    EXPECT_EQ(durable, 2) << "they come first";
    EXPECT_EQ(one->counters().syncs, 1u);
    ASSERT_EQ(one->append(journal_value::text, 1, "d", {}, journal::haste::soon), answer::taken);
  }
  open();
  EXPECT_EQ(replayed, (texts{"a", "b", "c", "d"})) << "the end waits for nothing";
}

TEST_F(journal_test, a_record_that_nobody_waits_for_is_written_though_none_follows) {
  const auto one = open();
  std::promise<uint64_t> durable;
  ASSERT_EQ(one->append(
                journal_value::text, 1, "a",
                [&](const result<uint64_t>& r) { durable.set_value(r ? *r : 0); },
                journal::haste::soon),
            answer::taken);
  EXPECT_EQ(durable.get_future().get(), 1u);
}

TEST_F(journal_test, a_release_costs_no_sync_of_its_own_beside_the_next_record) {
  const auto one = open();
  for (int i = 0; i < 20; ++i)
    one->release(put(*one, "x"));
  EXPECT_EQ(one->counters().syncs, 20u);
}

TEST_F(journal_test, a_release_is_told_to_the_disk_though_no_record_follows) {
  mark_after = std::chrono::milliseconds{5};
  const auto one = open();
  const auto first = put(*one, "x");
  put(*one, "y");
  one->release(first);
  while (one->counters().syncs < 3)
    std::this_thread::yield();
}

TEST_F(journal_test, what_was_delivered_is_gone_from_the_disk_at_the_end) {
  auto one = open();
  const auto first = put(*one, "first words"), second = put(*one, "second words");
  one->release(first);
  one = nullptr;
  EXPECT_NE(on_disk().find("second words"), std::string::npos);
  one = open();
  EXPECT_EQ(replayed, texts{"second words"});
  one->release(second);
  one = nullptr;
  EXPECT_EQ(on_disk().find("words"), std::string::npos);
  one = open();
  EXPECT_EQ(replayed, texts{});
  EXPECT_GT(put(*one, "third"), second) << "no number is given twice";
}

TEST_F(journal_test, what_was_delivered_is_gone_from_the_disk_soon_of_an_engine_that_goes_on) {
  clear_after = std::chrono::milliseconds{5};
  const auto one = open();
  for (int round = 0; round < 3; ++round) {
    const auto sequence = put(*one, "words");
    EXPECT_GT(one->counters().disk_bytes, journal_head_bytes);
    one->release(sequence);
    while (one->counters().disk_bytes > journal_head_bytes)
      std::this_thread::yield();
    EXPECT_EQ(on_disk().find("words"), std::string::npos);
  }
}

TEST(journal_limits, text_goes_first_then_progress_and_the_rest_only_for_memory) {
  const journal_limits limits{1000, 100};
  using v = journal_value;
  EXPECT_EQ(limits.takes(v::text, 10, 740, 0), answer::taken);
  EXPECT_EQ(limits.takes(v::text, 10, 741, 0), answer::shed);
  EXPECT_EQ(limits.takes(v::progress, 10, 990, 0), answer::taken);
  EXPECT_EQ(limits.takes(v::progress, 10, 991, 0), answer::shed);
  EXPECT_EQ(limits.takes(v::always, 10, 100'000, 0), answer::taken);
  EXPECT_EQ(limits.takes(v::text, 10, 0, 41), answer::shed);
  EXPECT_EQ(limits.takes(v::progress, 10, 0, 91), answer::shed);
  EXPECT_EQ(limits.takes(v::always, 10, 0, 390), answer::taken);
  EXPECT_EQ(limits.takes(v::always, 10, 0, 391), answer::refused);
}

TEST_F(journal_test, when_it_is_full_text_is_shed_and_counted_and_a_booking_is_not) {
  limits.bytes_max = 1000;
  const auto one = open();
  while (put(*one, "said", journal_value::text))
    ;
  while (put(*one, "state", journal_value::progress))
    ;
  EXPECT_TRUE(put(*one, "booked"));
  const auto counted = one->counters();
  EXPECT_EQ(counted.shed_text, 1u);
  EXPECT_EQ(counted.shed_progress, 1u);
  EXPECT_EQ(counted.refused, 0u);
}

TEST_F(journal_test, a_full_disk_sheds_text_and_keeps_bookings_in_the_reserve) {
  disk.folder = dir.path() / "journal";
  disk.reserve = 4096;
  disk.capacity = 8192;
  int booked = 0;
  {
    const auto one = open();
    while (put(*one, std::string(100, 's'), journal_value::text))
      ;
    EXPECT_EQ(one->counters().shed_text, 1u);
    EXPECT_EQ(one->counters().failed, 0u);
    while (put(*one, "booked"))
      ++booked;
    EXPECT_GT(booked, 200) << "in what the reserve held";
    EXPECT_EQ(one->counters().failed, 1u) << "then it says so";
    disk.capacity = UINT64_MAX;
    EXPECT_TRUE(put(*one, "booked")) << "room again";
  }
  open();
  EXPECT_EQ(std::count(replayed.begin(), replayed.end(), "booked"), booked + 1);
}

TEST_F(journal_test, a_sync_that_fails_is_not_believed_the_second_time) {
  {
    const auto one = open();
    ASSERT_TRUE(put(*one, "a"));
    disk.syncs_to_fail = 1;
    EXPECT_EQ(put(*one, "b"), 2u) << "in another file";
    disk.syncs_to_fail = 2;
    EXPECT_FALSE(put(*one, "lost"));
    EXPECT_EQ(one->counters().failed, 1u);
    EXPECT_EQ(put(*one, "c"), 3u);
  }
  open();
  EXPECT_EQ(replayed, (texts{"a", "b", "c"}));
}

TEST_F(journal_test, a_disk_that_hangs_costs_bounded_memory) {
  limits.waiting_bytes_max = 1000;
  const auto one = open();
  std::promise<void> release;
  disk.held = release.get_future().share();
  std::atomic<int> durable{0};
  int taken = 0;
  const auto add = [&](journal_value value) {
    return one->append(value, 1, std::string(90, 'x'),
                       [&](const auto& r) { durable += r.has_value(); });
  };
  for (const auto value : {journal_value::text, journal_value::progress, journal_value::always})
    while (add(value) == answer::taken)
      ++taken;
  EXPECT_EQ(taken, 40) << "4 x 1000 bytes of 100 each";
  EXPECT_EQ(one->counters().refused, 1u);
  release.set_value();
  while (durable < taken)
    std::this_thread::yield();
  EXPECT_EQ(one->counters().waiting_bytes, 0u);
  EXPECT_LE(one->counters().syncs, 3u) << "many a sync";
}

TEST_F(journal_test, two_engines_do_not_write_one_journal) {
  const auto one = open();
  const auto second = journal::open(
      how(), [](const journal_record&) {}, disk);
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().context.find("another engine"), std::string::npos);
}

TEST_F(journal_test, whatever_happens_it_is_what_the_model_says) {
  for (unsigned seed = 1; seed <= 30; ++seed) {
    std::mt19937 random{seed};
    segment_bytes = 100 + random() % 400;
    fs::remove_all(dir.path() / "journal");
    std::vector<std::pair<uint64_t, std::string>> model;
    auto one = open();
    for (int step = 0; step < 60; ++step) {
      const auto what = random() % 10;
      if (what < 7) {
        const auto text = std::to_string(seed) + "." + std::to_string(step);
        model.emplace_back(put(*one, text), text);
        ASSERT_TRUE(model.back().first);
      } else if (what < 9 && !model.empty()) {
        const auto up_to = model[random() % model.size()].first;
        one->release(up_to);
        std::erase_if(model, [&](auto& record) { return record.first <= up_to; });
      } else {
        one.reset();
        one = open();
        texts expected;
        for (const auto& record : model)
          expected.push_back(record.second);
        ASSERT_EQ(replayed, expected) << "seed " << seed << " step " << step;
      }
    }
  }
}

TEST_F(journal_test, after_kill_nine_all_that_was_acknowledged_is_there) {
  std::mt19937 random{11};
  uint64_t acknowledged = 0;
  for (int round = 0; round < 20; ++round) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const auto child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      const auto one = open();
      for (uint64_t next = replayed.size() + 1;; ++next)
        if (!put(*one, std::to_string(next)) || ::write(ends[1], &next, sizeof next) < 0)
          ::_exit(1);
    }
    ::close(ends[1]);
    const auto wanted = 1 + random() % 40;
    for (uint64_t i = 0; i < wanted; ++i)
      if (::read(ends[0], &acknowledged, sizeof acknowledged) <= 0)
        break;
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    while (::read(ends[0], &acknowledged, sizeof acknowledged) > 0)
      ;
    ::close(ends[0]);
    open();
    ASSERT_GE(replayed.size(), acknowledged) << round;
    for (size_t i = 0; i < replayed.size(); ++i)
      ASSERT_EQ(replayed[i], std::to_string(i + 1)) << "none lost, none twice";
  }
  EXPECT_GE(acknowledged, 20u);
}

} // namespace
