#include "actors/engine/serve.hpp"

#include "actors/engine/engine.hpp"
#include "actors/engine/provider_factory.hpp"
#include "infra/cli/command_line.hpp"
#include "infra/config/assistant_config.hpp"
#include "infra/config/state_dir.hpp"
#include "infra/log/log.hpp"
#include "infra/net/descriptors.hpp"
#include "infra/outbox/journaled_store.hpp"
#include "infra/store/unkept_store.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <csignal>
#include <cstdlib>
#include <mutex>
#include <thread>

namespace trunkline {

namespace {

constexpr std::chrono::milliseconds after_page_grace{1500};

/// Rows for operators; a failure is logged, the engine serves from its configuration all the same.
void store_assistants(store& rows, const engine_config& config) {
  for (const auto& who : config.assistants)
    if (!rows.write([who](repository& to) { return to.put_assistant(who, assistant_json(who)); }))
      log_event(log_level::warn, "assistant.not_stored", {{"assistant", who.id}});
}

class server_process {
public:
  server_process(const engine_config& config, std::ostream& err) : config_(config), err_(err) {}

  int run(const std::function<int(const serving&)>& ready);

private:
  bool open();
  void on_signal();
  void wait_for_signal();
  void finish(int status) {
    status_ = status;
    io_.stop();
  }

  const engine_config& config_;
  std::ostream& err_;
  boost::asio::io_context io_;
  boost::asio::signal_set signals_{io_, SIGTERM, SIGINT};
  boost::asio::steady_timer goodbye_{io_};
  std::unique_ptr<provider_factory> providers_;
  std::shared_ptr<store> rows_;
  std::unique_ptr<engine> engine_;
  bool draining_ = false;
  int status_ = exit_usage; ///< until it serves
};

bool server_process::open() {
  const auto where = database_of(config_);
  const auto id = where ? engine_id_of(config_.state_dir) : where.error();
  auto rows = id ? open_journaled_store(*where, config_, *id) : id.error();
  if (!rows) {
    err_ << "trunkline: the store cannot be opened: " << rows.error().context << "\n";
    if (rows.error().kind == failure_kind::unreachable)
      status_ = exit_unreachable;
    return false;
  }
  rows_ = std::move(*rows);
  if (!config_.store.keep_rows) {
    log_event(log_level::warn, "store.rows_are_dropped", {{"setting", "store.keep_rows"}});
    rows_ = make_unkept_store(std::move(rows_));
  }
  const auto calls = config_.limits.max_calls;
  if (auto enough = ensure_descriptors(descriptors_for_calls(calls),
                                       "limits.max_calls = " + std::to_string(calls));
      !enough)
    log_event(log_level::warn, "engine.few_descriptors", {{"error", enough.error().context}});
  store_assistants(*rows_, config_);
  engine_parts parts;
  parts.rows = rows_;
  parts.engine_id = *id;
  parts.board = std::make_shared<provider_board>();
  providers_ = std::make_unique<provider_factory>(config_, parts.board);
  parts.providers = [this](const assistant& who, client_loop& loop) {
    return providers_->make(who, loop);
  };
  auto started = engine::start(config_, std::move(parts), [this](const std::string& why) {
    log_event(log_level::error, "engine.fatal", {{"error", why}});
    boost::asio::post(io_, [this] { finish(1); });
  });
  if (!started) {
    err_ << "trunkline: cannot start: " << started.error().context << "\n";
    return false;
  }
  engine_ = std::move(*started);
  return true;
}

void server_process::wait_for_signal() {
  signals_.async_wait([this](boost::system::error_code error, int) {
    if (error)
      return;
    on_signal();
    wait_for_signal();
  });
}

void server_process::on_signal() {
  if (draining_) {
    log_event(log_level::warn, "engine.ended_at_once");
    finish(0);
    return;
  }
  draining_ = true;
  engine_->request_drain([this] {
    boost::asio::post(io_, [this] {
      // The last caller's carrier still asks the after-page what comes next.
      goodbye_.expires_after(after_page_grace);
      goodbye_.async_wait([this](boost::system::error_code error) {
        if (!error)
          finish(0);
      });
    });
  });
}

int server_process::run(const std::function<int(const serving&)>& ready) {
  if (!open())
    return status_;
  status_ = exit_ok;
  wait_for_signal();
  const serving where{engine_->base_url(), "http://" + config_.server.admin_listen.host + ":" +
                                               std::to_string(engine_->admin_port())};
  log_event(log_level::info, "engine.ready", {{"url", where.base_url}, {"admin", where.admin_url}});
  std::thread guest;
  if (ready)
    guest = std::thread{[&] {
      const int status = ready(where);
      if (status >= 0)
        boost::asio::post(io_, [this, status] { finish(status); });
    }};
  io_.run();
  if (guest.joinable())
    guest.join();
  engine_.reset();
  rows_.reset(); // writes what is queued
  log_event(log_level::info, "engine.stopped");
  return status_;
}

} // namespace

int serve(const engine_config& config, std::ostream& err,
          const std::function<int(const serving&)>& ready) {
  set_log_level(log_level_from(config.log_level));
  return server_process{config, err}.run(ready);
}

} // namespace trunkline
