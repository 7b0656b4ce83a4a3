// Recordings of an engine: files by a thread of their own, rows in the store, and no call waits.

#include "infra/recording/recordings.hpp"
#include "tests/support/memory_repository.hpp"
#include "tests/support/paths.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>

namespace trunkline {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// Takes rows at once, from any thread; can be told to keep the one who puts waiting.
class waiting_store : public store {
public:
  bool put(store_row row, done) override {
    std::unique_lock lock{mutex};
    if (refuse)
      return false;
    const bool closes = std::get<recording_record>(row).state != "open";
    waits += closes && hold ? 1 : 0;
    changed.notify_all();
    changed.wait(lock, [&] { return !closes || !hold; });
    EXPECT_TRUE(trunkline::apply(rows, row));
    changed.notify_all();
    return true;
  }
  bool write(job, done) override { return false; }
  bool read(job, done) override { return false; }
  size_t queued() const override { return 0; }
  std::chrono::milliseconds oldest_write() const override { return {}; }

  recording_record wait_for(const std::string& state) {
    std::unique_lock lock{mutex};
    recording_record found;
    EXPECT_TRUE(changed.wait_for(lock, 10s,
                                 [&] {
                                   for (const auto& [_, row] : rows.recordings)
                                     if (row.state == state) {
                                       found = row;
                                       return true;
                                     }
                                   return false;
                                 }))
        << "no recording is " << state;
    return found;
  }
  void wait_until_held() {
    std::unique_lock lock{mutex};
    EXPECT_TRUE(changed.wait_for(lock, 10s, [&] { return waits > 0; }));
  }
  void let_go() {
    const std::lock_guard lock{mutex};
    hold = false;
    changed.notify_all();
  }

  std::mutex mutex;
  std::condition_variable changed;
  memory_repository rows;
  bool refuse = false, hold = false;
  int waits = 0;
};

class recordings_test : public ::testing::Test {
protected:
  recordings_test() { call.call_sid = "CA1", call.tenant_id = "t1", call.caller_number = "+1555"; }

  std::unique_ptr<recordings> make(size_t queue_max = 256) {
    return std::make_unique<recordings>(recordings_setup{state, "e1", rows,
                                                         [] { return timestamp{5ms}; },
                                                         [this](std::string_view how) {
                                                           const std::lock_guard lock{counting};
                                                           ++counts[std::string{how}];
                                                         },
                                                         queue_max});
  }
  static std::string block(char of) { return std::string(recording_block_bytes, of); }
  size_t files() const {
    std::error_code none;
    size_t count = 0;
    for (const auto& entry : fs::directory_iterator{recordings_folder(state), none})
      count += entry.path().extension() == ".tlr" ? 1 : 0;
    return count;
  }

