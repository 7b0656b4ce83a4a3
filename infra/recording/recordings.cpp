#include "infra/recording/recordings.hpp"

#include "infra/log/log.hpp"
#include "infra/privacy/random.hpp"
#include "protocol/text/base64.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

namespace trunkline {

namespace {

namespace fs = std::filesystem;

std::string key_text(const secret_key& key) {
  return base64_encode({reinterpret_cast<const char*>(key.bytes.data()), key.bytes.size()});
}

std::optional<secret_key> key_from(const std::string& text) {
  std::vector<uint8_t> bytes;
  secret_key key;
  if (!base64_decode(text, bytes) || bytes.size() != key.bytes.size())
    return std::nullopt;
  std::copy(bytes.begin(), bytes.end(), key.bytes.begin());
  return key;
}

/// <folder>/database holds the id of the database whose recordings these are.
result<void> check_owner(const std::string& folder, repository& rows) {
  const auto id = rows.database_id();
  if (!id)
    return id.error();
  const auto path = folder + "/database";
  std::string owner;
  if (std::ifstream in{path}; in >> owner)
    return owner == *id ? result<void>{}
                        : failure{failure_kind::conflict,
                                  path + ": these are recordings of another database", false};
  std::error_code error;
  if (fs::create_directories(folder, error))
    fs::permissions(folder, fs::perms::owner_all, error);
  std::ofstream out{path};
  out << *id << std::endl;
  return out ? result<void>{}
             : failure{failure_kind::unavailable, path + " cannot be written", false};
}

/// One file, only on the writing thread, except `failed`.
struct open_file {
  recording_record row;
  secret_key key;
  std::optional<recording_writer> writer;
  std::atomic<bool> failed{false};
};

} // namespace

struct recordings::shared {
  explicit shared(recordings_setup given)
      : setup(std::move(given)), writing("recordings", 1, setup.queue_max) {}

  void count(std::string_view how) const {
    if (setup.count)
      setup.count(how);
  }

  // On the writing thread.

  void begin(open_file& file) const {
    auto made = recording_writer::create(setup.state_dir, file.row.id, file.key);
    if (made)
      file.writer.emplace(std::move(*made));
    else
      give_up(file, made.error().context);
  }
  void write(open_file& file, const std::string& block) const {
    if (file.failed || !file.writer)
      return;
    if (auto done = file.writer->write(block); !done)
      give_up(file, done.error().context);
  }
  void end(open_file& file, const std::string& block) const {
    if (file.failed || !file.writer)
      return;
    if (auto done = file.writer->finish(block); !done) {
      give_up(file, done.error().context);
      return;
    }
    close(file, "whole");
  }
  void give_up(open_file& file, std::string_view why) const {
    if (fail(file, why))
      close(file, "cut");
  }
  /// Once for a file: the first reason counts. On any thread.
  static bool fail(open_file& file, std::string_view why) {
    if (file.failed.exchange(true))
      return false;
    log_event(log_level::error, "recording.given_up",
              {{"call_sid", file.row.call_sid}, {"recording", file.row.id}, {"error", why}});
    return true;
  }
  void close(open_file& file, const char* state) const {
    file.row.bytes = file.writer ? static_cast<int64_t>(file.writer->bytes()) : 0;
    file.row.ms = file.row.bytes / static_cast<int64_t>(recording_bytes_per_ms);
    file.row.state = state;
    file.writer.reset();
    count(state);
    if (!setup.rows->put(file.row))
      log_event(log_level::warn, "recording.row_late", {{"recording", file.row.id}});
  }

  const recordings_setup setup;
  worker_pool writing;
};

class recordings::tape : public recording_tape {
public:
  tape(std::shared_ptr<shared> of, std::shared_ptr<open_file> file)
      : of_(std::move(of)), file_(std::move(file)) {}
  ~tape() override {
    if (file_)
      stop("the stream was lost");
  }

  bool write(std::string block) override {
    if (!file_ || file_->failed)
      return false;
    if (of_->writing.post(
            [of = of_.get(), file = file_, block = std::move(block)] { of->write(*file, block); }))
      return true;
    stop("the disk is too slow: the queue is full");
    return false;
  }
  void end(std::string block) override {
    if (!file_)
      return;
    if (!of_->writing.post(
            [of = of_.get(), file = file_, block = std::move(block)] { of->end(*file, block); }))
      stop("the disk is too slow: the queue is full");
    file_.reset();
  }

private:
  /// The writing thread closes the file, when it has room for that; else whoever holds it last.
  void stop(const char* why) {
    const auto file = std::exchange(file_, nullptr);
    if (of_->writing.post([of = of_.get(), file, why] { of->give_up(*file, why); }))
      return;
    if (shared::fail(*file, why))
      of_->count("cut");
  }

