#pragma once

#include "bench/providers/stand_in_server.hpp"
#include "infra/net/client_loop.hpp"
#include "schema/failure.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace trunkline::testing {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

/// A stand-in whose answers are the test's own.
class scripted_service : public stand_in_service {
public:
  using answerer = std::function<stand_in_answer(const http_request&)>;
  using opener = std::function<std::unique_ptr<stand_in_socket>(const http_request&)>;

  explicit scripted_service(answerer answers, opener opens = {})
      : answers_(std::move(answers)), opens_(std::move(opens)) {}
  std::string name() const override { return "scripted"; }
  stand_in_answer answer(const http_request& request) override { return answers_(request); }
  stand_in_answer refusal(unsigned status) const override { return {.status = status}; }
  std::unique_ptr<stand_in_socket> open(const http_request& head) override {
    return opens_ ? opens_(head) : nullptr;
  }

private:
  const answerer answers_;
  const opener opens_;
};

inline stand_in_answer error_answer(unsigned status, std::string body,
                                    std::vector<std::pair<std::string, std::string>> headers = {}) {
  return {status, "application/json", std::move(headers), {{0ms, std::move(body)}}};
}

/// A stand-in and the client's side on one loop that the test drives: no threads, no sleeping.
class provider_bench {
public:
  static constexpr milliseconds limit{6000}; ///< of every wait

  stand_in_server& serve(std::unique_ptr<stand_in_service> service, stand_in_options options = {}) {
    auto started = stand_in_server::start(io, std::move(service), std::move(options));
    if (!started)
      throw std::runtime_error(to_string(started.error()));
    server = std::move(*started);
    return *server;
  }

  void meet(const std::string& fault) {
    const auto plan = parse_fault(fault);
    if (!plan)
      throw std::runtime_error(to_string(plan.error()));
    server->set_fault(*plan);
    io.restart();
    io.poll(); // a server that refuses has stopped to listen
  }

  /// False when it does not come true in time.
  bool run_until(const std::function<bool()>& condition, milliseconds within = limit) {
    const auto end = std::chrono::steady_clock::now() + within;
    while (!condition()) {
      const auto left = end - std::chrono::steady_clock::now();
      if (left.count() <= 0)
        return false;
      io.restart();
      io.run_one_for(left);
    }
    return true;
  }
  void run_for(milliseconds time) {
    run_until([] { return false; }, time);
  }

  boost::asio::io_context io{1};
  client_loop loop{io};
  std::unique_ptr<stand_in_server> server;
};

/// What a fault comes to. Without a kind: it cannot be told from a good answer.
struct fault_outcome {
  const char* fault;
  std::optional<failure_kind> kind;

  friend void PrintTo(const fault_outcome& one, std::ostream* to) { *to << one.fault; }
};

inline std::string test_name(const std::string& text) {
  std::string name;
  for (const char c : text)
    name += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  return name;
}

} // namespace trunkline::testing
