// Rows a second into the store, through its queue and writing thread: SQLite in TMPDIR, and
// PostgreSQL when DATABASE_URL names one. It leaves its rows there: give it a database of its own.

#include "infra/store/open_store.hpp"

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
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
  explicit open_rows(sql_dialect dialect) {
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
    auto opened = open_store(*where, {});
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

// A thousand rows until the last is durable. `together`: in shared transactions.
void thousand_turns(benchmark::State& state, sql_dialect dialect, bool together) {
  open_rows one{dialect};
  if (!one.rows)
    return state.SkipWithError("DATABASE_URL names no PostgreSQL");
  for (auto _ : state) {
    std::promise<void> durable;
    for (int i = 0; i < 1000; ++i) {
      store::job job = [turn = turn_of(i)](repository& to) { return to.put_turn(turn); };
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
BENCHMARK_CAPTURE(thousand_turns, sqlite_alone, sql_dialect::sqlite, false)->UseRealTime();
BENCHMARK_CAPTURE(thousand_turns, sqlite_together, sql_dialect::sqlite, true)->UseRealTime();
BENCHMARK_CAPTURE(thousand_turns, postgres_alone, sql_dialect::postgres, false)->UseRealTime();
BENCHMARK_CAPTURE(thousand_turns, postgres_together, sql_dialect::postgres, true)->UseRealTime();

} // namespace
} // namespace trunkline
