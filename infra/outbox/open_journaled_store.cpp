#include "infra/outbox/journaled_store.hpp"

#include "infra/outbox/row_codec.hpp"
#include "infra/time/wall_clock.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

namespace trunkline {

namespace {

namespace fs = std::filesystem;

fs::path journal_folder(const std::string& state_dir) {
  return fs::path{state_dir} / "journal";
}

} // namespace

result<std::shared_ptr<store>> open_journaled_store(const database_url& where,
                                                    const engine_config& config,
                                                    std::string engine_id) {
  auto database = open_store(where, config.store);
  if (!database)
    return database;
  auto delivery = open_repository(where, config.store, session_use::write);
  if (!delivery)
    return delivery.error();
  auto keys = load_master_keys(config.store.data_key, config.store.data_key_file);
  if (!keys)
    return keys.error();
  journaled_store_settings how;
  how.seal = journal_seal{std::move(*keys)};
  how.kept_in.files.folder = journal_folder(config.state_dir);
  how.kept_in.limits.bytes_max = uint64_t{config.store.journal_mb_max} << 20;
  how.engine_id = std::move(engine_id);
  return make_journaled_store(std::move(*database), std::move(*delivery), std::move(how));
}

result<journal_look> look_at_journal(const std::string& state_dir) {
  std::error_code error;
  std::set<fs::path> segments;
  const auto folder = journal_folder(state_dir);
  if (!fs::exists(folder, error))
    return journal_look{};
  for (const auto& entry : fs::directory_iterator(folder, error))
    if (entry.path().extension() == ".journal")
      segments.insert(entry.path());
  if (error)
    return failure{failure_kind::unavailable, folder.string() + ": " + error.message(), false};
  journal_look found;
  uint64_t released = 0;
  std::vector<std::pair<uint64_t, timestamp>> rows;
  for (const auto& path : segments) {
    std::ifstream in{path, std::ios::binary};
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    if (is_newer_segment(text))
      return failure{failure_kind::conflict, path.string() + " was written by a newer version",
                     false};
    found.bytes += text.size();
    scan_segment(text, [&](const journal_record& record) {
      if (record.type != 0)
        rows.emplace_back(record.sequence, content_of(record.payload).taken_at);
      else
        released = std::max(released, released_by(record));
    });
  }
  const auto now = wall_now();
  for (const auto& [sequence, taken_at] : rows)
    if (sequence > released) {
      if (found.waiting++ == 0)
        found.oldest = std::max(std::chrono::milliseconds{0}, now - taken_at);
    }
  return found;
}

} // namespace trunkline
