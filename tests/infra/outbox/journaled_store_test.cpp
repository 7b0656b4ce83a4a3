// Rows in the journal before the database: durable, delivered once, and kept while it is away.

#include "infra/outbox/journaled_store.hpp"
#include "infra/outbox/row_codec.hpp"
#include "infra/store/store_threads.hpp"
#include "tests/support/memory_repository.hpp"
#include "tests/support/test_database.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <mutex>

using namespace trunkline;
using namespace trunkline::testing;
using namespace std::chrono_literals;

namespace {

/// A repository shared by all connections of a test, which may be away or refuse a row for good.
struct shared_rows {
  std::recursive_mutex mutex; ///< rows come one by one, and within together()
  memory_repository rows;
  void be(std::optional<failure> how) {
    const std::lock_guard lock{mutex};
    rows.broken = std::move(how);
  }
  template<class Look>
  auto look(Look at) {
    const std::lock_guard lock{mutex};
    return at(rows);
  }
};

class connection : public memory_repository {
public:
  explicit connection(std::shared_ptr<shared_rows> all) : all_(std::move(all)) {}
  result<void> together(const std::function<result<void>()>& work) override {
    const std::lock_guard lock{all_->mutex};
    if (all_->rows.broken)
      return *all_->rows.broken;
    return work();
  }
  result<void> put_call(const call_record& row) override {
    const std::lock_guard lock{all_->mutex};
    return all_->rows.put_call(row);
  }
  result<void> put_turn(const turn_record& row) override {
    const std::lock_guard lock{all_->mutex};
    if (row.text == "poison")
      return failure{failure_kind::internal, "it will never do", false};
    return all_->rows.put_turn(row);
  }
  result<void> put_dead_letter(const dead_letter_record& row) override {
    const std::lock_guard lock{all_->mutex};
    return all_->rows.put_dead_letter(row);
  }
  result<size_t> close_orphans(const std::string& engine, timestamp at) override {
    const std::lock_guard lock{all_->mutex};
    return all_->rows.close_orphans(engine, at);
  }

private:
  std::shared_ptr<shared_rows> all_;
};

/// Takes nothing while it is full.
class full_disk : public journal_disk {
public:
  int write(int file, std::string_view bytes, uint64_t offset) override {
    return full ? ENOSPC : journal_disk::write(file, bytes, offset);
  }
  std::atomic<bool> full{false};
};

const failure away{failure_kind::unreachable, "nobody answers", true};

class journaled_store_test : public ::testing::Test {
protected:
  result<std::shared_ptr<store>> try_open() {
    journaled_store_settings how;
    how.kept_in.files.folder = dir.path() / "journal";
    how.kept_in.limits = limits;
    how.engine_id = "e1";
    how.goodbye = 50ms;
    how.seal = journal_seal{*load_master_keys(data_key, "")};
    std::vector<std::unique_ptr<repository>> readers;
    readers.push_back(std::make_unique<connection>(all));
    return make_journaled_store(
        make_store(std::make_unique<connection>(all), std::move(readers), {}),
        std::make_unique<connection>(all), how, disk);
  }
  std::shared_ptr<store> open() {
    auto opened = try_open();
    if (!opened)
      throw std::runtime_error(opened.error().context);
    return *opened;
  }
  static call_record call(const std::string& sid) {
    call_record made;
    made.call_sid = sid;
    made.engine_id = "e1";
    return made;
  }
  static turn_record turn(const std::string& text, int index = 0) {
    turn_record made;
    made.call_sid = "CA1";
    made.index = index;
    made.text = text;
    return made;
  }
  static result<void> put(store& to, store_row row) {
    std::promise<result<void>> done;
    EXPECT_TRUE(to.put(std::move(row), [&](const result<void>& r) { done.set_value(r); }));
    return done.get_future().get();
  }
  template<class Condition>
  static bool soon(Condition holds) {
    for (int i = 0; i < 500 && !holds(); ++i)
      std::promise<void>{}.get_future().wait_for(10ms);
    return holds();
  }
  size_t turns() {
    return all->look([](auto& rows) { return rows.turns.size(); });
  }

  std::string journal_bytes() const {
    std::string all_bytes;
    for (const auto& entry : std::filesystem::directory_iterator(dir.path() / "journal")) {
      std::ifstream in{entry.path(), std::ios::binary};
      all_bytes.append(std::istreambuf_iterator<char>{in}, {});
    }
    return all_bytes;
  }

