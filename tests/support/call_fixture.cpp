#include "tests/support/call_fixture.hpp"

#include "actors/records/store_actor.hpp"
#include "tests/support/sample_assistant.hpp"

namespace trunkline::testing {

namespace {

timestamp wall(std::chrono::steady_clock::time_point now) {
  return timestamp{std::chrono::milliseconds{1795000000000} +
                   std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch())};
}

} // namespace

bool immediate_store::write(job work, done finished) {
  if (refuse)
    return false;
  const auto outcome = work(rows);
  if (finished)
    finished(outcome);
  return true;
}

call_fixture::call_fixture() {
  setup.record.call_sid = "CA0001";
  setup.record.caller_number = "+15551230001";
  auto who = sample_assistant();
  who.move_to_gather = false; // the only channel here is a fake one
  setup.who = std::make_shared<const assistant>(std::move(who));
  setup.rows = rows;
  setup.wall_clock = [this] { return wall(now()); };
  fake_media();
  fake_stt();
  fake_tts();
  fake_store();
  fake_llm();
}

void call_fixture::fake_media() {
  setup.start.media = [this](call_actor::pointer self) -> media_actor {
    auto child = self->spawn([this](media_actor::pointer me) -> media_actor::behavior_type {
      return {[](attach_stream&) {},
              [](socket_closed) {},
              [](caller_audio&) {},
              [](const voice_changed&) {},
              [](key_pressed) {},
              [](mark_played&) {},
              [](stream_stopped_by_carrier) {},
              [](stream_broken) {},
              [](const agent_audio&) {},
              [](const agent_mark&) {},
              [this](agent_clear) { ++clears; },
              [this](start_recording& order) { tapes.push_back(std::move(order.tape)); },
              [this, me](finish_stream) {
                ++stream_ends;
                me->quit();
              },
              [this](replay_speech) { ++replays; },
              [this](const speech_understood& news) { understood.push_back(news.at); },
              [](siblings&) {},
              [](tick_atom) {},
              [](ping_atom) {}};
    });
    ++started[child_role::media];
    children[child_role::media] = caf::actor_cast<caf::strong_actor_ptr>(child);
    return child;
  };
}

void call_fixture::fake_stt() {
  setup.start.stt = [this](call_actor::pointer self, size_t service) -> stt_actor {
    services[child_role::stt].push_back(service);
    auto child = self->spawn([](stt_actor::pointer me) -> stt_actor::behavior_type {
      actor_guard guard{me};
      return {[](caller_audio&) {}, [](const voice_changed&) {}, [](stt_reported&) {},
              [](ping_atom) {}};
    });
    ++started[child_role::stt];
    children[child_role::stt] = caf::actor_cast<caf::strong_actor_ptr>(child);
    return child;
  };
}

void call_fixture::fake_tts() {
  setup.start.tts = [this](call_actor::pointer self, size_t service) -> tts_actor {
    services[child_role::tts].push_back(service);
    auto child = self->spawn([this](tts_actor::pointer me) -> tts_actor::behavior_type {
      actor_guard guard{me};
      return {[this](speak& order) { speaks.push_back(order); },
              [this](const settle_held& order) { settled.push_back(order); },
              [this](order_playout order) {
                orders.push_back(order.order);
                if (order.order == playout_order::stop)
                  tell_from_outside(call, playout_news{playout_news::kind::stopped, 0, {}, {}, {}});
              },
              [](const mark_played&) {},
              [](tts_reported&) {},
              [](change_voice&) {},
              [](siblings&) {},
              [](tick_atom) {},
              [](ping_atom) {}};
    });
    ++started[child_role::tts];
    children[child_role::tts] = caf::actor_cast<caf::strong_actor_ptr>(child);
    return child;
  };
}

void call_fixture::fake_store() {
  setup.start.store = [this](call_actor::pointer self) -> store_actor {
    auto parent = caf::actor_cast<call_actor>(self);
    auto child = self->spawn([this, parent](store_actor::pointer me) -> store_actor::behavior_type {
      actor_guard guard{me};
      return {[this, parent](save_row& row) {
                ++saves;
                post_row(*rows, std::move(row), parent);
              },
              [this](run_tool_request& request) { tools.push_back(request); }, [](ping_atom) {}};
    });
    ++started[child_role::store];
    children[child_role::store] = caf::actor_cast<caf::strong_actor_ptr>(child);
    return child;
  };
}

