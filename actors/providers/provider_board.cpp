#include "actors/providers/provider_board.hpp"

#include <utility>

namespace trunkline {

namespace {

constexpr double smoothing = 0.2;

bool is_named(const std::string& key, std::string_view name) {
  return key == name || (key.size() > name.size() && std::string_view{key}.ends_with(name) &&
                         key[key.size() - name.size() - 1] == ':');
}

} // namespace

provider_board::attempt::attempt(std::shared_ptr<provider_board> board, size_t endpoint)
    : board_(std::move(board)), endpoint_(endpoint) {}

provider_board::attempt::attempt(attempt&& other) noexcept
    : board_(std::move(other.board_)), endpoint_(other.endpoint_), settled_(other.settled_) {}

provider_board::attempt::~attempt() {
  if (board_)
    board_->on_leave(endpoint_, settled_);
}

void provider_board::attempt::good(std::chrono::milliseconds latency) {
  settled_ = true;
  board_->on_good(endpoint_, latency);
}

void provider_board::attempt::failed(const failure& why) {
  settled_ = true;
  board_->on_failed(endpoint_, why);
}

void provider_board::attempt::left(std::chrono::milliseconds waited) {
  if (waited >= board_->slow(endpoint_))
    failed({failure_kind::timeout,
            "no answer for " + std::to_string(waited.count()) + " ms, and another was taken",
            true});
}

provider_board::provider_board(breaker_settings settings, std::function<clock::time_point()> now)
    : settings_(settings), now_(std::move(now)) {}

void provider_board::observe(observer who) {
  auto made = std::make_shared<const observer>(std::move(who));
  const std::lock_guard lock{mutex_};
  observer_ = std::move(made);
}

std::shared_ptr<const provider_board::observer> provider_board::watching() const {
  const std::lock_guard lock{mutex_};
  return observer_;
}

breaker_state provider_board::state(size_t which) const {
  const std::lock_guard lock{mutex_};
  return endpoints_.at(which).gate.state(now_());
}

std::string provider_board::key(size_t which) const {
  const std::lock_guard lock{mutex_};
  return endpoints_.at(which).key;
}

void provider_board::probed_good(size_t which, std::chrono::milliseconds latency) {
  {
    const std::lock_guard lock{mutex_};
    endpoints_.at(which).gate.invite();
  }
  if (auto attempt = begin(which))
    attempt->good(latency);
}

size_t provider_board::add(const std::string& key, provider_limits limits) {
  const std::lock_guard lock{mutex_};
  for (size_t i = 0; i < endpoints_.size(); ++i)
    if (endpoints_[i].key == key)
      return i;
  endpoints_.push_back({key, limits, breaker{settings_, std::hash<std::string>{}(key)}});
  return endpoints_.size() - 1;
}

std::chrono::milliseconds provider_board::slow(size_t which) const {
  const std::lock_guard lock{mutex_};
  return endpoints_.at(which).limits.slow;
}

bool provider_board::usable(size_t which) const {
  const std::lock_guard lock{mutex_};
  const auto& one = endpoints_.at(which);
  return one.at_once < one.limits.at_once_max && one.gate.usable(now_());
}

std::optional<provider_board::attempt> provider_board::begin(size_t which) {
  std::optional<provider_transition> change;
  {
    const std::lock_guard lock{mutex_};
    auto& one = endpoints_.at(which);
    if (one.at_once >= one.limits.at_once_max || !one.gate.begin(now_()))
      return std::nullopt;
    ++one.at_once;
    one.retries.on_request(now_());
    change = note(one, "its time is over");
  }
  tell(change);
  return attempt{shared_from_this(), which};
}

bool provider_board::take_retry(size_t which) {
  const std::lock_guard lock{mutex_};
  return endpoints_.at(which).retries.take(now_());
}

void provider_board::on_good(size_t which, std::chrono::milliseconds latency) {
  std::optional<provider_transition> change;
  std::string key;
  {
    const std::lock_guard lock{mutex_};
    auto& one = endpoints_.at(which);
    const auto ms = static_cast<double>(latency.count());
    one.latency_ms = one.good == 0 ? ms : one.latency_ms + smoothing * (ms - one.latency_ms);
    ++one.good;
    one.last_error.clear();
    one.gate.good(now_(), latency >= one.limits.slow);
    change = note(one, latency >= one.limits.slow ? "too slow" : "probes are good");
    key = one.key;
  }
  if (const auto who = watching(); who->outcome)
    who->outcome(key, nullptr, latency);
  tell(change);
}

void provider_board::on_failed(size_t which, const failure& why) {
  std::optional<provider_transition> change;
  std::string key;
  {
    const std::lock_guard lock{mutex_};
    auto& one = endpoints_.at(which);
    ++one.failed;
    one.last_error = to_string(why);
    one.gate.failed(now_(), why);
    change = note(one, one.last_error);
    key = one.key;
  }
  if (const auto who = watching(); who->outcome)
    who->outcome(key, &why, {});
  tell(change);
}

void provider_board::on_leave(size_t which, bool settled) {
  const std::lock_guard lock{mutex_};
  auto& one = endpoints_.at(which);
  --one.at_once;
  if (!settled)
    one.gate.cancelled();
}

std::optional<provider_transition> provider_board::note(endpoint& one, const std::string& why) {
  const auto now = one.gate.state(now_());
  if (now == one.told)
    return std::nullopt;
  return provider_transition{one.key, std::exchange(one.told, now), now, why};
}

void provider_board::tell(const std::optional<provider_transition>& change) {
  if (!change)
    return;
  if (const auto who = watching(); who->changed)
    who->changed(*change);
}

std::vector<provider_status> provider_board::list() const {
  const std::lock_guard lock{mutex_};
  const auto now = now_();
  std::vector<provider_status> all;
  for (const auto& one : endpoints_) {
    provider_status status{one.key,
                           one.gate.state(now),
                           {},
                           one.at_once,
                           one.good,
                           one.failed,
                           std::chrono::milliseconds{static_cast<int64_t>(one.latency_ms)},
                           one.last_error};
    if (status.state == breaker_state::open)
      status.opens_in =
          std::chrono::duration_cast<std::chrono::milliseconds>(one.gate.opens_until() - now);
    all.push_back(std::move(status));
  }
  return all;
}

bool provider_board::by_hand(std::string_view name, bool trip) {
  std::vector<std::optional<provider_transition>> changes;
  bool any = false;
  {
    const std::lock_guard lock{mutex_};
    for (auto& one : endpoints_) {
      if (!is_named(one.key, name))
        continue;
      any = true;
      if (trip)
        one.gate.trip(now_());
      else
        one.gate.reset();
      changes.push_back(note(one, "by hand"));
    }
  }
  for (const auto& change : changes)
    tell(change);
  return any;
}

bool provider_board::trip(std::string_view name) {
  return by_hand(name, true);
}

bool provider_board::reset(std::string_view name) {
  return by_hand(name, false);
}

void provider_board::poll() {
  std::vector<std::optional<provider_transition>> changes;
  {
    const std::lock_guard lock{mutex_};
    for (auto& one : endpoints_)
      changes.push_back(note(one, "its time is over"));
  }
  for (const auto& change : changes)
    tell(change);
}

} // namespace trunkline
