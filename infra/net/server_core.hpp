#pragma once

#include "infra/net/connection.hpp"
#include "infra/net/http_server.hpp"
#include "infra/net/net_stream.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace trunkline {

/// What all connections of one listening port share: options, the application, counts, and per
/// shard the list of connections (each list is touched on its shard's thread only).
class server_core : public std::enable_shared_from_this<server_core> {
public:
  server_core(std::vector<boost::asio::io_context*> shards, http_server_options options,
              http_application& application);

  const http_limits& limits() const { return options_.limits; }
  http_application& application() { return application_; }
  boost::asio::ssl::context* tls() { return tls_.get(); }
  void use_tls(std::unique_ptr<boost::asio::ssl::context> tls) { tls_ = std::move(tls); }
  boost::asio::io_context& io(size_t shard) { return *shards_[shard].io; }
  size_t shard_count() const { return shards_.size(); }

  bool accepting() const { return accepting_; }
  void stop_accepting() { accepting_ = false; }
  bool trusts(const std::string& address) const;
  /// The peer, or who a trusted proxy says it speaks for.
  std::string client_address(const std::string& peer, std::string_view forwarded_for) const;

  /// Null: over connections_max or the address's share.
  std::shared_ptr<connection_ticket> admit(const std::string& address);
  size_t open_connections() const { return open_; }

  /// On the shard's thread.
  void add(size_t shard, const std::shared_ptr<connection>& what);
  void for_each(size_t shard, const std::function<void(connection&)>& action);

private:
  friend class counted_ticket;
  struct shard {
    boost::asio::io_context* io;
    std::vector<std::weak_ptr<connection>> connections;
    size_t sweep_at = 64; // size at which the dead ones are dropped
  };

  bool count_unsigned(const std::string& address);
  void uncount_unsigned(const std::string& address);

  std::vector<shard> shards_;
  const http_server_options options_;
  http_application& application_;
  std::unique_ptr<boost::asio::ssl::context> tls_;
  std::atomic<bool> accepting_{true};
  std::atomic<size_t> open_{0};
  std::mutex mutex_;
  std::unordered_map<std::string, size_t> unsigned_; // connections by address
};

} // namespace trunkline
