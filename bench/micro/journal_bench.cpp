// The journal: what an append costs the thread that calls it, and how many become durable a second.
// TMPDIR says on which disk.

#include "infra/journal/crc32c.hpp"
#include "infra/journal/journal.hpp"

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <future>
#include <stdexcept>
#include <string>

namespace trunkline {
namespace {

// A turn with its text and waterfall is about this long.
const std::string turn(400, 't');

class open_journal {
public:
  open_journal() {
    auto name = (std::filesystem::temp_directory_path() / "trunkline-bench.XXXXXX").string();
    if (!::mkdtemp(name.data()))
      throw std::runtime_error("no temporary directory");
    folder_ = name;
    journal::settings how;
    how.files.folder = folder_ / "journal";
    how.limits.bytes_max = uint64_t{8} << 30;
    how.limits.waiting_bytes_max = uint64_t{8} << 30;
    rows = std::move(*journal::open(std::move(how), [](const journal_record&) {}));
  }
  ~open_journal() {
    rows.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  std::unique_ptr<journal> rows;

private:
  std::filesystem::path folder_;
};

void crc32c_of_a_turn(benchmark::State& state) {
  for (auto _ : state)
    benchmark::DoNotOptimize(crc32c(turn));
}
BENCHMARK(crc32c_of_a_turn);

// The call's thread: it hands the row over and goes on.
void append_without_waiting(benchmark::State& state) {
  open_journal one;
  for (auto _ : state)
    if (one.rows->append(journal_value::text, 1, turn) != journal::answer::taken)
      state.SkipWithError("shed");
}
BENCHMARK(append_without_waiting)->Iterations(200'000);

// What a booking waits before it is spoken: one at a time.
void append_until_durable(benchmark::State& state) {
  open_journal one;
  for (auto _ : state) {
    std::promise<void> durable;
    if (one.rows->append(journal_value::always, 1, turn, [&](const result<uint64_t>&) {
          durable.set_value();
        }) != journal::answer::taken)
      state.SkipWithError("refused");
    durable.get_future().wait();
  }
}
BENCHMARK(append_until_durable)->UseRealTime();

// A thousand rows at once, until the last is durable: what grouping is worth.
void append_a_thousand_until_durable(benchmark::State& state) {
  open_journal one;
  for (auto _ : state) {
    std::promise<void> durable;
    for (int i = 0; i < 1000; ++i)
      if (one.rows->append(journal_value::always, 1, turn,
                           [&, last = i == 999](const result<uint64_t>&) {
                             if (last)
                               durable.set_value();
                           }) != journal::answer::taken)
        state.SkipWithError("refused");
    durable.get_future().wait();
  }
  state.SetItemsProcessed(state.iterations() * 1000);
}
BENCHMARK(append_a_thousand_until_durable)->UseRealTime();

} // namespace
} // namespace trunkline
