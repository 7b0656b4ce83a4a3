// What a tool waits for the disk is told to the call.

#include "actors/records/store_actor.hpp"
#include "tests/support/quiet_call.hpp"
#include "tests/support/sample_assistant.hpp"
#include "tests/support/slow_store.hpp"

#include <gtest/gtest.h>

namespace trunkline {
namespace {

using namespace std::chrono_literals;
using testing::slow_store;

class tool_wait_test : public testing::deterministic {
protected:
  tool_wait_test() {
    call =
        testing::spawn_quiet_call(system(), {{}, [this](const tool_done& done) { heard = done; }});
    drain();
  }
  ~tool_wait_test() override {
    stop_actor(call, caf::exit_reason::user_shutdown);
    call = nullptr;
    drain();
  }
  void run(const std::string& tool, const std::string& arguments) {
    run_tool_request request;
    request.call = {"t1", tool, arguments};
    request.facts.call_sid = "CA1";
    post_tool(rows, std::make_shared<const assistant>(testing::sample_assistant()),
              std::move(request), call);
    drain();
  }

  slow_store rows;
  call_actor call;
  std::optional<tool_done> heard;
};

TEST_F(tool_wait_test, a_message_is_told_when_it_is_on_the_disk_with_what_that_took) {
  run("take_message", R"({"text":"please call me","name":"Anna Smith"})");
  EXPECT_FALSE(heard) << "nothing is on the disk";
  ASSERT_FALSE(rows.waiting.empty());
  rows.settle({});
  drain();
  ASSERT_TRUE(heard);
  EXPECT_NE(heard->result.find("\"ok\":true"), std::string::npos) << heard->result;
  EXPECT_GE(heard->durable, 1ms) << "what was waited for counts, however short";
}

TEST_F(tool_wait_test, what_leaves_nothing_on_the_disk_waits_for_nothing) {
  run("answer_faq", R"({"question":"what are your opening hours"})");
  ASSERT_TRUE(heard);
  EXPECT_EQ(heard->durable, 0ms);
}

} // namespace
} // namespace trunkline
