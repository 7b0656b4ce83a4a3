#pragma once

#include "infra/net/http_pool.hpp"

namespace trunkline {

/// The client's side of one network thread: its loop and the connections that are kept there. A
/// call's provider sessions live on the loop of its home shard.
struct client_loop {
  explicit client_loop(boost::asio::io_context& loop) : io(loop), pool(loop) {}

  boost::asio::io_context& io;
  http_pool pool;
};

} // namespace trunkline
