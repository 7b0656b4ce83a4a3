#include "infra/net/http_pool.hpp"

#include "infra/net/http_exchange.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

namespace trunkline {

namespace {

using clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds warm_limit{2000};

std::string origin_of(const url_parts& url) {
  return url.scheme + "://" + where(url);
}

// The peer has neither closed nor said anything unasked. Over TLS session tickets may be waiting,
// so there only the end of the stream tells.
bool looks_alive(net_stream& stream) {
  char byte = 0;
  const auto got = ::recv(stream.socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  if (got > 0)
    return stream.secure();
  return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

} // namespace

struct http_pool::state : std::enable_shared_from_this<http_pool::state> {
  struct idle_stream {
    std::unique_ptr<net_stream> stream;
    clock::time_point since;
  };
  struct origin {
    std::vector<idle_stream> idle; ///< used last at the end
    std::shared_ptr<stream_opening> warming;
  };

  state(boost::asio::io_context& io, http_pool_settings settings)
      : io(io), settings(settings), sweep_timer(io) {}

  std::unique_ptr<net_stream> take(const url_parts& url) {
    auto& idle = origins[origin_of(url)].idle;
    while (!idle.empty()) {
      auto last = std::move(idle.back().stream);
      idle.pop_back();
      if (looks_alive(*last))
        return last;
    }
    return nullptr;
  }

  void give_back(const url_parts& url, std::unique_ptr<net_stream> stream) {
    auto& idle = origins[origin_of(url)].idle;
    if (closed || idle.size() >= settings.idle_max)
      return;
    idle.push_back({std::move(stream), clock::now()});
    if (!std::exchange(sweeping, true))
      sweep_later();
  }

  void warm(const url_parts& url) {
    auto& to = origins[origin_of(url)];
    if (closed || !to.idle.empty() || to.warming)
      return;
    to.warming =
        stream_opening::start(io, url, warm_limit, [weak = weak_from_this(), url](auto opened) {
          const auto self = weak.lock();
          if (!self)
            return;
          self->origins[origin_of(url)].warming.reset();
          if (opened)
            self->give_back(url, std::move(*opened));
        });
  }

  void sweep_later() {
    sweep_timer.expires_after(settings.idle_timeout / 4);
    sweep_timer.async_wait([weak = weak_from_this()](boost::system::error_code error) {
      const auto self = weak.lock();
      if (self && !error)
        self->sweep();
    });
  }

  void sweep() {
    const auto limit = clock::now() - settings.idle_timeout;
    bool any = false;
    for (auto& [_, one] : origins) {
      std::erase_if(one.idle, [&](const idle_stream& idle) { return idle.since <= limit; });
      any = any || !one.idle.empty();
    }
    sweeping = any;
    if (any)
      sweep_later();
  }

  void close() {
    closed = true;
    sweep_timer.cancel();
    for (auto& [_, one] : origins)
      if (one.warming)
        one.warming->cancel();
    origins.clear();
  }

  boost::asio::io_context& io;
  const http_pool_settings settings;
  net_timer sweep_timer;
  std::map<std::string, origin> origins;
  bool sweeping = false, closed = false;
};

http_pool::http_pool(boost::asio::io_context& io, http_pool_settings settings)
    : state_(std::make_shared<state>(io, settings)) {}

http_pool::~http_pool() {
  state_->close();
}

std::unique_ptr<http_call> http_pool::start(client_request request, http_handler& handler) {
  return start_exchange(
      state_->io, std::move(request), handler,
      {[state = state_](const url_parts& url) { return state->take(url); },
       [state = state_](const url_parts& url, std::unique_ptr<net_stream> stream) {
         state->give_back(url, std::move(stream));
       }});
}

void http_pool::warm(const std::string& url) {
  if (const auto parts = parse_url(url))
    state_->warm(*parts);
}

size_t http_pool::idle(const std::string& url) const {
  const auto parts = parse_url(url);
  const auto found = parts ? state_->origins.find(origin_of(*parts)) : state_->origins.end();
  return found == state_->origins.end() ? 0 : found->second.idle.size();
}

} // namespace trunkline
