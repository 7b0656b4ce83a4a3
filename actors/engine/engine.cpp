#include "actors/engine/engine.hpp"

#include "actors/actor_slot.hpp"
#include "actors/call/calls_actor.hpp"
#include "actors/engine/assistant_loader.hpp"
#include "actors/engine/call_wiring.hpp"
#include "actors/engine/engine_actor.hpp"
#include "actors/gate/admin_door.hpp"
#include "actors/gate/front_door.hpp"
#include "actors/gate/gate_actor.hpp"
#include "actors/ops/ops_actor.hpp"
#include "infra/caf/actor_host.hpp"
#include "infra/log/log.hpp"
#include "infra/metrics/metrics_text.hpp"
#include "infra/net/loop_lag.hpp"
#include "infra/privacy/random.hpp"
#include "infra/providers/carrier_rest.hpp"
#include "infra/recording/recordings.hpp"
#include "infra/speech/flite_voice.hpp"
#include "infra/time/wall_clock.hpp"

#include <boost/asio/post.hpp>
#include <caf/init_global_meta_objects.hpp>

#include <atomic>
#include <chrono>
#include <future>
#include <map>
#include <mutex>
#include <utility>

namespace trunkline {

namespace {

void init_types_once() {
  static const bool once = [] {
    init_actor_types();
    caf::init_global_meta_objects<caf::id_block::trunkline_actors>();
    return true;
  }();
  (void)once;
}

class running_engine : public engine {
public:
  running_engine(engine_config config, engine_parts parts,
                 std::function<void(const std::string&)> on_fatal)
      : config_(std::move(config)), parts_(std::move(parts)), on_fatal_(std::move(on_fatal)),
        host_(config_.server.shards), metrics_(std::make_shared<engine_metrics>(host_.system())),
        rest_(std::make_shared<carrier_rest>(host_.at(0).io(), config_.carrier)) {
    if (!parts_.wall_clock)
      parts_.wall_clock = wall_now;
    if (!parts_.lag) {
      lag_ = std::make_unique<loop_lag>(host_.loops());
      parts_.lag = [this] { return lag_->worst(); };
    }
    if (!parts_.board)
      parts_.board = std::make_shared<provider_board>();
    recordings_ = std::make_shared<recordings>(
        recordings_setup{config_.state_dir, parts_.engine_id, parts_.rows, parts_.wall_clock,
                         [metrics = metrics_](std::string_view how) { metrics->recording(how); }});
    for (size_t i = 0; i < host_.shards(); ++i)
      loops_.push_back(std::make_unique<client_loop>(host_.at(i).io()));
    wiring_ = std::make_unique<call_wiring>(parts_.rows, parts_.board,
                                            config_.limits.frame_silence_timeout);
    assistants_ = std::make_shared<assistant_loader>(
        config_, parts_.rows, [this](const assistant& who) { return make_services(who); },
        parts_.wall_clock);
  }

  ~running_engine() override {
    for (auto* server : {public_server_.get(), admin_server_.get()})
      if (server) {
        server->stop_accepting();
        server->close_all();
      }
    registry_->closing = true; // the call manager ends the calls when it ends
    assistants_->stop();
    wiring_->close();
    stop_actor(root_, caf::exit_reason::user_shutdown);
    calls_->clear();
    gate_->clear();
    root_ = nullptr;
    host_.stop(); // before the servers: their connections run on its threads
    *loops_run_ = false;
  }

  result<void> open();

  uint16_t public_port() const override { return public_server_->port(); }
  uint16_t admin_port() const override { return admin_server_->port(); }
  std::string base_url() const override { return urls_.base; }
  void request_drain(std::function<void()> done) override {
    {
      std::lock_guard lock{drain_mutex_};
      on_drained_ = std::move(done);
    }
    draining_ = true;
    tell_from_outside(root_, drain_atom_v);
  }

private:
  result<assistant_loader::services> make_services(const assistant& who);
  assistant_loader::services on_their_loops(std::unique_ptr<assistant_services> made);
  result<void> open_listeners();
  result<void> start_actors();
  calls_actor start_calls(engine_actor::pointer root);
  gate_actor start_gate(engine_actor::pointer root);
  providers_actor start_providers(engine_actor::pointer root);
  void send_alert(const std::string& json);
  void update_by_rest(const call_record& record, const assistant& who,
                      std::function<void()> failed);
  std::vector<purge_order> purges_due(timestamp now) const;
  bool ready(std::string& why) const;
  std::string metrics_now();

