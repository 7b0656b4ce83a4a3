#include "infra/net/http_server.hpp"
#include "infra/log/log.hpp"

#include "infra/net/http_connection.hpp"
#include "infra/net/server_core.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/post.hpp>

#include <atomic>

namespace trunkline {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = asio::ip::tcp;
using reuse_port = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;
using namespace std::chrono_literals;

constexpr auto accept_pause = 100ms; // after an error such as "too many open files"

std::string address_of(const tcp::endpoint& peer) {
  auto address = peer.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  return address.to_string();
}

// Accepts on one shard. Pending operations keep it alive; it lives on the shard's thread after
// start().
class acceptor : public std::enable_shared_from_this<acceptor> {
public:
  acceptor(std::shared_ptr<server_core> core, size_t shard)
      : core_(std::move(core)), shard_(shard), listener_(core_->io(shard)),
        pause_(core_->io(shard)) {}

  void listen(const tcp::endpoint& where) {
    listener_.open(where.protocol());
    listener_.set_option(tcp::acceptor::reuse_address(true));
    listener_.set_option(reuse_port(true));
    listener_.bind(where);
    listener_.listen(asio::socket_base::max_listen_connections);
  }

  uint16_t port() const { return listener_.local_endpoint().port(); }

  void accept() {
    listener_.async_accept([self = shared_from_this()](const error_code& error, tcp_socket socket) {
      if (!self->listener_.is_open())
        return;
      if (error)
        self->wait(error);
      else {
        self->serve(std::move(socket));
        self->accept();
      }
    });
  }

  void close() {
    error_code ignored;
    listener_.close(ignored);
    pause_.cancel();
  }

private:
  void serve(tcp_socket socket) {
    error_code gone;
    const auto address = address_of(socket.remote_endpoint(gone));
    if (gone)
      return;
    // Over a limit: closed without a word, the cheapest answer to a flood.
    if (auto ticket = core_->admit(address))
      serve_http(core_, shard_, std::move(socket), address, std::move(ticket));
    else
      log_event(log_level::warn, "http.connection_refused", {{"open", core_->open_connections()}});
  }

  void wait(const error_code& error) {
    if (error == asio::error::operation_aborted || error == asio::error::connection_aborted) {
      accept();
      return;
    }
    log_event(log_level::error, "http.accept_failed", {{"error", error.message()}});
    pause_.expires_after(accept_pause);
    pause_.async_wait([self = shared_from_this()](const error_code&) {
      if (self->listener_.is_open())
        self->accept();
    });
  }

  const std::shared_ptr<server_core> core_;
  const size_t shard_;
  asio::basic_socket_acceptor<tcp, io_executor> listener_;
  net_timer pause_;
};

class listening_server : public http_server {
public:
  listening_server(std::shared_ptr<server_core> core, std::vector<std::shared_ptr<acceptor>> doors)
      : core_(std::move(core)), doors_(std::move(doors)), port_(doors_.front()->port()) {}
  listening_server(const listening_server&) = delete;
  listening_server& operator=(const listening_server&) = delete;

  // The shards no longer run, or this is the only thread: what is still open lets go of the
  // application here, because its handlers might hold sockets that hold them.
  ~listening_server() override {
    for (const auto& door : doors_)
      door->close();
    for (size_t i = 0; i < core_->shard_count(); ++i)
      core_->for_each(i, [](connection& one) { one.abandon(); });
  }

  uint16_t port() const override { return port_; }

  void stop_accepting() override {
    core_->stop_accepting();
    for (size_t i = 0; i < doors_.size(); ++i)
      asio::post(core_->io(i), [core = core_, door = doors_[i], i] {
        door->close();
        core->for_each(i, [](connection& one) { one.stop_when_idle(); });
      });
  }

  void close_all() override {
    stop_accepting();
    for (size_t i = 0; i < doors_.size(); ++i)
      asio::post(core_->io(i),
                 [core = core_, i] { core->for_each(i, [](connection& one) { one.cut(); }); });
  }

  size_t open_connections() const override { return core_->open_connections(); }

private:
  const std::shared_ptr<server_core> core_;
  const std::vector<std::shared_ptr<acceptor>> doors_;
  const uint16_t port_;
};

std::string where_text(const tcp::endpoint& where) {
  const auto address = where.address().to_string();
  return (where.address().is_v6() ? "[" + address + "]" : address) + ":" +
         std::to_string(where.port());
}

// With SO_REUSEPORT a second process of the same user would share the port silently, so the port
// is first bound without it.
void probe(asio::io_context& io, const tcp::endpoint& where) {
  tcp::acceptor first{io};
  first.open(where.protocol());
  first.set_option(tcp::acceptor::reuse_address(true));
  first.bind(where);
  first.listen(1);
}

} // namespace

result<std::unique_ptr<http_server>> http_server::start(std::vector<asio::io_context*> shards,
                                                        http_server_options options,
                                                        http_application& application) {
  error_code bad_address;
  tcp::endpoint where{asio::ip::make_address(options.address, bad_address), options.port};
  if (bad_address || shards.empty())
    return failure{failure_kind::bad_input,
                   "cannot listen on \"" + options.address + "\": give an IPv4 or IPv6 address"};
  const auto certificate = options.certificate_file, key = options.key_file;
  auto core = std::make_shared<server_core>(shards, std::move(options), application);
  if (!certificate.empty() || !key.empty()) {
    try {
      core->use_tls(server_tls(certificate, key));
    } catch (const boost::system::system_error& problem) {
      return failure{failure_kind::unavailable, "cannot use certificate " + certificate +
                                                    " with key " + key + ": " +
                                                    problem.code().message()};
    }
  }
  std::vector<std::shared_ptr<acceptor>> doors;
  try {
    probe(*shards.front(), where);
    for (size_t i = 0; i < shards.size(); ++i) {
      doors.push_back(std::make_shared<acceptor>(core, i));
      doors.back()->listen(where);
      where.port(doors.back()->port());
    }
  } catch (const boost::system::system_error& problem) {
    if (problem.code() == asio::error::address_in_use)
      return failure{failure_kind::unavailable,
                     where_text(where) +
                         " is in use: stop the other program or choose another port"};
    return failure{failure_kind::unavailable,
                   "cannot listen on " + where_text(where) + ": " + problem.code().message()};
  }
  for (const auto& door : doors)
    asio::post(core->io(static_cast<size_t>(&door - doors.data())), [door] { door->accept(); });
  return std::unique_ptr<http_server>{std::make_unique<listening_server>(core, std::move(doors))};
}

} // namespace trunkline
