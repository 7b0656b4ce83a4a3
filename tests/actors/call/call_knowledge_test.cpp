// The knowledge base in a turn, and answers that need no model.

#include "actors/tools/faq_match.hpp"
#include "tests/support/call_fixture.hpp"
#include "tests/support/sample_assistant.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace trunkline {
namespace {

using namespace std::chrono_literals;

/// Reads of the knowledge base are held until the test lets them go.
class slow_reads : public testing::immediate_store {
public:
  bool read(job work, done finished) override {
    if (!hold)
      return write(std::move(work), std::move(finished));
    held = [this, work, finished] { (void)write(work, finished); };
    return true;
  }
  bool hold = false;
  std::function<void()> held;
};

class call_knowledge_test : public testing::call_fixture {
protected:
  call_knowledge_test() {
    rows = reads;
    setup.rows = rows;
    setup.record.tenant_id = "t1";
    setup.tools = std::make_shared<const std::vector<tool_spec>>(
        std::vector<tool_spec>{{"search_knowledge", "", "{}"}, {"answer_faq", "", "{}"}});
  }
  void with_documents() {
    ASSERT_TRUE(reads->rows.knowledge().put_document(
        {"t1", "d1", "Prices", "prices.md", "markdown", "", 1, 1, {}},
        {{0, "Prices > Implants", "An implant costs 3,200 dollars."}}));
  }
  bool told(const std::string& part) const {
    return std::any_of(requests.back().messages.begin(), requests.back().messages.end(),
                       [&](const chat_message& one) {
                         return one.role == speaker::system &&
                                one.text.find(part) != std::string::npos;
                       });
  }
  std::optional<turn_record> agent_turn() const {
    for (auto it = rows->rows.turns.rbegin(); it != rows->rows.turns.rend(); ++it)
      if (it->second.role == "agent")
        return it->second;
    return std::nullopt;
  }

  std::shared_ptr<slow_reads> reads = std::make_shared<slow_reads>();
};

TEST_F(call_knowledge_test, a_turn_is_told_the_passages_and_they_are_stored_with_it) {
  with_documents();
  answer_call();
  caller_says("what does an implant cost");
  ASSERT_EQ(requests.size(), 1u);
  EXPECT_TRUE(told("An implant costs 3,200 dollars."));
  EXPECT_EQ(requests[0].tools.size(), 2u);
  reply("It costs 3,200 dollars.");
  finish_reply();
  playout_starts();
  playout_ends();
  const auto turn = agent_turn();
  ASSERT_TRUE(turn);
  EXPECT_TRUE(turn->knowledge_used);
  EXPECT_EQ(turn->knowledge_json,
            R"([{"document":"d1","position":0,"title":"Prices > Implants"}])");
}

TEST_F(call_knowledge_test, without_documents_nothing_waits_and_no_search_is_offered) {
  answer_call();
  reads->hold = true;
  caller_says("what does an implant cost");
  ASSERT_EQ(requests.size(), 1u);
  EXPECT_FALSE(reads->held);
  EXPECT_FALSE(told("documents of the business"));
  ASSERT_EQ(requests[0].tools.size(), 1u);
  EXPECT_EQ(requests[0].tools[0].name, "answer_faq");
}

TEST_F(call_knowledge_test, a_late_knowledge_base_is_not_waited_for) {
  with_documents();
  answer_call();
  reads->hold = true;
  caller_says("what does an implant cost");
  EXPECT_TRUE(reads->held);
  advance(200ms);
  ASSERT_EQ(requests.size(), 1u);
  EXPECT_FALSE(told("documents of the business"));
  reads->held(); // too late to matter
  drain();
  EXPECT_EQ(requests.size(), 1u);
}

TEST_F(call_knowledge_test, a_broken_knowledge_base_costs_nothing) {
  with_documents();
  answer_call();
  reads->rows.knowledge().broken = failure{failure_kind::unavailable, "locked", true};
  caller_says("what does an implant cost");
  ASSERT_EQ(requests.size(), 1u);
  EXPECT_FALSE(told("documents of the business"));
}

TEST_F(call_knowledge_test, a_question_with_a_configured_answer_needs_no_model) {
  setup.faq = std::make_shared<const faq_index>(*setup.who);
  ASSERT_FALSE(setup.who->faq.empty());
  const auto& entry = setup.who->faq[0];
  answer_call();
  caller_says(entry.questions[0]);
  EXPECT_TRUE(requests.empty());
  EXPECT_TRUE(said(entry.answer.substr(0, entry.answer.find_first_of(".,"))));
  playout_starts();
  playout_ends();
  const auto turn = agent_turn();
  ASSERT_TRUE(turn);
  EXPECT_EQ(turn->action, "faq");
  EXPECT_TRUE(turn->knowledge_used);
  caller_says("my tooth fell out in the garden and now I wonder whether you can help");
  EXPECT_EQ(requests.size(), 1u);
}

} // namespace
} // namespace trunkline
