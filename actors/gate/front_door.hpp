#pragma once

#include "actors/actor_slot.hpp"
#include "actors/gate/rate_limiter.hpp"
#include "actors/gate/twiml_answers.hpp"
#include "actors/interfaces.hpp"
#include "infra/metrics/engine_metrics.hpp"
#include "infra/net/http_server.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace trunkline {

struct front_door_setup {
  public_urls urls;
  std::vector<std::string> tokens; ///< the carrier's auth tokens that sign; at least one
  std::string account_sid;         ///< empty: any
  unsigned webhooks_per_second_per_address = 200;
  std::chrono::milliseconds stream_start_timeout{10000};
  std::shared_ptr<actor_slot<gate_actor>> gate;
  std::shared_ptr<actor_slot<calls_actor>> calls;
  std::shared_ptr<engine_metrics> metrics;
  std::vector<boost::asio::io_context*> loops;
  std::function<bool(std::string& why)> ready;
};

/// The public listener: verifies webhooks and stream handshakes against the configured public URL,
/// then hands them to the gate. Runs on every shard.
class front_door : public http_application {
public:
  explicit front_door(front_door_setup setup);

  /// The public address; until it is known every request is answered 503.
  void set_urls(const public_urls& urls);

  void on_request(http_request request, http_respond respond) override;
  upgrade_decision on_upgrade(const http_request& head) override;
  std::shared_ptr<web_socket_handler> on_open(http_request head,
                                              std::shared_ptr<web_socket> socket) override;

private:
  struct webhook_path {
    webhook::kind what = webhook::kind::incoming;
    std::string_view channel{};
  };
  static std::optional<webhook_path> webhook_of(const http_request& request);
  void on_webhook(webhook_path path, http_request request, http_respond respond);

  front_door_setup setup_;
  std::atomic<bool> open_{false};
  std::mutex limits_mutex_;
  keyed_rate_limiter per_address_;
  std::atomic<uint64_t> serial_{0};
};

/// The shard a socket's path names ("/voice/stream/1" or ".../conversation-relay/1"), or nothing
/// when the path is another. A bare "/voice/stream" names none: `here`.
std::optional<size_t> stream_shard(std::string_view path, size_t here, size_t shards);

} // namespace trunkline
