#include "tests/support/engine_pair.hpp"

#include "tests/support/carrier_peer.hpp"

#include <nlohmann/json.hpp>

#include <gtest/gtest.h>

namespace trunkline::testing {

namespace {

// As docs/operations.md has it, but "first": the server of the lowest number that is up takes all.
constexpr const char* balancer_text = R"(
global
  log stderr format raw local0 info
defaults
  mode http
  log global
  timeout connect 1s
  timeout client 60s
  timeout server 15s
  timeout tunnel 1h
  retries 3
  retry-on conn-failure empty-response
  option redispatch 1
frontend carrier
  bind 127.0.0.1:%PORT%
  use_backend first_engine if { path_beg /first/ }
  use_backend second_engine if { path_beg /second/ }
  default_backend engines
backend engines
  balance first
  option forwardfor
  option http-buffer-request
  stick-table type string len 40 size 1m expire 4h
  stick on req.body_param(CallSid)
  option httpchk GET /ready
  default-server check inter 100ms fall 1 rise 1
  server first 127.0.0.1:%FIRST% id 1
  server second 127.0.0.1:%SECOND% id 2
backend first_engine
  http-request replace-path /first(/.*) \1
  server first 127.0.0.1:%FIRST%
backend second_engine
  http-request replace-path /second(/.*) \1
  server second 127.0.0.1:%SECOND%
)";

void replace_all(std::string& text, const std::string& what, const std::string& with) {
  for (auto at = text.find(what); at != text.npos; at = text.find(what))
    text.replace(at, what.size(), with);
}

} // namespace

engine_pair::engine_pair() {
  start(engines_[0], "first");
  start(engines_[1], "second");
  for (auto& one : engines_) {
    const auto line = one.process->wait_for_line("\"engine.ready\"");
    if (!line)
      throw std::runtime_error("an engine did not start: " + one.process->errors());
    one.admin = nlohmann::json::parse(*line, nullptr, false).value("admin", "");
  }
  start_balancer();
}

void engine_pair::start(engine& which, const std::string& name) {
  which.process.emplace(
      std::vector<std::string>{binary().string(), "serve"},
      std::map<std::string, std::string>{
          {"TRUNKLINE_STATE_DIR", (dir_.path() / name).string()},
          {"TRUNKLINE_SERVER_LISTEN", "127.0.0.1:" + std::to_string(which.port.number())},
          {"TRUNKLINE_SERVER_ADMIN_LISTEN", "127.0.0.1:0"},
          {"TRUNKLINE_SERVER_TRUSTED_PROXIES", "127.0.0.1"},
          {"BASE_URL", url()},
          {"STREAM_URL", url() + "/" + name},
          {"DATABASE_URL", database_.url().text},
          {"TWILIO_AUTH_TOKEN", token}});
}

void engine_pair::start_balancer() {
  std::string text = balancer_text;
  replace_all(text, "%PORT%", std::to_string(port_.number()));
  replace_all(text, "%FIRST%", std::to_string(engines_[0].port.number()));
  replace_all(text, "%SECOND%", std::to_string(engines_[1].port.number()));
  const auto file = dir_.path() / "haproxy.cfg";
  write_file(file, text);
  balancer_.emplace(std::vector<std::string>{"haproxy", "-db", "-f", file.string()});
  carrier_peer probe;
  for (const auto until = std::chrono::steady_clock::now() + 10s;;) {
    client_request asked;
    asked.url = url() + "/healthz";
    if (probe.fetch(std::move(asked)).status == 200)
      return;
    if (std::chrono::steady_clock::now() > until)
      throw std::runtime_error("HAProxy did not start: " + balancer_->errors());
    probe.wait([] { return false; }, 20ms);
  }
}

std::string engine_pair::url() const {
  return "http://127.0.0.1:" + std::to_string(port_.number());
}

} // namespace trunkline::testing
