#pragma once

#include "actors/providers/breaker.hpp"
#include "schema/failure.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace trunkline {

/// What one provider endpoint may take.
struct provider_limits {
  size_t at_once_max = 1000;            ///< requests (recognisers: sessions) at the same time
  std::chrono::milliseconds slow{2500}; ///< a first answer later than this counts against it
};

/// An endpoint as operators see it.
struct provider_status {
  std::string key; ///< "llm:openai"
  breaker_state state = breaker_state::closed;
  std::chrono::milliseconds opens_in{0}; ///< open: until it is tried again
  size_t at_once = 0;
  uint64_t good = 0, failed = 0;
  std::chrono::milliseconds latency{0}; ///< smoothed
  std::string last_error;               ///< since it was last good
};

/// A breaker changed its state.
struct provider_transition {
  std::string key;
  breaker_state from, to;
  std::string why; ///< the failure that opened it; "probe", "by hand" otherwise
};

/// The health of every provider endpoint, shared by all calls: a breaker each, how many requests
/// are under way, and the latency. So a failure that one call had is known to the next before its
/// greeting. Thread safe; nothing here waits. Kept in a shared_ptr.
class provider_board : public std::enable_shared_from_this<provider_board> {
public:
  using clock = std::chrono::steady_clock;

  /// One request under way; gives its place back when destroyed. Without an outcome it counts as
  /// cancelled. Used by one thread at a time.
  class attempt {
  public:
    attempt(std::shared_ptr<provider_board> board, size_t endpoint);
    attempt(attempt&& other) noexcept;
    attempt& operator=(attempt&&) = delete;
    ~attempt();
    /// The first outcome closes the probe; further ones (of a long session) count as well.
    void good(std::chrono::milliseconds latency);
    void failed(const failure& why);
    /// Nobody waits for its first answer any more: a failure when it was late already.
    void left(std::chrono::milliseconds waited);

  private:
    std::shared_ptr<provider_board> board_;
    size_t endpoint_;
    bool settled_ = false;
  };

  struct observer {
    std::function<void(const provider_transition&)> changed;
    std::function<void(std::string_view key, const failure*, std::chrono::milliseconds)> outcome;
  };

  /// `now` for tests. `settings` of all breakers.
  explicit provider_board(breaker_settings settings = {},
                          std::function<clock::time_point()> now = clock::now);
  /// Called on whatever thread makes the change, with the board not locked.
  void observe(observer who);

  /// The endpoint's number; the same one for the same key.
  size_t add(const std::string& key, provider_limits limits);
  /// A request would be let through: the breaker allows it and there is room.
  bool usable(size_t endpoint) const;
  /// Nothing when it may not be asked now: `overloaded` or `unavailable` for whoever asked.
  std::optional<attempt> begin(size_t endpoint);
  /// The same request again to any endpoint of that key: within its retry budget.
  bool take_retry(size_t endpoint);

  std::vector<provider_status> list() const;
  /// Every endpoint whose key is `name` or ends in ":name". False: none is.
  bool trip(std::string_view name);
  bool reset(std::string_view name);
  breaker_state state(size_t endpoint) const;
  std::string key(size_t endpoint) const;
  /// A request off any call was answered: an open breaker lets requests in again, and the answer
  /// counts.
  void probed_good(size_t endpoint, std::chrono::milliseconds latency);
  /// Tells of breakers whose open time has passed; to be called about once a second.
  void poll();

private:
  struct endpoint {
    std::string key;
    provider_limits limits;
    breaker gate;
    retry_budget retries{};
    breaker_state told = breaker_state::closed;
    size_t at_once = 0;
    uint64_t good = 0, failed = 0;
    double latency_ms = 0;
    std::string last_error{};
  };

  std::chrono::milliseconds slow(size_t which) const;
  void on_good(size_t which, std::chrono::milliseconds latency);
  void on_failed(size_t which, const failure& why);
  void on_leave(size_t which, bool settled);
  /// Notes a transition, if there is one, for telling after the lock is gone.
  std::optional<provider_transition> note(endpoint& one, const std::string& why);
  void tell(const std::optional<provider_transition>& change);
  bool by_hand(std::string_view name, bool trip);

  const breaker_settings settings_;
  const std::function<clock::time_point()> now_;
  std::shared_ptr<const observer> watching() const;

  mutable std::mutex mutex_;
  std::shared_ptr<const observer> observer_ = std::make_shared<observer>();
  std::vector<endpoint> endpoints_;
};

} // namespace trunkline