  engine_config config_;
  engine_parts parts_;
  std::function<void(const std::string&)> on_fatal_;
  actor_host host_;
  std::shared_ptr<engine_metrics> metrics_;
  std::shared_ptr<recordings> recordings_;
  std::shared_ptr<carrier_rest> rest_;
  std::vector<std::unique_ptr<client_loop>> loops_; ///< one a shard
  const std::shared_ptr<std::atomic<bool>> loops_run_ = std::make_shared<std::atomic<bool>>(true);
  std::shared_ptr<assistant_loader> assistants_;
  std::unique_ptr<call_wiring> wiring_;
  std::unique_ptr<loop_lag> lag_;
  public_urls urls_;
  std::shared_ptr<call_registry> registry_ = std::make_shared<call_registry>();
  std::shared_ptr<actor_slot<calls_actor>> calls_ = std::make_shared<actor_slot<calls_actor>>();
  std::shared_ptr<actor_slot<gate_actor>> gate_ = std::make_shared<actor_slot<gate_actor>>();
  engine_actor root_;
  std::unique_ptr<front_door> front_;
  std::unique_ptr<admin_door> admin_;
  std::unique_ptr<http_server> public_server_, admin_server_;
  std::atomic<bool> draining_{false};
  std::mutex drain_mutex_;
  std::function<void()> on_drained_;
};

result<void> running_engine::open() {
  if (auto started = assistants_->start(); !started)
    return started;
  if (auto opened = open_listeners(); !opened)
    return opened;
  return start_actors();
}

result<assistant_loader::services> running_engine::make_services(const assistant& who) {
  auto made = std::make_unique<assistant_services>();
  made->tools = std::make_shared<const std::vector<tool_spec>>(tool_catalog(who));
  made->faq = std::make_shared<const faq_index>(who);
  if (!who.extraction.schema.empty())
    if (auto schema = json_schema::parse(who.extraction.schema)) // else it is refused before
      made->asked = std::move(*schema);
  for (const auto& loop : loops_) {
    auto one = parts_.providers(who, *loop);
    if (!one) {
      (void)on_their_loops(std::move(made));
      return one.error();
    }
    made->by_shard.push_back(std::move(*one));
  }
  return on_their_loops(std::move(made));
}

/// Whoever lets go of the services last, each shard's end on its own loop, as its sessions do.
assistant_loader::services
running_engine::on_their_loops(std::unique_ptr<assistant_services> made) {
  std::vector<boost::asio::io_context*> loops;
  for (const auto& loop : loops_)
    loops.push_back(&loop->io);
  return {made.release(), [loops, run = loops_run_](const assistant_services* of) {
            const std::unique_ptr<const assistant_services> end{of};
            for (size_t shard = 0; shard < of->by_shard.size() && *run; ++shard)
              boost::asio::post(*loops[shard], [parts = of->by_shard[shard]] {
                for (const auto& renderer : parts.renderers)
                  renderer->stop();
              });
          }};
}

result<void> running_engine::open_listeners() {
  auto front_loops = host_.loops();
  http_server_options options;
  options.address = config_.server.listen.host;
  options.port = config_.server.listen.port;
  options.certificate_file = config_.server.certificate_file;
  options.key_file = config_.server.key_file;
  options.trusted_proxies = config_.server.trusted_proxies;
  options.limits.connections_per_address_max = config_.limits.unsigned_connections_per_address;
  const auto ready_now = [this](std::string& why) { return ready(why); };
  // The URL is needed by the doors before the port is known, so the front door is set up twice.
  front_ =
      std::make_unique<front_door>(front_door_setup{{},
                                                    {config_.carrier.auth_token},
                                                    config_.carrier.account_sid,
                                                    config_.limits.webhooks_per_second_per_address,
                                                    config_.limits.stream_start_timeout,
                                                    gate_,
                                                    calls_,
                                                    metrics_,
                                                    front_loops,
                                                    ready_now});
  auto front = http_server::start(front_loops, options, *front_);
  if (!front)
    return front.error();
  public_server_ = std::move(*front);
  const bool secure = !config_.server.certificate_file.empty();
  urls_.base = !config_.server.base_url.empty()
                   ? config_.server.base_url
                   : (secure ? "https://" : "http://") + config_.server.listen.host + ":" +
                         std::to_string(public_server_->port());
  urls_.own = config_.server.stream_url;
  front_->set_urls(urls_);
  options = {};
  options.address = config_.server.admin_listen.host;
  options.port = config_.server.admin_listen.port;
  admin_ = std::make_unique<admin_door>(admin_door_setup{
      config_.admin_user, config_.admin_password, config_.server.test_hooks, calls_, parts_.rows,
      parts_.board, [this] { return metrics_now(); }, ready_now, parts_.wall_clock, recordings_,
      config_.state_dir, assistants_->roster()});
  auto admin = http_server::start({&host_.at(0).io()}, options, *admin_);
  if (!admin)
    return admin.error();
  admin_server_ = std::move(*admin);
  return {};
}

/// Returns when the doors have somebody to ask: a call in the first millisecond is a call, too.
result<void> running_engine::start_actors() {
  engine_children children;
  auto started = std::make_shared<std::promise<void>>();
  auto is_started = started->get_future();
  children.on_started = [started] { started->set_value(); };
  children.calls = [this](engine_actor::pointer root) {
    auto handle = start_calls(root);
    calls_->set(handle);
    return caf::actor_cast<caf::strong_actor_ptr>(handle);
  };
  children.gate = [this](engine_actor::pointer root) {
    auto handle = start_gate(root);
    gate_->set(handle);
    return caf::actor_cast<caf::strong_actor_ptr>(handle);
  };
  children.ops = [this](engine_actor::pointer root) {
    return caf::actor_cast<caf::strong_actor_ptr>(root->spawn<ops_actor::stateful_impl<ops_state>>(
        ops_setup{parts_.rows,
                  [this] {
                    metrics_->store_condition(parts_.rows->condition());
                    return metric_rows(host_.system(), parts_.wall_clock());
                  },
                  parts_.engine_id, parts_.wall_clock,
                  [this](timestamp now) { return purges_due(now); },
                  [folder = config_.state_dir](repository& rows) {
                    return sweep_recordings(folder, rows);
                  },
                  [loader = assistants_] { loader->look(); }, config_.store.assistants_every}));
  };
  children.providers = [this](engine_actor::pointer root) {
    return caf::actor_cast<caf::strong_actor_ptr>(start_providers(root));
  };
  children.drain_calls = [this] { tell_from_outside(calls_->get(), drain_atom_v); };
  children.on_fatal = on_fatal_;
  root_ = host_.spawn_on<engine_actor::stateful_impl<engine_root>>(0, std::move(children));
  if (is_started.wait_for(std::chrono::seconds{10}) != std::future_status::ready)
    return failure{failure_kind::timeout, "engine: its actors did not start within 10 s", false};
  return {};
}

calls_actor running_engine::start_calls(engine_actor::pointer root) {
  calls_setup setup;
  setup.registry = registry_;
  setup.assistants = assistants_->roster();
  setup.spawn = [this](size_t shard, call_setup given) {
    return host_.spawn_on<call_actor::stateful_impl<call_state>>(
        shard, wiring_->complete(shard, std::move(given)));
  };
  setup.shards = host_.shards();
  setup.max_calls = config_.limits.max_calls;
  setup.common.rows = parts_.rows;
  setup.common.metrics = metrics_;
  setup.common.wall_clock = parts_.wall_clock;
  setup.common.rungs = parts_.rungs;
  setup.common.new_recording = [this](const call_record& call) { return recordings_->start(call); };
  if (rest_->configured())
    setup.common.update_by_rest = [this](const call_record& record, const assistant& who,
                                         std::function<void()> failed) {
      update_by_rest(record, who, std::move(failed));
    };
  setup.engine_id = parts_.engine_id;
  setup.new_token = [] { return random_hex(24); };
  setup.on_drained = [this] {
    std::lock_guard lock{drain_mutex_};
    if (on_drained_)
      on_drained_();
  };
  setup.drain_timeout = config_.server.drain_timeout;
  setup.lag = parts_.lag;
  setup.overload_lag = config_.limits.overload_lag;
  return root->spawn<calls_actor::stateful_impl<calls_state>>(std::move(setup));
}

providers_actor running_engine::start_providers(engine_actor::pointer root) {
  providers_setup setup;
  setup.board = parts_.board;
  // Any voice will do: it is the answer that counts.
  const auto speech = synthesize_mulaw("kal16", "hello, can you hear me");
  setup.probes = [roster = assistants_->roster(),
                  sound = std::make_shared<const std::vector<uint8_t>>(
                      speech ? *speech : std::vector<uint8_t>(8000, 0x7f))] {
    return probes_of(roster->now()->all(), sound);
  };
  setup.probe_every = config_.providers.probe_every;
  setup.rows = parts_.rows;
  setup.metrics = metrics_;
  setup.wall_clock = parts_.wall_clock;
  if (!config_.alerts.webhook_url.empty())
    setup.alert = [this](const std::string& json) { send_alert(json); };
  return root->spawn<providers_actor::stateful_impl<providers_state>>(std::move(setup));
}

/// To the operations team. One try: the log, the metrics and the store have it as well.
void running_engine::send_alert(const std::string& json) {
  client_request request;
  request.method = "POST";
  request.url = config_.alerts.webhook_url;
  request.headers = {{"Content-Type", "application/json"}};
  request.body = json;
  http_fetch(host_.at(0).io(), std::move(request), [](result<http_response> answer) {
    if (!answer || answer->status >= 300)
      log_event(log_level::error, "alert.failed",
                {{"error", answer ? "status " + std::to_string(answer->status)
                                  : to_string(answer.error())}});
  });
}

gate_actor running_engine::start_gate(engine_actor::pointer root) {
  return root->spawn<gate_actor::stateful_impl<gate_state>>(
      gate_setup{calls_, assistants_->roster(), parts_.rows, metrics_, parts_.wall_clock, urls_,
                 config_.limits.calls_per_second, config_.limits.calls_per_minute_per_source});
}

/// L3: the live call gets the after-page's TwiML now.
void running_engine::update_by_rest(const call_record& record, const assistant& who,
                                    std::function<void()> failed) {
  const auto plan = decide_after({}, record, who);
  const auto twiml = plan.what == after_plan::kind::resume
                         ? answers::go_on(urls_)
                         : answers::plan(urls_, plan, who, record.called_number);
  rest_->update_call(record.call_sid, twiml,
                     [sid = record.call_sid, failed = std::move(failed)](result<void> done) {
                       if (done)
                         return;
                       log_event(log_level::error, "carrier.update_failed",
                                 {{"call_sid", sid}, {"error", to_string(done.error())}});
                       failed();
                     });
}

std::vector<purge_order> running_engine::purges_due(timestamp now) const {
  std::vector<assistant> all;
  for (const auto& served : assistants_->roster()->now()->all())
    all.push_back(*served.who);
  return due_purges(all, config_.store.metrics_days, now);
}

bool running_engine::ready(std::string& why) const {
  if (draining_)
    why = "draining";
  else if (!calls_->get() || !gate_->get())
    why = "starting";
  else
    why = trouble_of(parts_.rows->condition());
  return why.empty();
}

std::string running_engine::metrics_now() {
  metrics_->store_condition(parts_.rows->condition());
  return metrics_text(host_.system());
}

} // namespace

result<std::unique_ptr<engine>> engine::start(engine_config config, engine_parts parts,
                                              std::function<void(const std::string&)> on_fatal) {
  init_types_once();
  auto made =
      std::make_unique<running_engine>(std::move(config), std::move(parts), std::move(on_fatal));
  if (auto opened = made->open(); !opened)
    return opened.error();
  return made;
}

} // namespace trunkline
