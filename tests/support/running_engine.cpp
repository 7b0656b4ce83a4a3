#include "tests/support/running_engine.hpp"

#include "actors/agent/embedded_agent.hpp"
#include "infra/config/state_dir.hpp"
#include "infra/log/log.hpp"
#include "infra/outbox/journaled_store.hpp"
#include "tests/support/sample_assistant.hpp"

#include <nlohmann/json.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

namespace trunkline::testing {

namespace {

// 2026-11-21 15:00 UTC.
constexpr std::chrono::milliseconds clock_start{1795273200000};

std::function<timestamp()> practice_clock() {
  return [began = std::chrono::steady_clock::now()] {
    return timestamp{clock_start + std::chrono::duration_cast<std::chrono::milliseconds>(
                                       std::chrono::steady_clock::now() - began)};
  };
}

template<class T>
T value_of(result<T> made, const char* what) {
  if (!made)
    throw std::runtime_error(std::string{what} + ": " + to_string(made.error()));
  return std::move(*made);
}

} // namespace

running_engine::running_engine(const change& configure, speech kind, ladder rungs,
                               bool carrier_rest) {
  set_log_level(log_level::off);
  config_.state_dir = dir_.path().string();
  config_.server.listen = config_.server.admin_listen = {"127.0.0.1", 0};
  config_.server.shards = 2;
  config_.server.test_hooks = true;
  config_.carrier.auth_token = token;
  config_.assistants = {sample_assistant()};
  config_.assistants[0].faq_without_model = false; // questions are for the models under test
  if (carrier_rest) {
    rest_ = value_of(rest_stand_in::start(io, carrier.account_sid, token), "REST stand-in");
    config_.carrier.account_sid = carrier.account_sid;
    config_.carrier.base_url = rest_->base_url();
  }
  if (configure)
    configure(config_);
  auto parts = parts_for(kind);
  parts.rungs = std::move(rungs);
  running = value_of(engine::start(config_, std::move(parts),
                                   [](const std::string& why) { ADD_FAILURE() << why; }),
                     "engine");
  url = "http://127.0.0.1:" + std::to_string(running->public_port());
  carrier.url = running->base_url();
  carrier.webhooks.token = token;
}

bool running_engine::phrases_are_rendered() {
  return wait([this] {
    return std::all_of(renderers_.begin(), renderers_.end(), [](auto& one) {
      const auto alive = one.lock();
      return !alive || alive->missing() == 0;
    });
  });
}

engine_parts running_engine::parts_for(speech kind) {
  engine_parts parts;
  parts.engine_id = value_of(engine_id_of(config_.state_dir), "engine id");
  parts.rows = value_of(
      open_journaled_store(value_of(database_of(config_), "database"), config_, parts.engine_id),
      "store");
  parts.wall_clock = practice_clock();
  parts.board = board;
  parts.lag = [this] { return std::chrono::milliseconds{lag_ms}; };
  switch (kind) {
  case speech::embedded:
    speech_ = std::make_unique<embedded_providers>(config_);
    parts.providers = [this](const assistant& who, client_loop&) {
      return speech_->make(who, *board);
    };
    break;
  case speech::services:
    factory_ = std::make_unique<provider_factory>(config_, board);
    parts.providers = [this](const assistant& who, client_loop& loop) {
      auto made = factory_->make(who, loop);
      if (made)
        renderers_.insert(renderers_.end(), made->renderers.begin(), made->renderers.end());
      return made;
    };
    break;
  case speech::told:
    parts.providers = [this](const assistant&, client_loop&) -> result<assistant_providers> {
      assistant_providers told;
      told.stts = {{stt, board->add("stt:told", {})}};
      told.llms = {{llm, board->add("llm:holding", {})}};
      told.ttss = {{tts, board->add("tts:humming", {}), "humming"}};
      told.template_answers = std::make_shared<embedded_agent>();
      told.phrases = std::make_shared<phrase_cache>(phrase_cache::settings{});
      return told;
    };
  }
  return parts;
}

running_engine::~running_engine() {
  for (const auto& call : calls_)
    if (call->live())
      call->hang_up("the test is over");
  wait_for_end(nullptr, 2s);
  running.reset();
  io.restart();
  io.run_for(20ms);
}

std::string running_engine::public_url(const std::string& path) const {
  return url + path;
}

std::string running_engine::admin_url(const std::string& path) const {
  return "http://127.0.0.1:" + std::to_string(running->admin_port()) + path;
}

http_response running_engine::get(const std::string& path) {
  client_request request;
  request.url = admin_url(path);
  return fetch(std::move(request));
}

nlohmann::json running_engine::get_json(const std::string& path) {
  const auto answer = get(path);
  return nlohmann::json::parse(answer.status == 200 ? answer.body : "", nullptr, false);
}

nlohmann::json running_engine::call(const std::string& call_sid) {
  return get_json("/api/v1/calls/" + call_sid);
}

bool running_engine::delivered() {
  return wait([&] {
    return get("/metrics").body.find("trunkline_outbox_waiting 0\n") != std::string::npos;
  });
}

nlohmann::json running_engine::stored(const std::string& list) {
  if (!delivered())
    throw std::runtime_error("rows still wait for the database");
  return get_json("/api/v1/" + list).at(list);
}

nlohmann::json running_engine::ended_call(const std::string& call_sid) {
  nlohmann::json found;
  wait([&] {
    found = call(call_sid);
    return found.is_object() && found.value("outcome", "") != "" && !found["ended_at"].is_null();
  });
  delivered();
  return call(call_sid);
}

call_plan running_engine::says(const std::vector<std::string>& lines) {
  // One sound for all words: what is understood is told, not recognised.
  const auto sound = speak("kal16", "yes please");
  call_plan plan;
  plan.to = "+15550100200";
  plan.habits.silence = 300ms;
  plan.habits.hang_up = 1200ms;
  plan.habits.patience = 8000ms;
  for (const auto& text : lines)
    plan.script.lines.push_back({{}, {{text, sound ? *sound : nullptr}}});
  return plan;
}

std::shared_ptr<simulated_call>
running_engine::place(call_plan plan, std::function<void(const call_event&)> observer) {
  auto call = std::make_shared<simulated_call>(
      io, carrier, std::move(plan),
      [stt = stt, observer = std::move(observer)](const call_event& event) {
        if (event.what == call_event::kind::caller_speaks)
          stt->will_hear(event.text);
        if (observer)
          observer(event);
      });
  calls_.push_back(call);
  if (rest_)
    rest_->add(call);
  call->start([this, weak = std::weak_ptr{call}] { finished_.push_back(weak.lock()); });
  return call;
}

bool running_engine::wait_for_end(const std::shared_ptr<simulated_call>& call,
                                  std::chrono::milliseconds limit) {
  return wait(
      [&] {
        return call ? std::count(finished_.begin(), finished_.end(), call) > 0
                    : finished_.size() >= calls_.size();
      },
      limit);
}

} // namespace trunkline::testing
