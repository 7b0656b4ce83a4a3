// What a long conversation costs each time the model is asked.

#include "actors/agent/embedded_agent.hpp"
#include "actors/dialog/conversation.hpp"
#include "protocol/openai/chat.hpp"

#include <benchmark/benchmark.h>

#include <string>

namespace trunkline {
namespace {

constexpr int pairs = 50;

// Of the caller and the agent in turn, a tool used in each fifth.
conversation long_call() {
  conversation talk{"CA1"};
  uint64_t sentence = 0;
  for (int i = 0; i < pairs; ++i) {
    talk.add_caller_turn("I'd like to book an appointment for next Tuesday please", {}, 2000);
    talk.open_agent_turn({});
    if (i % 5 == 0) {
      const auto id = "call_" + std::to_string(i);
      talk.add_tool_call({id, "find_times", R"({"day":"2026-12-01","reason":"cleaning"})"});
      talk.add_tool_result(id, R"({"free":["09:30","11:00","14:30"]})");
    }
    talk.add_sentence(++sentence, "On Tuesday I have half past nine, eleven and half past two.");
    talk.sentence_heard(sentence, std::chrono::milliseconds{3000}, true);
    talk.close_agent_turn();
  }
  return talk;
}

void context_of_100_turns(benchmark::State& state) {
  const auto talk = long_call();
  for (auto _ : state)
    benchmark::DoNotOptimize(talk.context());
}
BENCHMARK(context_of_100_turns);

void request_of_100_turns(benchmark::State& state) {
  openai_chat_options options;
  options.model = "gpt-4.1-mini";
  const auto codec = make_openai_chat(options);
  const auto messages = long_call().context();
  for (auto _ : state)
    benchmark::DoNotOptimize((*codec)->request("You answer calls.", messages, {}));
}
BENCHMARK(request_of_100_turns);

void embedded_reply_after_100_turns(benchmark::State& state) {
  llm_request request;
  request.who = std::make_shared<const assistant>();
  request.messages = long_call().context();
  request.messages.push_back({speaker::caller, "half past two", {}, {}});
  for (auto _ : state)
    benchmark::DoNotOptimize(respond(request));
}
BENCHMARK(embedded_reply_after_100_turns);

} // namespace
} // namespace trunkline