  testing::temp_dir dir;
  std::string state = dir.path().string();
  std::shared_ptr<waiting_store> rows = std::make_shared<waiting_store>();
  call_record call;
  std::mutex counting;
  std::map<std::string, int> counts;
};

TEST_F(recordings_test, one_is_a_row_with_its_key_and_a_file_that_it_opens) {
  auto all = make();
  auto tape = all->start(call);
  ASSERT_TRUE(tape);
  ASSERT_TRUE(tape->write(block('a')));
  tape->end(std::string(3200, 'b'));
  const auto row = rows->wait_for("whole");
  EXPECT_EQ(row.tenant_id + row.call_sid + row.caller_number + row.engine_id, "t1CA1+1555e1");
  EXPECT_EQ(row.started_at, timestamp{5ms});
  EXPECT_EQ(row.bytes, static_cast<int64_t>(recording_block_bytes) + 3200);
  EXPECT_EQ(row.ms, row.bytes / 16);
  const auto file = open_recording(state, row);
  ASSERT_TRUE(file) << file.error().context;
  EXPECT_TRUE(file->whole());
  EXPECT_EQ(*file->read(0, 1 << 20), block('a') + std::string(3200, 'b'));
  auto elsewhere = open_recording(state + "/other", row);
  ASSERT_FALSE(elsewhere);
  EXPECT_NE(elsewhere.error().context.find("engine e1 made it"), std::string::npos);
  auto without = row;
  without.key.clear();
  EXPECT_EQ(open_recording(state, without).error().kind, failure_kind::unauthorized);
  EXPECT_EQ(counts, (std::map<std::string, int>{{"started", 1}, {"whole", 1}}));
}

TEST_F(recordings_test, one_whose_stream_is_lost_is_cut_there_and_can_be_played) {
  auto all = make();
  auto tape = all->start(call);
  ASSERT_TRUE(tape->write(block('a')));
  tape.reset();
  const auto row = rows->wait_for("cut");
  EXPECT_EQ(row.ms, 2048);
  EXPECT_EQ(open_recording(state, row)->size(), recording_block_bytes);
}

TEST_F(recordings_test, what_is_queued_is_written_when_the_engine_ends) {
  auto all = make();
  auto tape = all->start(call);
  for (int i = 0; i < 20; ++i)
    ASSERT_TRUE(tape->write(block('a')));
  tape->end("");
  tape.reset();
  all.reset();
  EXPECT_EQ(rows->wait_for("whole").ms, 20 * 2048);
}

TEST_F(recordings_test, a_disk_that_cannot_keep_up_costs_the_recording_and_never_waits) {
  rows->hold = true;
  auto all = make(2);
  auto slow = all->start(call);
  slow->end("");
  rows->wait_until_held(); // the writing thread
  auto tape = all->start(call);
  ASSERT_TRUE(tape);
  EXPECT_TRUE(tape->write(block('a')));
  EXPECT_FALSE(tape->write(block('b'))) << "the queue is full";
  EXPECT_FALSE(tape->write(block('c')));
  EXPECT_FALSE(all->start(call)) << "so nobody else begins one";
  rows->let_go();
  tape.reset();
  all.reset();
  EXPECT_EQ(counts["refused"], 1);
  EXPECT_EQ(counts["cut"], 1);
}

TEST_F(recordings_test, a_disk_that_takes_nothing_ends_the_recording) {
  std::ofstream{recordings_folder(state)} << "in the way";
  auto all = make();
  auto tape = all->start(call);
  ASSERT_TRUE(tape);
  EXPECT_EQ(rows->wait_for("cut").ms, 0);
  EXPECT_FALSE(tape->write(block('a')));
}

TEST_F(recordings_test, without_a_row_there_is_no_recording) {
  rows->refuse = true;
  auto all = make();
  EXPECT_FALSE(all->start(call));
  all.reset();
  EXPECT_EQ(files(), 0u);
}

TEST_F(recordings_test, so_many_listen_at_the_same_time) {
  auto all = make();
  std::vector<recording_reading> listeners;
  for (size_t i = 0; i < recordings::listeners_max; ++i)
    listeners.push_back(all->listen());
  EXPECT_FALSE(all->listen());
  std::atomic<size_t> ran{0};
  for (const auto& one : listeners) {
    ASSERT_TRUE(one);
    one([&ran] { ++ran; });
  }
  listeners.pop_back();
  EXPECT_TRUE(all->listen());
  listeners.clear();
  all.reset(); // runs what is queued
  EXPECT_EQ(ran, recordings::listeners_max);
}

TEST_F(recordings_test, a_file_that_lost_its_end_can_be_played_to_there_and_is_told) {
  auto all = make();
  auto tape = all->start(call);
  for (int i = 0; i < 3; ++i)
    ASSERT_TRUE(tape->write(block('a')));
  tape->end("b");
  const auto row = rows->wait_for("whole");
  EXPECT_TRUE(is_complete(*open_recording(state, row), row));
  fs::resize_file(recording_path(state, row.id), 2 * recording_block_bytes + 200);
  const auto file = open_recording(state, row);
  ASSERT_TRUE(file);
  EXPECT_EQ(file->size(), 2 * recording_block_bytes);
  EXPECT_FALSE(is_complete(*file, row));
}

TEST_F(recordings_test, files_without_a_row_are_swept_when_they_are_no_longer_young) {
  auto all = make();
  for (int i = 0; i < 3; ++i)
    all->start(call)->end("");
  all.reset();
  ASSERT_EQ(files(), 3u);
  const auto old = fs::file_time_type::clock::now() - recordings::young - 1min;
  auto row = rows->rows.recordings.begin();
  const auto kept = row->first;
  fs::last_write_time(recording_path(state, kept), old);
  const auto lost = (++row)->first;
  fs::last_write_time(recording_path(state, lost), old);
  const auto young = (++row)->first;
  rows->rows.recordings.erase(lost);
  rows->rows.recordings.erase(young);
  const auto swept = sweep_recordings(state, rows->rows);
  ASSERT_TRUE(swept);
  EXPECT_EQ(*swept, 1u);
  EXPECT_TRUE(fs::exists(recording_path(state, kept)));
  EXPECT_TRUE(fs::exists(recording_path(state, young)));
  rows->rows.broken = failure{failure_kind::unreachable, "away", true};
  EXPECT_FALSE(sweep_recordings(state, rows->rows)) << "nobody knows, so nothing is deleted";
  EXPECT_EQ(files(), 2u);
  EXPECT_EQ(remove_recordings(state, {kept, lost}), 1u);
  EXPECT_EQ(files(), 1u);
}

TEST_F(recordings_test, another_database_sweeps_nothing) {
  ASSERT_TRUE(sweep_recordings(state, rows->rows)) << "they are of this one from now on";
  auto all = make();
  all->start(call)->end("");
  all.reset();
  const auto id = rows->rows.recordings.begin()->first;
  fs::last_write_time(recording_path(state, id), fs::file_time_type::clock::now() - 1h);
  memory_repository wrong;
  wrong.id = "wrong";
  const auto swept = sweep_recordings(state, wrong);
  ASSERT_FALSE(swept);
  EXPECT_EQ(swept.error().kind, failure_kind::conflict);
  EXPECT_EQ(files(), 1u);
  EXPECT_EQ(*sweep_recordings(state, rows->rows), 0u);
  rows->rows.recordings.clear();
  EXPECT_EQ(*sweep_recordings(state, rows->rows), 1u);
}

} // namespace
} // namespace trunkline