  const std::shared_ptr<shared> of_;
  std::shared_ptr<open_file> file_;
};

recordings::recordings(recordings_setup setup)
    : shared_(std::make_shared<shared>(std::move(setup))),
      listeners_(std::make_shared<std::atomic<size_t>>(0)),
      readers_("recording-readers", 1, listeners_max) {}

// Jobs know `shared` by its address, so it must not go before they have run.
recordings::~recordings() {
  shared_->writing.stop();
  readers_.stop();
}

recording_reading recordings::listen() {
  std::shared_ptr<void> seat{nullptr, [seats = listeners_](void*) { --*seats; }};
  if (++*listeners_ > listeners_max)
    return {};
  return [this, seat](std::function<void()> job) { (void)readers_.post(std::move(job)); };
}

std::shared_ptr<recording_tape> recordings::start(const call_record& call) {
  auto file = std::make_shared<open_file>();
  file->key = random_key();
  auto& row = file->row;
  row.id = "r_" + random_hex(16);
  row.tenant_id = call.tenant_id;
  row.call_sid = call.call_sid;
  row.caller_number = call.caller_number;
  row.engine_id = shared_->setup.engine_id;
  row.started_at = shared_->setup.wall_clock();
  row.key = key_text(file->key);
  const auto* why = !shared_->setup.rows->put(row) ? "the store's queue is full"
                    : !shared_->writing.post([of = shared_.get(), file] { of->begin(*file); })
                        ? "the disk is too slow: the queue is full"
                        : nullptr;
  if (why) {
    log_event(log_level::error, "recording.refused", {{"call_sid", call.call_sid}, {"error", why}});
    shared_->count("refused");
    return nullptr;
  }
  shared_->count("started");
  return std::make_shared<tape>(shared_, std::move(file));
}

bool is_complete(const recording_reader& file, const recording_record& row) {
  if (row.state == "open")
    return true;
  return file.size() >= static_cast<uint64_t>(row.bytes) && (row.state != "whole" || file.whole());
}

result<recording_reader> open_recording(const std::string& state_dir, const recording_record& row) {
  const auto key = key_from(row.key);
  if (!key)
    return failure{failure_kind::unauthorized, "the key of recording " + row.id + " is gone",
                   false};
  auto opened = recording_reader::open(state_dir, row.id, *key);
  if (!opened && opened.error().kind == failure_kind::not_found)
    return failure{failure_kind::not_found,
                   "the file of recording " + row.id + " is not here; engine " + row.engine_id +
                       " made it",
                   false};
  if (opened && !is_complete(*opened, row))
    log_event(log_level::error, "recording.damaged",
              {{"recording", row.id}, {"bytes", row.bytes}, {"bytes_left", opened->size()}});
  return opened;
}

size_t remove_recordings(const std::string& state_dir, const std::vector<std::string>& ids) {
  size_t gone = 0;
  for (const auto& id : ids) {
    std::error_code error;
    gone += fs::remove(recording_path(state_dir, id), error) ? 1 : 0;
    if (error)
      log_event(log_level::error, "recording.not_removed",
                {{"recording", id}, {"error", error.message()}});
  }
  return gone;
}

result<size_t> sweep_recordings(const std::string& state_dir, repository& rows) {
  if (auto mine = check_owner(recordings_folder(state_dir), rows); !mine) {
    log_event(log_level::error, "recordings.not_swept", {{"error", mine.error().context}});
    return mine.error();
  }
  std::vector<std::string> lost;
  std::error_code error;
  const auto now = fs::file_time_type::clock::now();
  for (const auto& entry : fs::directory_iterator(recordings_folder(state_dir), error)) {
    std::error_code gone;
    const auto written = entry.last_write_time(gone);
    if (gone || entry.path().extension() != recording_file_suffix ||
        now - written < recordings::young)
      continue;
    auto id = entry.path().stem().string();
    const auto known = rows.has_recording(id);
    if (!known)
      return known.error();
    if (!*known)
      lost.push_back(std::move(id));
  }
  const auto gone = remove_recordings(state_dir, lost);
  if (gone > 0)
    log_event(log_level::info, "recordings.swept", {{"files", gone}});
  return gone;
}

} // namespace trunkline
