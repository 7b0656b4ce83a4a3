// The root supervisor on a clock the test owns: whoever dies or hangs below it comes back, until it
// happens too often.

#include "actors/engine/engine_actor.hpp"
#include "tests/support/deterministic.hpp"

#include <caf/event_based_actor.hpp>

#include <gtest/gtest.h>

#include <map>

namespace trunkline {
namespace {

using namespace std::chrono_literals;

class root_test : public testing::deterministic {
protected:
  root_test() {
    engine_children children;
    const auto fake = [this](const char* which) {
      return [this, which](engine_actor::pointer self) {
        auto child = self->spawn([](caf::event_based_actor* me) -> caf::behavior {
          actor_guard guard{me};
          return {[](ping_atom) {}};
        });
        ++started[which];
        return running[which] = caf::actor_cast<caf::strong_actor_ptr>(child);
      };
    };
    children.gate = fake("gate");
    children.calls = fake("calls");
    children.providers = fake("providers");
    children.ops = fake("ops");
    children.drain_calls = [this] { ++drains; };
    children.on_started = [] {};
    children.on_fatal = [this](const std::string& why) { fatal = why; };
    root = system().spawn<engine_actor::stateful_impl<engine_root>>(std::move(children));
    drain();
  }
  ~root_test() override {
    stop_actor(root, caf::exit_reason::user_shutdown);
    root = nullptr;
    running.clear();
    drain();
  }
  template<class Reason>
  void end(const std::string& which, Reason reason) {
    stop_actor(caf::actor_cast<caf::actor>(running[which]), reason);
    drain();
  }

  std::map<std::string, unsigned> started;
  std::map<std::string, caf::strong_actor_ptr> running;
  unsigned drains = 0;
  std::string fatal;
  engine_actor root;
};

TEST_F(root_test, starts_each_child_once_and_leaves_healthy_ones_alone) {
  advance(60s);
  for (const auto* which : {"gate", "calls", "providers", "ops"})
    EXPECT_EQ(started[which], 1u) << which;
  EXPECT_EQ(fatal, "");
}

TEST_F(root_test, restarts_the_one_that_died_and_no_other) {
  end("gate", caf::exit_reason::kill);
  EXPECT_EQ(started["gate"], 2u);
  EXPECT_EQ(started["calls"], 1u);
  EXPECT_EQ(started["ops"], 1u);
}

TEST_F(root_test, finds_a_hung_child_within_two_seconds_and_replaces_it) {
  end("calls", ec::sabotage_hang);
  EXPECT_EQ(started["calls"], 1u);
  advance(2s);
  EXPECT_EQ(started["calls"], 2u);
  EXPECT_EQ(started["gate"], 1u);
  advance(10s);
  EXPECT_EQ(started["calls"], 2u) << "the new one answers";
}

TEST_F(root_test, gives_up_at_the_fourth_end_within_300_seconds) {
  for (int i = 0; i < 3; ++i)
    end("ops", ec::handler_threw);
  EXPECT_EQ(started["ops"], 4u);
  EXPECT_EQ(fatal, "");
  end("gate", ec::handler_threw);
  EXPECT_NE(fatal.find("gate"), std::string::npos) << fatal;
  EXPECT_EQ(started["gate"], 1u);
}

TEST_F(root_test, forgets_restarts_that_left_the_window) {
  for (int i = 0; i < 8; ++i) {
    end("ops", ec::handler_threw);
    advance(101s);
  }
  EXPECT_EQ(started["ops"], 9u);
  EXPECT_EQ(fatal, "");
}

TEST_F(root_test, tells_the_call_manager_to_drain) {
  tell_from_outside(root, drain_atom_v);
  drain();
  EXPECT_EQ(drains, 1u);
}

} // namespace
} // namespace trunkline