  temp_dir dir;
  std::string data_key; ///< of what is opened from now on
  journal_limits limits{};
  full_disk disk;
  std::shared_ptr<shared_rows> all = std::make_shared<shared_rows>();
};

TEST_F(journaled_store_test, rows_are_durable_and_then_delivered) {
  const auto rows = open();
  EXPECT_TRUE(put(*rows, turn("hello")));
  EXPECT_TRUE(soon([&] { return turns() == 1 && rows->condition().waiting == 0; }));
  EXPECT_FALSE(rows->away());
}

TEST_F(journaled_store_test, a_database_that_is_away_gets_the_rows_when_it_is_back) {
  const auto rows = open();
  ASSERT_TRUE(soon([&] { return rows->condition().delivered == 1; })); // of the start
  all->be(away);
  for (int i = 0; i < 300; ++i)
    EXPECT_TRUE(put(*rows, turn("hello", i)));
  EXPECT_TRUE(soon([&] { return rows->away(); }));
  EXPECT_EQ(rows->condition().waiting, 300u);
  all->be(std::nullopt);
  EXPECT_TRUE(soon([&] { return turns() == 300; }));
  EXPECT_TRUE(soon([&] { return !rows->away(); }));
}

TEST_F(journaled_store_test,
       rows_left_by_a_process_are_delivered_by_the_next_and_its_calls_closed) {
  all->be(away);
  {
    const auto rows = open();
    EXPECT_TRUE(put(*rows, call("CA1")));
    EXPECT_TRUE(put(*rows, turn("hello")));
  }
  EXPECT_EQ(turns(), 0u);
  all->be(std::nullopt);
  const auto rows = open();
  EXPECT_TRUE(soon([&] { // the last row closes the calls
    const auto now = rows->condition();
    return now.delivered >= 5 && now.waiting == 0;
  }));
  EXPECT_EQ(turns(), 1u);
  const auto closed = all->look([](auto& kept) { return kept.calls.at("CA1"); });
  EXPECT_TRUE(closed.ended_at);
  EXPECT_EQ(closed.end_reason, "engine_lost");
}

TEST_F(journaled_store_test, with_a_data_key_nothing_can_be_read_in_the_journal) {
  all->be(away);
  (void)put(*open(), turn("my tooth hurts", 0)); // from before there was a key
  EXPECT_NE(journal_bytes().find("tooth"), std::string::npos) << "else this test shows nothing";
  const auto key = data_key = new_master_key("a");
  (void)put(*open(), turn("Emily Clark", 1));
  EXPECT_EQ(journal_bytes().find("Emily"), std::string::npos);
  for (const auto& other : {std::string{}, new_master_key("b")}) {
    data_key = other;
    const auto refused = try_open();
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().context.find("is needed to read the journal"), std::string::npos);
  }
  data_key = new_master_key("c") + "," + key; // the next one, beside the old one
  all->be(std::nullopt);
  const auto rows = open();
  EXPECT_TRUE(soon([&] { return turns() == 2; }));
}

TEST_F(journaled_store_test, a_row_that_fails_for_good_becomes_a_dead_letter_and_holds_up_nobody) {
  const auto rows = open();
  EXPECT_TRUE(put(*rows, turn("before", 0)));
  EXPECT_TRUE(put(*rows, turn("poison", 1)));
  EXPECT_TRUE(put(*rows, turn("after", 2)));
  EXPECT_TRUE(soon([&] { return rows->condition().waiting == 0; }));
  EXPECT_EQ(turns(), 2u);
  EXPECT_EQ(rows->condition().dead, 1u);
  const auto dead = all->look([](auto& kept) { return kept.dead_letters; });
  ASSERT_EQ(dead.size(), 1u);
  EXPECT_EQ(dead.begin()->second.kind, "turn");
  EXPECT_NE(dead.begin()->second.payload.find("poison"), std::string::npos);
}

TEST_F(journaled_store_test, a_call_is_told_from_memory_while_the_database_is_away) {
  const auto rows = open();
  all->be(away);
  EXPECT_TRUE(put(*rows, call("CA1")));
  EXPECT_TRUE(put(*rows, turn("hello")));
  ASSERT_TRUE(soon([&] { return rows->away(); }));
  std::optional<stored_call> found;
  ASSERT_TRUE(rows->load_call("CA1", [&](result<stored_call> what) { found = *what; }));
  ASSERT_TRUE(found && found->call) << "it is answered at once";
  EXPECT_EQ(found->turns.size(), 1u);
}

