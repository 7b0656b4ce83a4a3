// What actors cost: a message's way from a socket's thread to an actor and back, and a call's tree.

#include "actors/call/call_actor.hpp"
#include "actors/media/media_actor.hpp"
#include "actors/records/store_actor.hpp"
#include "actors/speech/stt_actor.hpp"
#include "actors/speech/tts_actor.hpp"
#include "infra/caf/actor_host.hpp"
#include "infra/caf/compat.hpp"
#include "infra/speech/phrase_cache.hpp"

#include <boost/asio/post.hpp>

#include <caf/event_based_actor.hpp>
#include <caf/init_global_meta_objects.hpp>

#include <benchmark/benchmark.h>

#include <chrono>
#include <future>

namespace trunkline {
namespace {

using namespace std::chrono_literals;

constexpr int hops = 10'000;

void init_types() {
  static const bool done = [] {
    init_actor_types();
    caf::init_global_meta_objects<caf::id_block::trunkline_actors>();
    return true;
  }();
  benchmark::DoNotOptimize(done);
}

/// Answers on the loop of the shard that asks, as a socket would hear of it.
struct hop_back {
  static inline const char* name = "hop_back";
  hop_back(caf::event_based_actor* self, shard* asker, std::promise<void>* all)
      : self(self), guard(self), asker(asker), all(all) {}
  caf::behavior make_behavior() {
    return {[this](int left) {
      boost::asio::post(asker->io(), [this, left, me = self_handle<caf::actor>(self)] {
        if (left > 0)
          tell_from_outside(me, left - 1);
        else
          all->set_value();
      });
    }};
  }
  caf::event_based_actor* self;
  actor_guard guard;
  shard* asker;
  std::promise<void>* all;
};

// `home`: the actor's shard; the socket's is 0.
void hop_from_shard_to_actor_and_back(benchmark::State& state) {
  init_types();
  actor_host host{2};
  for (auto _ : state) {
    std::promise<void> all;
    const auto actor = host.spawn_on<caf::stateful_actor<hop_back>>(
        static_cast<size_t>(state.range(0)), &host.at(0), &all);
    boost::asio::post(host.at(0).io(), [actor] { tell_from_outside(actor, hops - 1); });
    all.get_future().wait();
    stop_actor(actor, caf::exit_reason::user_shutdown);
  }
  state.SetItemsProcessed(state.iterations() * hops);
}
BENCHMARK(hop_from_shard_to_actor_and_back)->ArgName("home")->Arg(0)->Arg(1)->UseRealTime();

// -- a call's tree -------------------------------------------------------------------------------

class deaf_recogniser : public stt_provider {
  struct session : stt_session {
    void speech_started() override {}
    void audio(audio_chunk) override {}
    void speech_ended() override {}
  };
  std::string name() const override { return "deaf"; }
  std::unique_ptr<stt_session> open(stt_sink) override { return std::make_unique<session>(); }
};

class mute_voice : public tts_provider {
  struct session : tts_session {
    void speak(uint64_t, std::string) override {}
    void cancel() override {}
  };
  std::string name() const override { return "mute"; }
  std::unique_ptr<tts_session> open(const std::string&, tts_sink) override {
    return std::make_unique<session>();
  }
};

class forgetful_store : public store {
public:
  bool write(job, done finished) override {
    if (finished)
      finished({});
    return true;
  }
  bool read(job work, done finished) override {
    return write(std::move(work), std::move(finished));
  }
  size_t queued() const override { return 0; }
  std::chrono::milliseconds oldest_write() const override { return {}; }
};

call_setup setup_of_a_call() {
  call_setup setup;
  setup.record.call_sid = "CA00000000000000000000000000000001";
  setup.record.caller_number = "+15551230001";
  auto who = std::make_shared<assistant>();
  who->greeting = "Hello, how can I help you?";
  setup.who = who;
  setup.rows = std::make_shared<forgetful_store>();
  setup.wall_clock = [] { return timestamp{}; };
  const auto parent = [](call_actor::pointer self) { return self_handle<call_actor>(self); };
  setup.start.media = [who, parent](call_actor::pointer self) -> media_actor {
    return self->spawn<media_actor::stateful_impl<media_state>>(who->turns, 10s, parent(self));
  };
  setup.start.stt = [parent](call_actor::pointer self, size_t) -> stt_actor {
    return self->spawn<stt_actor::stateful_impl<stt_state>>(std::make_shared<deaf_recogniser>(),
                                                            parent(self));
  };
  const auto phrases = std::make_shared<phrase_cache>(phrase_cache::settings{});
  setup.start.tts = [who, phrases, parent](call_actor::pointer self, size_t) -> tts_actor {
    return self->spawn<tts_actor::stateful_impl<tts_state>>(
        std::make_shared<mute_voice>(), who->turns, phrases, "mute", parent(self));
  };
  setup.start.store = [rows = setup.rows, who, parent](call_actor::pointer self) -> store_actor {
    return self->spawn<store_actor::stateful_impl<store_state>>(rows, who, parent(self));
  };
  return setup;
}

// Supervisor, media, stt, tts and store of one call: begun, and ended with everything in it.
void call_tree_from_spawn_to_end(benchmark::State& state) {
  init_types();
  actor_host host{1};
  const auto setup = setup_of_a_call();
  for (auto _ : state) {
    std::promise<void> gone;
    const auto call = host.spawn_on<call_actor::stateful_impl<call_state>>(0, setup);
    call->attach_functor([&](const caf::error&) { gone.set_value(); });
    stop_actor(call, caf::exit_reason::user_shutdown);
    gone.get_future().wait();
  }
}
BENCHMARK(call_tree_from_spawn_to_end)->UseRealTime();

} // namespace
} // namespace trunkline
