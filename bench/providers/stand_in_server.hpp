#pragma once

#include "bench/carrier/lateness.hpp"
#include "bench/providers/fault_log.hpp"
#include "infra/net/http.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace trunkline {

/// A piece of an answer and how long after the one before it leaves.
struct timed_bytes {
  std::chrono::milliseconds after{0};
  std::string bytes;
};

/// What a stand-in answers to a request.
struct stand_in_answer {
  unsigned status = 200;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers{};
  std::vector<timed_bytes> body{};
};

/// The service's side of one WebSocket. Lives on the server's loop.
class stand_in_socket {
public:
  virtual ~stand_in_socket() = default;
  /// Given before the first message.
  struct out {
    std::function<void(std::chrono::milliseconds after, std::string bytes, bool binary)> send;
    std::function<void(uint16_t code, std::string reason)> close;
  };
  void connect(out to) { out_ = std::move(to); }
  virtual void on_open() {}
  virtual void on_message(std::string_view bytes, bool binary) = 0;

protected:
  out out_;
};

/// A stand-in of one outside service: speaks its protocol, the server's half.
class stand_in_service {
public:
  virtual ~stand_in_service() = default;
  virtual std::string name() const = 0;
  virtual stand_in_answer answer(const http_request& request) = 0;
  /// The vendor's own words for an error.
  virtual stand_in_answer refusal(unsigned status) const = 0;
  /// Null: no sockets at that path.
  virtual std::unique_ptr<stand_in_socket> open(const http_request&) { return nullptr; }
};

struct stand_in_options {
  uint16_t port = 0;              ///< 0: any free one
  std::string certificate_file{}; ///< PEM; with key_file: TLS
  std::string key_file{};
  uint64_t seed = 1;      ///< of who meets a fault
  fault_watch on_fault{}; ///< told of each fault on the io_context's thread
};

struct stand_in_counts {
  unsigned connections = 0, requests = 0, sockets = 0;
  unsigned faults = 0; ///< requests and sockets that met one
};

/// Serves one stand-in over real sockets on loopback, keep-alive, and makes the fault it is told
/// to. On the io_context's thread, except the members that say otherwise.
class stand_in_server {
public:
  static result<std::unique_ptr<stand_in_server>> start(boost::asio::io_context& io,
                                                        std::unique_ptr<stand_in_service> service,
                                                        stand_in_options options = {});
  /// When the loop has ended, or on its thread.
  virtual ~stand_in_server() = default;

  /// "http://127.0.0.1:PORT", or https.
  virtual std::string base_url() const = 0;
  /// For requests that come from now on; sockets that are open meet it as well. Thread safe.
  virtual void set_fault(fault_plan plan) = 0;
  /// Thread safe.
  virtual stand_in_counts counts() const = 0;
  /// How late its answers and sound left, after the time that its latencies give them. Thread safe.
  virtual lateness late() const = 0;
  virtual stand_in_service& service() = 0;
};

} // namespace trunkline