TEST_F(journaled_store_test, text_is_shed_when_there_is_no_room_and_audit_is_not) {
  limits.bytes_max = 4000;
  const auto rows = open();
  all->be(away);
  result<void> last;
  for (int i = 0; i < 30 && last; ++i)
    last = put(*rows, turn(std::string(300, 't'), i));
  ASSERT_FALSE(last);
  EXPECT_EQ(last.error().kind, failure_kind::overloaded);
  EXPECT_TRUE(put(*rows, audit_record{"t", "CA1", "agent", "appointment.booked", "{}", {}}));
  EXPECT_GT(rows->condition().shed_text, 0u);
}

TEST_F(journaled_store_test, what_a_full_disk_sheds_reaches_a_database_that_takes_rows) {
  const auto rows = open();
  disk.full = true;
  const auto shed = put(*rows, turn("hello"));
  ASSERT_FALSE(shed) << "it is not durable, and that is said";
  EXPECT_EQ(shed.error().kind, failure_kind::overloaded);
  EXPECT_EQ(rows->condition().shed_text, 1u);
  EXPECT_TRUE(soon([&] { return turns() == 1; }));
  all->be(away);
  put(*rows, turn("are you there", 2)); // the outbox notices by this one
  ASSERT_TRUE(soon([&] { return rows->away(); }));
  const auto waiting = rows->condition().waiting;
  put(*rows, turn("it is lost", 3));
  EXPECT_EQ(rows->condition().waiting, waiting) << "memory is no journal";
}

TEST_F(journaled_store_test, journals_that_cannot_be_used_say_so_in_one_line) {
  open();
  const auto folder = dir.path() / "journal";
  write_file(folder / "00000000000000009999.journal", "TLJRNL9\nsomething new");
  auto newer = try_open();
  ASSERT_FALSE(newer);
  EXPECT_NE(newer.error().context.find("newer version"), std::string::npos);
  std::filesystem::remove_all(folder);
  write_file(folder, "a file");
  auto blocked = try_open();
  ASSERT_FALSE(blocked);
  EXPECT_NE(blocked.error().context.find(folder.string()), std::string::npos);
  EXPECT_EQ(blocked.error().context.find('\n'), std::string::npos);
}

TEST_F(journaled_store_test, every_kind_of_row_is_read_as_it_was_written) {
  call_record full = call("CA1");
  full.ended_at = timestamp{5ms};
  full.next_step = "{}";
  turn_record spoken = turn("caf\xc3\xa9", 3);
  spoken.latency = {{"engine", "engine", 7}};
  caller_message_record message;
  message.id = "m1";
  message.call_sid = "CA1";
  message.text = "hi";
  const std::vector<store_row> rows{
      full,
      spoken,
      audit_record{"t", "CA1", "a", "b", "{}", timestamp{1ms}},
      message,
      recording_row{message},
      carrier_status_row{"CA1", "completed", 4},
      rescue_row{full, timestamp{9ms}, "{}"},
      tool_run_record{"CA1", "t1", "schedule_appointment", "{}", "{}", timestamp{2ms}},
      incident_record{"i1", "llm:x", timestamp{1ms}, std::nullopt, "why"},
      std::vector<system_metric_record>{{"m", 1.5, "s", "{}", timestamp{1ms}}},
      orphans_row{"e1", timestamp{3ms}},
      recording_record{"r1", "t1", "CA1", "+1", "e1", timestamp{1ms}, 5, 80, "whole", "key"},
      call_note_record{"CA1", "t", "+1", "a line", timestamp{4ms}, true, "Ann", "{}"},
      forget_row{"CA1", "t", "+1", timestamp{4ms}}};
  ASSERT_EQ(rows.size(), std::variant_size_v<store_row>);
  for (const auto& row : rows) {
    const auto coded = encode(row);
    EXPECT_EQ(row_type(kind_of(row)), coded.type);
    const auto read = decode(coded.type, coded.json);
    ASSERT_TRUE(read) << coded.json;
    EXPECT_EQ(encode(*read).json, coded.json);
  }
  EXPECT_FALSE(decode(200, "{}"));
  EXPECT_FALSE(decode(1, "{\"call_sid\":7}"));
  EXPECT_FALSE(decode(1, "not json"));
}

} // namespace
