#include "bench/load/arrival_plan.hpp"

#include "bench/load/hash.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace trunkline {

namespace {

constexpr size_t calls_max = 1'000'000;
constexpr double afterwards_s = 1; // last status callback, closing handshake

/// Small, quick and the same everywhere, as the standard's distributions are not (SplitMix64).
class draws {
public:
  draws(uint64_t seed, uint64_t of) : state_(seed) { state_ = next() ^ of; }

  /// From 0 to below 1.
  double even() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

private:
  uint64_t next() {
    auto z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
  }

  uint64_t state_;
};

size_t live_max_of(const std::vector<planned_call>& calls) {
  std::vector<std::pair<double, int>> changes;
  for (const auto& call : calls) {
    changes.emplace_back(call.at_s, 1);
    changes.emplace_back(call.at_s + call.seconds + afterwards_s, -1);
  }
  std::sort(changes.begin(), changes.end());
  int live = 0, most = 0;
  for (const auto& [at, change] : changes)
    most = std::max(most, live += change);
  return static_cast<size_t>(most);
}

std::string hash_of(const load_scenario& scenario, const arrival_plan& plan) {
  running_hash hash;
  hash.add(scenario.hash);
  hash.add(scenario.seed);
  for (const auto& call : plan.open) {
    hash.add(static_cast<uint64_t>(call.at_s * 1e6));
    hash.add(static_cast<uint64_t>(call.caller));
    hash.add(static_cast<uint64_t>(call.seconds * 1e6));
  }
  return hash.hex();
}

} // namespace

planned_call draw_call(const load_scenario& scenario, uint64_t number) {
  draws random{scenario.seed, number};
  double weights = 0;
  for (const auto& caller : scenario.callers)
    weights += caller.weight;
  planned_call made;
  made.number = number;
  auto place = random.even() * weights;
  for (size_t i = 0; i < scenario.callers.size(); ++i) {
    if (scenario.callers[i].weight <= 0)
      continue;
    made.caller = i;
    place -= scenario.callers[i].weight;
    if (place < 0)
      break;
  }
  made.seconds =
      scenario.call_seconds * (1 + scenario.call_seconds_spread * (2 * random.even() - 1));
  if (scenario.callers[made.caller].kind == load_caller::habit::hang_up)
    made.seconds *= 0.1 + 0.6 * random.even(); // in the middle of something
  return made;
}

result<arrival_plan> make_plan(const load_scenario& scenario) {
  arrival_plan plan;
  size_t closed_max = 0;
  const failure too_many{failure_kind::bad_input, "the stages come to over 1000000 calls"};
  for (size_t i = 0; i < scenario.stages.size(); ++i) {
    const auto& stage = scenario.stages[i];
    const auto from = plan.seconds, to = from + stage.seconds;
    plan.windows.push_back({from, to});
    plan.seconds = to;
    if (stage.how == load_stage::arrival::closed) {
      closed_max = std::max<size_t>(closed_max, stage.callers);
      continue;
    }
    if (stage.calls_per_s <= 0)
      continue;
    if (stage.calls_per_s * stage.seconds > static_cast<double>(calls_max))
      return too_many;
    draws random{scenario.seed, ~static_cast<uint64_t>(i)};
    const bool poisson = stage.how == load_stage::arrival::poisson;
    const auto next = [&](double last, size_t n) {
      return poisson ? last - std::log(1 - random.even()) / stage.calls_per_s
                     : from + static_cast<double>(n) / stage.calls_per_s;
    };
    size_t n = 0;
    for (auto at = next(from, n); at < to; at = next(at, ++n)) {
      if (plan.open.size() >= calls_max)
        return too_many;
      auto call = draw_call(scenario, plan.open.size());
      call.at_s = at;
      plan.open.push_back(call);
    }
  }
  plan.live_max = live_max_of(plan.open) + closed_max;
  plan.hash = hash_of(scenario, plan);
  return plan;
}

size_t arrival_plan::stage_at(double s) const {
  for (size_t i = 0; i + 1 < windows.size(); ++i)
    if (s < windows[i].to_s)
      return i;
  return windows.empty() ? 0 : windows.size() - 1;
}

size_t descriptors_for(size_t live_max) {
  constexpr size_t ours = 64; // files, event descriptors, samples of the server
  return ours + 2 * live_max; // a socket, and a webhook beside it
}

} // namespace trunkline
