// Rows a second into the store, through its queue and writing thread: SQLite in TMPDIR, and
// PostgreSQL when DATABASE_URL names one. It leaves its rows there: give it a database of its own.

#include "infra/privacy/master_keys.hpp"
#include "infra/store/open_store.hpp"

#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <future>
#include <stdexcept>
#include <string>

namespace trunkline {
namespace {

turn_record turn_of(int index) {
  turn_record turn;
  turn.call_sid = "CAbench";
  turn.index = index;
  turn.role = "agent";
  turn.text = turn.heard = std::string(120, 't');
  turn.latency = {{"endpointing", "setting", 300}, {"llm_first_token", "service", 400}};
  return turn;
}

class open_rows {
public:
  open_rows(sql_dialect dialect, bool encrypted) {
    auto name = (std::filesystem::temp_directory_path() / "trunkline-bench.XXXXXX").string();
    if (!::mkdtemp(name.data()))
      throw std::runtime_error("no temporary directory");
    folder_ = name;
    const char* url = std::getenv("DATABASE_URL");
    const auto text = dialect == sql_dialect::sqlite ? name + "/bench.db"
                      : url                          ? std::string{url}
                                                     : std::string{};
    const auto where = parse_database_url(text);
    if (!where || where->dialect != dialect)
      return;
    store_config how;
    static const auto key = new_master_key("bench"); // of all, for they may share a database
    if (encrypted)
      how.data_key = key;
    auto opened = open_store(*where, how);
    if (!opened)
      throw std::runtime_error(opened.error().context);
    rows = std::move(*opened);
  }
  ~open_rows() {
    rows.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  std::shared_ptr<store> rows;

private:
  std::filesystem::path folder_;
};

enum class how { alone, together, encrypted };

/// A thousand rows until the last is durable; but for `alone` in shared transactions.
void thousand(benchmark::State& state, sql_dialect dialect, how way,
              const std::function<store::job(int)>& row) {
  const bool together = way != how::alone;
  open_rows one{dialect, way == how::encrypted};
  if (!one.rows)
    return state.SkipWithError("DATABASE_URL names no PostgreSQL");
  call_record call;
  call.call_sid = "CAbench";
  call.caller_number = "+15550100001";
  if (!one.rows->write([call](repository& to) { return to.put_call(call); }))
    state.SkipWithError("the queue is full");
  for (auto _ : state) {
    std::promise<void> durable;
    for (int i = 0; i < 1000; ++i) {
      store::job job = row(i);
      store::done done;
      if (i == 999)
        done = [&](const result<void>&) { durable.set_value(); };
      const bool taken = together ? one.rows->write_row(std::move(job), std::move(done))
                                  : one.rows->write(std::move(job), std::move(done));
      if (!taken)
        state.SkipWithError("the queue is full");
    }
    durable.get_future().wait();
  }
  state.SetItemsProcessed(state.iterations() * 1000);
}

void thousand_turns(benchmark::State& state, sql_dialect dialect, how way) {
  thousand(state, dialect, way, [](int i) -> store::job {
    return [turn = turn_of(i)](repository& to) { return to.put_turn(turn); };
  });
}
BENCHMARK_CAPTURE(thousand_turns, sqlite_alone, sql_dialect::sqlite, how::alone)->UseRealTime();
BENCHMARK_CAPTURE(thousand_turns, sqlite, sql_dialect::sqlite, how::together)->UseRealTime();
BENCHMARK_CAPTURE(thousand_turns, sqlite_encrypted, sql_dialect::sqlite, how::encrypted)
    ->UseRealTime();
BENCHMARK_CAPTURE(thousand_turns, postgres_alone, sql_dialect::postgres, how::alone)->UseRealTime();
BENCHMARK_CAPTURE(thousand_turns, postgres, sql_dialect::postgres, how::together)->UseRealTime();
BENCHMARK_CAPTURE(thousand_turns, postgres_encrypted, sql_dialect::postgres, how::encrypted)
    ->UseRealTime();

/// Each is a new row, as the chain wants it.
void thousand_audit_rows(benchmark::State& state, sql_dialect dialect, how way) {
  static int64_t serial = 0;
  thousand(state, dialect, way, [](int) -> store::job {
    const audit_record row{"t1",         "CAbench", "engine",
                           "call.ended", "{}",      timestamp{std::chrono::milliseconds{++serial}}};
    return [row](repository& to) { return to.put_audit(row); };
  });
}
BENCHMARK_CAPTURE(thousand_audit_rows, sqlite, sql_dialect::sqlite, how::together)->UseRealTime();
BENCHMARK_CAPTURE(thousand_audit_rows, postgres, sql_dialect::postgres, how::together)
    ->UseRealTime();

} // namespace
} // namespace trunkline
