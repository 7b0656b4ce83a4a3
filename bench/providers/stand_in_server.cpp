#include "bench/providers/stand_in_server.hpp"

#include "bench/providers/fault_draw.hpp"
#include "bench/providers/stand_in_connection.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>

#include <utility>

namespace trunkline {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = asio::ip::tcp;

class shared_core : public stand_in_core {
public:
  shared_core(std::unique_ptr<stand_in_service> service, const stand_in_options& options)
      : service_(std::move(service)), on_fault_(options.on_fault), draw_(options.seed) {}

  stand_in_service& service() override { return *service_; }

  met_fault next_fault(bool socket) override {
    const std::lock_guard lock{mutex_};
    const auto stream = ++(socket ? counts_.sockets : counts_.requests);
    if (fault_.kind == fault_kind::none || is_spent() || !draw_.next())
      return {{}, socket, stream};
    ++counts_.faults;
    ++befallen_;
    return {fault_, socket, stream};
  }
  void injected(const met_fault& fault) override {
    if (on_fault_)
      on_fault_({service_->name(), fault.socket, fault.stream, fault});
  }
  // Only what befalls a whole service reaches sockets that were opened before it.
  fault_plan present_fault() const override {
    const std::lock_guard lock{mutex_};
    return fault_.share >= 1 && !is_spent() ? fault_ : fault_plan{};
  }
  void befell_open_socket() override {
    const std::lock_guard lock{mutex_};
    ++counts_.faults;
    ++befallen_;
  }

  void leaves(std::chrono::steady_clock::time_point due) override {
    const auto late = std::chrono::steady_clock::now() - due;
    const std::lock_guard lock{mutex_};
    late_.add(late);
  }

  void set_fault(fault_plan plan) {
    const std::lock_guard lock{mutex_};
    fault_ = plan;
    draw_.start(plan.share);
    befallen_ = 0;
  }
  void connected() {
    const std::lock_guard lock{mutex_};
    ++counts_.connections;
  }
  stand_in_counts counts() const {
    const std::lock_guard lock{mutex_};
    return counts_;
  }
  lateness late() const {
    const std::lock_guard lock{mutex_};
    return late_;
  }

private:
  bool is_spent() const { return fault_.times > 0 && befallen_ >= fault_.times; }

  const std::unique_ptr<stand_in_service> service_;
  const fault_watch on_fault_;
  mutable std::mutex mutex_;
  fault_draw draw_;
  fault_plan fault_;
  unsigned befallen_ = 0; ///< by the present fault
  stand_in_counts counts_;
  lateness late_;
};

class listening : public stand_in_server {
public:
  listening(asio::io_context& io, std::unique_ptr<stand_in_service> service,
            const stand_in_options& options)
      : io_(io), core_(std::make_shared<shared_core>(std::move(service), options)),
        acceptor_(std::make_shared<tcp::acceptor>(io)), endpoint_(loopback(options.port)) {}

  ~listening() override {
    error_code ignored;
    acceptor_->close(ignored);
    for (const auto& one : connections_)
      if (const auto open = one.lock())
        open->cut();
  }

  result<void> open(const stand_in_options& options) {
    if (!options.certificate_file.empty()) {
      try {
        tls_ = server_tls(options.certificate_file, options.key_file);
      } catch (const boost::system::system_error& problem) {
        return failure{failure_kind::unavailable, problem.what(), false};
      }
    }
    return listen();
  }

  std::string base_url() const override {
    return (tls_ ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(endpoint_.port());
  }

  void set_fault(fault_plan plan) override {
    core_->set_fault(plan);
    const bool refuse = plan.kind == fault_kind::refuse;
    asio::post(io_, [this, refuse] { refuse ? stop_listening() : (void)listen(); });
  }

  stand_in_counts counts() const override { return core_->counts(); }
  lateness late() const override { return core_->late(); }
  stand_in_service& service() override { return core_->service(); }

private:
  static tcp::endpoint loopback(uint16_t port) { return {asio::ip::address_v4::loopback(), port}; }

  result<void> listen() {
    if (acceptor_->is_open())
      return {};
    error_code error;
    acceptor_->open(endpoint_.protocol(), error);
    acceptor_->set_option(tcp::acceptor::reuse_address(true), error);
    acceptor_->bind(endpoint_, error);
    if (!error)
      acceptor_->listen(asio::socket_base::max_listen_connections, error);
    if (error)
      return failure{failure_kind::unavailable,
                     "127.0.0.1:" + std::to_string(endpoint_.port()) + ": " + error.message(),
                     false};
    endpoint_ = acceptor_->local_endpoint(error);
    accept();
    return {};
  }

  // Nobody listens, and nobody was ever there: open connections end as well.
  void stop_listening() {
    error_code ignored;
    acceptor_->close(ignored);
    for (const auto& one : std::exchange(connections_, {}))
      if (const auto open = one.lock())
        open->cut();
  }

  void accept() {
    auto socket = std::make_shared<tcp_socket>(io_);
    acceptor_->async_accept(*socket, [this, keep = acceptor_, socket](const error_code& error) {
      if (error)
        return;
      core_->connected();
      auto connection = std::make_shared<stand_in_connection>(
          core_, std::make_unique<net_stream>(std::move(*socket)), tls_.get());
      std::erase_if(connections_, [](const auto& one) { return one.expired(); });
      connections_.push_back(connection);
      connection->start();
      accept();
    });
  }

  asio::io_context& io_;
  const std::shared_ptr<shared_core> core_;
  std::unique_ptr<asio::ssl::context> tls_;
  std::shared_ptr<tcp::acceptor> acceptor_;
  tcp::endpoint endpoint_;
  std::vector<std::weak_ptr<stand_in_connection>> connections_;
};

} // namespace

result<std::unique_ptr<stand_in_server>>
stand_in_server::start(asio::io_context& io, std::unique_ptr<stand_in_service> service,
                       stand_in_options options) {
  auto server = std::make_unique<listening>(io, std::move(service), options);
  if (auto opened = server->open(options); !opened)
    return opened.error();
  return std::unique_ptr<stand_in_server>{std::move(server)};
}

} // namespace trunkline
