#pragma once

#include "infra/journal/journal.hpp"
#include "infra/outbox/journal_seal.hpp"
#include "infra/store/open_store.hpp"

#include <memory>
#include <string>

namespace trunkline {

struct journaled_store_settings {
  journal::settings kept_in; ///< its folder and limits
  std::string engine_id;
  std::chrono::milliseconds goodbye{1500}; ///< see outbox_settings
  journal_seal seal{};
};

/// A store whose rows are durable in a journal of this machine before the database has them. `put`
/// appends and answers when the disk has it; an outbox delivers (outbox.hpp). What a disk does not
/// take goes straight to the database, what was shed only while that takes rows. Jobs and reads go
/// to `database` as they are. Rows left by the process before are delivered first, then the calls
/// it left open are closed.
result<std::shared_ptr<store>> make_journaled_store(std::shared_ptr<store> database,
                                                    std::unique_ptr<repository> delivery,
                                                    journaled_store_settings how,
                                                    journal_disk& disk = journal_disk::real());

/// The store of an engine: the database, with the journal in <state_dir>/journal.
result<std::shared_ptr<store>>
open_journaled_store(const database_url& where, const engine_config& config, std::string engine_id);

/// What `doctor` says of a journal, read beside a running engine.
struct journal_look {
  uint64_t bytes = 0, waiting = 0;
  std::chrono::milliseconds oldest{0};
};
result<journal_look> look_at_journal(const std::string& state_dir);

} // namespace trunkline
