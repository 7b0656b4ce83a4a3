#include "infra/outbox/journaled_store.hpp"

#include "infra/log/log.hpp"
#include "infra/outbox/call_memory.hpp"
#include "infra/outbox/outbox.hpp"
#include "infra/time/wall_clock.hpp"

#include <atomic>
#include <future>
#include <utility>

namespace trunkline {

namespace {

using std::chrono::milliseconds;

class journaled_store : public store {
public:
  journaled_store(std::shared_ptr<store> database, std::unique_ptr<repository> delivery,
                  const journaled_store_settings& how)
      : database_(std::move(database)), seal_(how.seal),
        outbox_(std::make_unique<outbox>(
            std::move(delivery),
            outbox_settings{.engine_id = how.engine_id, .goodbye = how.goodbye, .seal = how.seal},
            [this](uint64_t up_to) { journal_->release(up_to); })) {}
  /// Everything taken becomes durable and reaches the outbox, which delivers what it can; what it
  /// delivers is released in the journal last.
  ~journaled_store() override;

  result<void> open(journaled_store_settings how, journal_disk& disk);

  bool put(store_row row, done finished) override;
  bool write(job work, done finished) override {
    return database_ && database_->write(std::move(work), std::move(finished));
  }
  bool write_row(job work, done finished) override {
    return database_ && database_->write_row(std::move(work), std::move(finished));
  }
  bool read(job work, done finished) override {
    return database_ && database_->read(std::move(work), std::move(finished));
  }
  bool load_call(const std::string& call_sid,
                 std::function<void(result<stored_call>)> found) override;
  stored_call recall(const std::string& call_sid) const override {
    return memory_.recall(call_sid);
  }
  bool away() const override { return outbox_->away(); }
  size_t queued() const override { return condition().waiting; }
  milliseconds oldest_write() const override { return condition().oldest; }
  store_condition condition() const override;

private:
  bool put_directly(uint8_t type, std::string payload, done finished);

  std::shared_ptr<store> database_;
  call_memory memory_;
  std::atomic<bool> journal_fails_{false};
  uint64_t latest_ = 0; ///< sequence of the last durable row; the journal's thread's alone
  const journal_seal seal_;
  std::unique_ptr<outbox> outbox_;
  std::unique_ptr<journal> journal_;
};

result<void> journaled_store::open(journaled_store_settings how, journal_disk& disk) {
  uint64_t unknown = 0;
  std::optional<failure> sealed;
  auto opened = journal::open(
      how.kept_in,
      [&](const journal_record& record) {
        const auto json = seal_.open(content_of(record.payload).json);
        if (!json) {
          sealed = json.error();
          return;
        }
        auto row = decode(record.type, *json);
        if (!row) {
          ++unknown;
          return;
        }
        memory_.note(*row);
        latest_ = record.sequence;
        outbox_->deliver({record.sequence, record.type, std::string{record.payload}});
      },
      disk);
  if (!opened)
    return opened.error();
  if (sealed)
    return failure{sealed->kind, how.kept_in.files.folder.string() + ": " + sealed->context, false};
  if (unknown > 0)
    return failure{failure_kind::conflict,
                   how.kept_in.files.folder.string() + " holds " + std::to_string(unknown) +
                       " record(s) of a newer version; start that one, it will deliver them",
                   false};
  journal_ = std::move(*opened);
  const auto& found = journal_->recovered();
  if (found.records > 0 || found.torn_bytes > 0 || found.damaged_segments > 0)
    log_event(log_level::warn, "journal.replayed",
              {{"rows", found.records},
               {"torn_bytes", found.torn_bytes},
               {"damaged", found.damaged_segments}});
  outbox_->start();
  if (!put(orphans_row{how.engine_id, wall_now()}, {}))
    return failure{failure_kind::unavailable, "the journal takes nothing", true};
  return {};
}

journaled_store::~journaled_store() {
  if (!journal_)
    return;
  database_.reset();      // its last jobs may put rows
  std::promise<void> all; // nothing comes after this row, which changes nothing
  if (put(carrier_status_row{}, [&](auto&) { all.set_value(); }))
    all.get_future().wait();
  outbox_.reset();
}

bool journaled_store::put(store_row row, done finished) {
  auto coded = encode(row);
  memory_.note(row);
  auto payload = journal_payload(seal_.close(std::move(coded.json)), wall_now());
  auto kept = payload;
  const auto type = coded.type;
  const auto when = finished || coded.value == journal_value::always ? journal::haste::at_once
                                                                     : journal::haste::soon;
  const auto said = journal_->append(
      coded.value, type, payload,
      [this, type, kept = std::move(kept), finished](const result<uint64_t>& durable) mutable {
        if (durable) {
          journal_fails_ = false;
          latest_ = *durable;
          outbox_->deliver({*durable, type, std::move(kept)});
          if (finished)
            finished({});
        } else if (durable.error().kind == failure_kind::overloaded) {
          outbox_->offer({latest_, type, std::move(kept)}); // the disk is full, not the database
          if (finished)
            finished(durable.error());
        } else {
          journal_fails_ = true;
          if (!put_directly(type, std::move(kept), finished) && finished)
            finished(durable.error());
        }
      },
      when);
  if (said == journal::answer::taken)
    return true;
  if (said == journal::answer::shed) {
    if (finished)
      finished(failure{failure_kind::overloaded, "shed: the journal is full", false});
    return true;
  }
  return put_directly(type, std::move(payload), std::move(finished));
}

bool journaled_store::put_directly(uint8_t type, std::string payload, done finished) {
  const auto json = seal_.open(content_of(payload).json);
  auto row = json ? decode(type, *json) : std::nullopt;
  return row && database_ &&
         database_->write_row([row = std::move(*row)](repository& to) { return apply(to, row); },
                              std::move(finished));
}

bool journaled_store::load_call(const std::string& call_sid,
                                std::function<void(result<stored_call>)> found) {
  if (outbox_->away()) {
    found(memory_.recall(call_sid));
    return true;
  }
  return database_->read(
      [this, call_sid, found = std::move(found)](repository& rows) -> result<void> {
        auto stored = read_call(rows, call_sid);
        auto known = memory_.recall(call_sid);
        if (stored)
          found(merged(std::move(*stored), known));
        else if (known.call)
          found(std::move(known));
        else
          found(stored.error());
        return {};
      });
}

store_condition journaled_store::condition() const {
  store_condition now;
  outbox_->fill(now);
  const auto counted = journal_->counters();
  now.journaled = true;
  now.journal_fails = journal_fails_;
  now.journal_bytes = counted.disk_bytes;
  now.shed_text = counted.shed_text;
  now.shed_progress = counted.shed_progress;
  now.refused = counted.refused;
  now.failed = counted.failed;
  return now;
}

} // namespace

result<std::shared_ptr<store>> make_journaled_store(std::shared_ptr<store> database,
                                                    std::unique_ptr<repository> delivery,
                                                    journaled_store_settings how,
                                                    journal_disk& disk) {
  auto made = std::make_shared<journaled_store>(std::move(database), std::move(delivery), how);
  if (auto opened = made->open(std::move(how), disk); !opened)
    return opened.error();
  return made;
}

} // namespace trunkline
