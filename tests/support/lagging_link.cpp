#include "tests/support/lagging_link.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <string>
#include <utility>

namespace trunkline::testing {

using boost::asio::ip::tcp;

/// One direction of a connection. Whichever ends first closes both.
struct lagging_link::pipe : std::enable_shared_from_this<pipe> {
  using sockets = std::shared_ptr<std::pair<tcp::socket, tcp::socket>>;
  pipe(sockets both, bool to_server, const std::atomic<std::chrono::milliseconds>& lag)
      : both(std::move(both)), from(to_server ? this->both->first : this->both->second),
        to(to_server ? this->both->second : this->both->first), lag(lag),
        timer(from.get_executor()) {}

  void run() {
    from.async_read_some(boost::asio::buffer(piece),
                         [self = shared_from_this()](boost::system::error_code error, size_t size) {
                           if (error)
                             self->end();
                           else
                             self->wait(size);
                         });
  }
  void wait(size_t size) {
    timer.expires_after(lag.load());
    timer.async_wait([self = shared_from_this(), size](boost::system::error_code) {
      boost::asio::async_write(self->to, boost::asio::buffer(self->piece.data(), size),
                               [self](boost::system::error_code error, size_t) {
                                 if (error)
                                   self->end();
                                 else
                                   self->run();
                               });
    });
  }
  void end() const {
    boost::system::error_code ignored;
    both->first.close(ignored);
    both->second.close(ignored);
  }

  sockets both;
  tcp::socket &from, &to;
  const std::atomic<std::chrono::milliseconds>& lag;
  boost::asio::steady_timer timer;
  std::array<char, 16384> piece{};
};

namespace {
const std::atomic<std::chrono::milliseconds> no_lag{std::chrono::milliseconds{0}};
} // namespace

lagging_link::lagging_link(uint16_t server_port)
    : acceptor_(io_, {boost::asio::ip::address_v4::loopback(), 0}),
      server_(boost::asio::ip::address_v4::loopback(), server_port) {
  accept();
  thread_ = std::thread{[this] { io_.run(); }};
}

lagging_link::~lagging_link() {
  io_.stop();
  thread_.join();
}

void lagging_link::accept() {
  acceptor_.async_accept([this](boost::system::error_code error, tcp::socket client) {
    if (error)
      return;
    auto both =
        std::make_shared<std::pair<tcp::socket, tcp::socket>>(std::move(client), tcp::socket{io_});
    both->second.async_connect(server_, [this, both](boost::system::error_code refused) {
      if (refused)
        return; // the client's socket goes as well
      std::make_shared<pipe>(both, true, lag_)->run();
      std::make_shared<pipe>(both, false, no_lag)->run();
    });
    accept();
  });
}

} // namespace trunkline::testing
