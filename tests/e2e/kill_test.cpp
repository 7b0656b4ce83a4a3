// Any actor of a call may die in any way: the caller hears something in time and the call ends with
// a stored outcome. One engine, one call for each role and way, all at the same time, so it also
// shows that a death in one call touches no other.

#include "tests/support/running_engine.hpp"

#include <nlohmann/json.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <utility>

namespace trunkline {
namespace {

using testing::running_engine;
using namespace std::chrono_literals;
using kind = call_event::kind;

/// One call that loses one actor when the caller has heard the greeting, or, for llm, while the
/// reply is being waited for.
struct victim {
  std::string role, how;
  std::shared_ptr<simulated_call> call;
  unsigned killed = 0; ///< HTTP status of the hook
  bool asked = false;
};

class kill_test : public ::testing::Test {
protected:
  void place(const std::string& role, const std::string& how) {
    auto plan = engine.says({"what are your opening hours", "what are your opening hours"});
    plan.caller_name = role == "llm" ? testing::holding_llm::held_caller : "Jane";
    plan.from = "+155501002" + std::to_string(10 + victims.size());
    plan.habits.silence = 500ms; // the hook is answered before the caller speaks
    auto& one = victims.emplace_back();
    one.role = role;
    one.how = how;
    const auto which = victims.size() - 1;
    one.call = engine.place(std::move(plan), [this, which](const call_event& event) {
      on_event(victims[which], event);
    });
    // One after the other: an address has only so many connections that have asked nothing yet.
    ASSERT_TRUE(engine.wait([&] { return one.call->streaming(); }));
  }

  void on_event(victim& one, const call_event& event) {
    if (event.what == kind::agent_quiet && one.role != "llm" && one.role != "none")
      kill(one);
  }

  void kill(victim& one) {
    if (std::exchange(one.asked, true))
      return;
    client_request request;
    request.method = "POST";
    request.url = engine.admin_url("/api/v1/calls/" + one.call->facts().call_sid + "/children/" +
                                   one.role + "/kill?how=" + one.how);
    http_fetch(engine.io, request, [&one](result<http_response> answer) {
      one.killed = answer ? answer->status : 1;
    });
  }

  /// Until all calls are over.
  void run() {
    size_t over = 0;
    EXPECT_TRUE(engine.wait(
        [&] {
          over = 0;
          for (auto& one : victims) {
            over += one.call->live() ? 0 : 1;
            if (one.role == "llm" && engine.llm->held(one.call->facts().call_sid))
              kill(one);
          }
          return over == victims.size();
        },
        40s));
  }

  void check(const victim& one) {
    SCOPED_TRACE(one.role + " " + one.how);
    const auto& facts = one.call->facts();
    if (one.role != "none") {
      EXPECT_EQ(one.killed, 200u);
    }
    EXPECT_FALSE(facts.lost) << facts.ended_by;
    ASSERT_GE(facts.gaps.size(), 1u) << "the caller spoke and heard nothing: " << facts.ended_by;
    for (const auto gap : facts.gaps)
      EXPECT_LE(gap, 2500ms);
    const bool comes_back = one.role == "media" || one.role == "supervisor";
    EXPECT_EQ(facts.streams, comes_back ? 2u : 1u);
    const auto stored = engine.ended_call(facts.call_sid);
    ASSERT_TRUE(stored.is_object());
    EXPECT_NE(stored.value("outcome", ""), "");
    EXPECT_NE(stored.value("outcome", ""), "failed");
    EXPECT_EQ(stored["resumes"], comes_back ? 1 : 0);
    EXPECT_NE(stored.dump().find("Monday to Friday"), std::string::npos)
        << "the question was not answered: " << stored["turns"].dump(1);
    if (one.role == "none") {
      EXPECT_EQ(stored["error_count"], 0);
    } else if (one.role != "media") { // whose loss is counted by the resume
      EXPECT_GE(stored["error_count"], 1) << "nothing died";
    }
  }

  running_engine engine{[](engine_config& config) {
    config.limits.calls_per_minute_per_source = 100;
  }};
  std::deque<victim> victims;
};

TEST_F(kill_test, every_role_in_every_way_is_survived_by_its_call_and_touches_no_other) {
  engine.stt->always_hears("what are your opening hours");
  for (const auto* role : {"media", "stt", "llm", "tts", "store", "supervisor"})
    for (const auto* how : {"exit", "throw", "hang"})
      place(role, how);
  for (int i = 0; i < 3; ++i)
    place("none", "");
  run();
  for (const auto& one : victims)
    check(one);
}

TEST_F(kill_test, refuses_roles_ways_and_calls_that_do_not_exist) {
  engine.offered_stream("CA1");
  for (const auto* path :
       {"CA1/children/cook/kill?how=exit", "CA1/children/stt/kill?how=politely",
        "CA9/children/stt/kill?how=exit", "CA1/children/stt/kill", "CA1/stt/kill?how=exit"}) {
    client_request request;
    request.method = "POST";
    request.url = engine.admin_url("/api/v1/calls/" + std::string{path});
    EXPECT_EQ(engine.fetch(request).status, 404u) << path;
  }
  EXPECT_EQ(engine.call("CA1")["state"], "live");
}

} // namespace
} // namespace trunkline