void call_fixture::fake_llm() {
  setup.start.llm = [this](call_actor::pointer self, llm_order order) -> llm_actor {
    asked.push_back({order.reply, order.attempt, order.service, order.templated, {}});
    requests.push_back(std::move(order.request));
    reply_id = order.reply;
    attempt = order.attempt;
    auto child = self->spawn([](llm_actor::pointer me) -> llm_actor::behavior_type {
      actor_guard guard{me};
      return {[](llm_reported&) {}, [](const tool_answered&) {}, [](ping_atom) {}};
    });
    ++started[child_role::llm];
    attempts[order.attempt] = caf::actor_cast<caf::strong_actor_ptr>(child);
    children[child_role::llm] = caf::actor_cast<caf::strong_actor_ptr>(child);
    return child;
  };
}

call_fixture::~call_fixture() {
  stop_actor(call, caf::exit_reason::kill);
  call = nullptr;
  children.clear();
  attempts.clear();
  drain();
}

void call_fixture::spawn_call() {
  call = system().spawn<call_actor::stateful_impl<call_state>>(setup);
  call->attach_functor([this](const caf::error&) { ended = true; });
  drain();
}

void call_fixture::attach() {
  tell_from_outside(call, attach_stream{"CA0001", "MZ1", "token", nullptr});
  drain();
}

void call_fixture::answer_call() {
  spawn_call();
  attach();
  playout_starts();
  advance(std::chrono::seconds{1});
  playout_ends();
  advance(std::chrono::milliseconds{500});
}

void call_fixture::voice(bool speaking) {
  tell_from_outside(
      call, voice_changed{speaking, now() - std::chrono::milliseconds{speaking ? 60 : 200}});
  drain();
}

void call_fixture::hear(const std::string& text, bool is_final, bool rejected) {
  transcript words;
  words.text = text;
  words.is_final = is_final;
  words.rejected = rejected;
  tell_from_outside(call, transcript_heard{std::move(words)});
  drain();
}

void call_fixture::caller_says(const std::string& text, std::chrono::milliseconds length) {
  voice(true);
  advance(length);
  voice(false);
  advance(std::chrono::milliseconds{50});
  hear(text, true, text.empty());
  // A sentence that seems to go on, or a dictated answer, waits longer.
  advance(std::chrono::milliseconds{900});
}

void call_fixture::reply(const std::string& text) {
  tell_from_outside(call, reply_text{reply_id, attempt, text});
  drain();
}

void call_fixture::finish_reply() {
  tell_from_outside(call, reply_done{reply_id, attempt, {}});
  stop_actor(caf::actor_cast<caf::actor>(children[child_role::llm]), caf::exit_reason::normal);
  drain();
}

void call_fixture::playout_starts() {
  using kind = playout_news::kind;
  for (const auto& one : speaks) {
    if (heard_.count(one.sentence))
      continue;
    tell_from_outside(call, playout_news{kind::first_audio, one.sentence, {}, now(), one.kind});
    tell_from_outside(call, playout_news{kind::started, one.sentence, {}, now(), one.kind});
  }
  drain();
}

void call_fixture::playout_ends() {
  using kind = playout_news::kind;
  for (const auto& one : speaks) {
    if (!heard_.insert(one.sentence).second)
      continue;
    const std::chrono::milliseconds length{one.text.size() * 66};
    tell_from_outside(call, playout_news{kind::length, one.sentence, length, {}, one.kind});
    tell_from_outside(call, playout_news{kind::finished, one.sentence, length, {}, one.kind});
  }
  tell_from_outside(call, playout_news{kind::idle, 0, {}, now(), {}});
  drain();
}

void call_fixture::fail(child_role role) {
  stop_actor(caf::actor_cast<caf::actor>(children[role]), caf::exit_reason::kill);
  drain();
}

void call_fixture::lose_service(child_role role, failure why) {
  tell_from_outside(call, provider_failed{role, std::move(why), attempt});
  stop_actor(caf::actor_cast<caf::actor>(children[role]), ec::provider_lost);
  drain();
}

void call_fixture::hang(child_role role) {
  stop_actor(caf::actor_cast<caf::actor>(children[role]), ec::sabotage_hang);
  drain();
}

std::vector<std::string> call_fixture::spoken() const {
  std::vector<std::string> texts;
  for (const auto& one : speaks)
    texts.push_back(one.text);
  return texts;
}

bool call_fixture::said(const std::string& part) const {
  for (const auto& one : speaks)
    if (one.text.find(part) != std::string::npos)
      return true;
  return false;
}

std::optional<call_record> call_fixture::stored_call() {
  auto found = rows->rows.find_call("CA0001");
  return found ? *found : std::nullopt;
}

} // namespace trunkline::testing
