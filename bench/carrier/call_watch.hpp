#pragma once

#include "infra/net/net_stream.hpp"
#include "schema/failure.hpp"
#include "schema/records.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace trunkline {

/// A call as the engine's admin API shows it.
struct watched_call {
  std::string state; ///< live | ended
  std::string outcome, end_reason;
  std::vector<turn_record> turns; ///< without tools
};

/// Parses GET /api/v1/calls/{call_sid}. What is missing stays empty; not an object: bad_input.
result<watched_call> parse_call_view(std::string_view json);

/// Asks the admin API about one call, again and again, while anybody holds it started. On one
/// io_context's thread.
class call_watch : public std::enable_shared_from_this<call_watch> {
public:
  /// `on_view` with when it was asked for; a failed look is skipped.
  using view_handler =
      std::function<void(std::chrono::steady_clock::time_point, const watched_call&)>;

  call_watch(boost::asio::io_context& io, const std::string& admin_url, const std::string& call_sid,
             std::chrono::milliseconds interval, view_handler on_view);
  void start();
  /// No view after this; idempotent.
  void stop();
  unsigned failures() const { return failures_; }

private:
  void look();

  boost::asio::io_context& io_;
  const std::string url_;
  const std::chrono::milliseconds interval_;
  view_handler on_view_;
  net_timer timer_;
  unsigned failures_ = 0;
  bool stopped_ = false;
};

} // namespace trunkline
