#include "infra/providers/chat_llm.hpp"

#include "bench/providers/chat_stand_ins.hpp"
#include "protocol/anthropic/messages.hpp"
#include "protocol/openai/chat.hpp"
#include "tests/support/provider_bench.hpp"

#include <ctime>
#include <random>

namespace trunkline {
namespace {

using namespace testing;
using ::testing::AllOf;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::Le;

constexpr const char* reply = "We have Tuesday at nine, or Wednesday at two.";

agent_step practice(const std::vector<chat_message>& said) {
  if (said.empty() || said.back().role == speaker::caller)
    return said.empty() || said.back().text != "book it"
               ? agent_step{{reply}, {}}
               : agent_step{{"One moment."}, {{"", "find_slot", R"({"day":"tuesday"})"}}};
  return {{"Found: " + said.back().text}, {}};
}

struct model {
  const char* name;
  std::string path; ///< of the base URL
  std::unique_ptr<stand_in_service> (*stand_in)(chat_stand_in_settings);

  friend void PrintTo(const model& one, std::ostream* to) { *to << one.name; }
};

const model models[] = {{"openai", "/v1", openai_stand_in},
                        {"compatible", "/v1", openai_stand_in},
                        {"anthropic", "", anthropic_stand_in}};

std::shared_ptr<const chat_codec> codec_of(const std::string& name) {
  if (name == "anthropic") {
    anthropic_messages_options options;
    options.model = "claude";
    options.api_key = "key";
    return std::move(*make_anthropic_messages(std::move(options)));
  }
  auto options = *openai_chat_profile(name);
  options.model = "gpt";
  options.api_key = "key";
  return std::move(*make_openai_chat(std::move(options)));
}

class chat_bench : public provider_bench {
public:
  void serve_model(const model& which, std::string key = {}) {
    chat_stand_in_settings settings;
    settings.brain = practice;
    settings.first_token = {5ms, 0};
    settings.between_tokens = 1ms;
    settings.key = std::move(key);
    serve(which.stand_in(std::move(settings)));
    use(which.name, which.path);
  }
  void use(const std::string& name, const std::string& path = "") {
    chat_llm_settings settings;
    settings.endpoint = {name, server->base_url() + path, {400ms, 400ms, 3000ms}};
    settings.first_token = settings.between_tokens = 400ms;
    llm = std::make_shared<chat_llm>(loop, std::move(settings), codec_of(name));
  }

  void ask(std::vector<chat_message> messages) {
    said.clear();
    calls.clear();
    done = 0;
    why.reset();
    llm_request request;
    request.prompt = "You answer calls.";
    request.messages = std::move(messages);
    request.tools = {{"find_slot", "Finds a slot", R"({"type":"object","properties":{}})"}};
    stream = llm->start(std::move(request), [this](llm_event event) { on_event(event); });
  }
  void ask(const std::string& words) { ask({{speaker::caller, words, {}, {}}}); }
  bool over() const { return done > 0 || why; }

  void on_event(const llm_event& event) {
    ++events;
    EXPECT_FALSE(over()) << "something came after the end";
    if (const auto* delta = std::get_if<reply_delta>(&event))
      said += delta->text;
    else if (const auto* call = std::get_if<tool_call>(&event))
      calls.push_back(*call);
    else if (const auto* wrong = std::get_if<failure>(&event))
      why = *wrong;
    else
      ++done;
  }

  std::shared_ptr<chat_llm> llm;
  std::string said;
  std::vector<tool_call> calls;
  unsigned done = 0, events = 0;
  std::optional<failure> why;
  std::unique_ptr<llm_stream> stream;
};

class chat_llm_test : public ::testing::TestWithParam<model>, public chat_bench {};

TEST_P(chat_llm_test, streams_a_reply_and_keeps_its_connection) {
  serve_model(GetParam(), "key");
  llm->prepare();
  ASSERT_TRUE(run_until([&] { return server->counts().connections == 1; }));
  run_for(20ms);
  for (int turn = 0; turn < 3; ++turn) {
    ask("hello");
    ASSERT_TRUE(run_until([&] { return over(); }));
    EXPECT_EQ(said, reply) << (why ? why->context : "");
    EXPECT_EQ(done, 1u);
    stream.reset(); // as its actor does with the last token
    run_for(10ms);  // the body's end
  }
  EXPECT_EQ(server->counts().connections, 1u);
  EXPECT_EQ(server->counts().requests, 3u);
}

TEST_P(chat_llm_test, asks_for_tools_and_goes_on_with_their_results) {
  serve_model(GetParam());
  ask("book it");
  ASSERT_TRUE(run_until([&] { return over(); }));
  ASSERT_EQ(calls.size(), 1u) << (why ? why->context : said);
  EXPECT_EQ(said, "One moment.");
  EXPECT_EQ(calls[0].name, "find_slot");
  EXPECT_EQ(calls[0].arguments, R"({"day":"tuesday"})");
  const auto call = calls[0];
  ask({{speaker::caller, "book it", {}, {}},
       {speaker::agent, "One moment.", {call}, {}},
       {speaker::tool, R"({"time":"nine"})", {}, call.id}});
  ASSERT_TRUE(run_until([&] { return over(); }));
  EXPECT_EQ(said, R"(Found: {"time":"nine"})") << (why ? why->context : "");
  EXPECT_EQ(done, 1u);
}

TEST_P(chat_llm_test, another_key_is_refused_with_the_vendors_words) {
  serve_model(GetParam(), "the right one");
  ask("hello");
  ASSERT_TRUE(run_until([&] { return over(); }));
  ASSERT_TRUE(why);
  EXPECT_EQ(why->kind, failure_kind::unauthorized);
  EXPECT_THAT(why->context, HasSubstr("stand-in trouble"));
  EXPECT_FALSE(why->retryable);
}

TEST_P(chat_llm_test, is_silent_once_its_stream_is_gone) {
  serve_model(GetParam());
  std::mt19937 random{7};
  for (int round = 0; round < 25; ++round) {
    ask("hello");
    run_for(milliseconds{random() % 16});
    stream.reset();
    const auto before = events;
    run_for(8ms);
    EXPECT_EQ(events, before);
  }
  ask("hello");
  ASSERT_TRUE(run_until([&] { return over(); }));
  EXPECT_EQ(said, reply);
}

INSTANTIATE_TEST_SUITE_P(models, chat_llm_test, ::testing::ValuesIn(models),
                         [](const auto& given) { return std::string{given.param.name}; });

const fault_outcome chat_faults[] = {
    {"refuse", failure_kind::unreachable},
    {"hang", failure_kind::timeout},
    {"hang_after_head", failure_kind::timeout},
    {"status=400", failure_kind::too_large}, // anthropic: bad_input
    {"status=401", failure_kind::unauthorized},
    {"status=402", failure_kind::quota},
    {"status=403", failure_kind::unauthorized},
    {"status=404", failure_kind::not_found},
    {"status=429,retry_after=7", failure_kind::rate_limited},
    {"status=500", failure_kind::unavailable},
    {"status=529", failure_kind::overloaded},
    {"reset,pieces=0", failure_kind::unreachable},
    {"reset,pieces=5", failure_kind::unreachable},
    {"stop,pieces=0", failure_kind::timeout},
    {"stop,pieces=5", failure_kind::timeout},
    {"stall,pieces=5,pause=1500", failure_kind::timeout},
    {"garbage", failure_kind::unreachable},
    {"huge", failure_kind::unavailable},
    {"drip,pause=30", failure_kind::timeout},
    {"empty", failure_kind::unreachable},
};

class chat_llm_faults : public ::testing::TestWithParam<std::tuple<model, fault_outcome>>,
                        public chat_bench {};

TEST_P(chat_llm_faults, end_a_reply_with_one_failure_in_time) {
  const auto& [which, expected] = GetParam();
  const std::string fault = expected.fault;
  serve_model(which);
  meet(fault);
  ask("hello");
  ASSERT_TRUE(run_until([&] { return over(); }, 2000ms)) << "no end in time";
  ASSERT_TRUE(why);
  const bool plain_400 = fault == "status=400" && which.path.empty();
  EXPECT_EQ(why->kind, plain_400 ? failure_kind::bad_input : *expected.kind) << why->context;
  EXPECT_EQ(why->retry_after, fault.find("retry_after") != std::string::npos ? 7000ms : 0ms);
  if (fault.starts_with("status")) {
    EXPECT_THAT(why->context, HasSubstr("stand-in trouble"));
  }
  const auto before = events;
  run_for(30ms);
  EXPECT_EQ(events, before);
  meet("none");
  ask("hello");
  ASSERT_TRUE(run_until([&] { return over(); }));
  EXPECT_EQ(said, reply) << "it does not recover: " << (why ? why->context : "");
}

INSTANTIATE_TEST_SUITE_P(faults, chat_llm_faults,
                         ::testing::Combine(::testing::ValuesIn(models),
                                            ::testing::ValuesIn(chat_faults)),
                         [](const auto& given) {
                           return test_name(std::string{std::get<0>(given.param).name} + "_" +
                                            std::get<1>(given.param).fault);
                         });

class chat_llm_answers : public ::testing::Test, public chat_bench {
protected:
  const failure& asked_of(const std::string& name, stand_in_answer answer) {
    serve(std::make_unique<scripted_service>(
        [answer = std::move(answer)](const http_request&) { return answer; }));
    use(name);
    ask("hello");
    EXPECT_TRUE(run_until([&] { return over(); }));
    EXPECT_TRUE(why) << "said: " << said;
    if (!why)
      why.emplace();
    return *why;
  }
  static stand_in_answer stream_of(std::string events) {
    return {200, "text/event-stream", {}, {{0ms, std::move(events)}}};
  }
};

TEST_F(chat_llm_answers, a_used_up_account_is_no_busy_minute) {
  const auto& used_up = asked_of(
      "openai", error_answer(429,
                             R"({"error":{"message":"You exceeded your current quota",)"
                             R"("type":"insufficient_quota","code":"insufficient_quota"}})",
                             {{"Retry-After", "5"}}));
  EXPECT_EQ(used_up.kind, failure_kind::quota);
  EXPECT_FALSE(used_up.retryable);
  EXPECT_EQ(used_up.retry_after, 0ms);
  EXPECT_THAT(used_up.context, HasSubstr("exceeded your current quota"));
}

TEST_F(chat_llm_answers, a_context_that_is_too_long_is_told_apart) {
  const auto& too_long = asked_of(
      "anthropic", error_answer(400, R"({"type":"error","error":{"type":"invalid_request_error",)"
                                     R"("message":"prompt is too long: 9 tokens > 8 maximum"}})"));
  EXPECT_EQ(too_long.kind, failure_kind::too_large);
  EXPECT_FALSE(too_long.retryable);
}

TEST_F(chat_llm_answers, a_date_says_when_to_come_again) {
  const auto then = std::time(nullptr) + 9;
  std::tm parts{};
  gmtime_r(&then, &parts);
  std::array<char, 64> date{};
  std::strftime(date.data(), date.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  const auto& busy =
      asked_of("openai", error_answer(429, R"({"error":{"message":"slower","code":"x"}})",
                                      {{"Retry-After", date.data()}}));
  EXPECT_EQ(busy.kind, failure_kind::rate_limited);
  EXPECT_THAT(busy.retry_after, AllOf(Ge(5000ms), Le(9000ms)));
}

TEST_F(chat_llm_answers, content_that_is_refused_is_no_reply) {
  EXPECT_EQ(asked_of("openai", stream_of(R"(data: {"choices":[{"index":0,"delta":{},)"
                                         R"("finish_reason":"content_filter"}]})"
                                         "\n\n"))
                .kind,
            failure_kind::refused);
  EXPECT_EQ(asked_of("anthropic",
                     stream_of("event: message_start\ndata: {\"type\":\"message_start\"}\n\n"
                               "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":"
                               "{\"stop_reason\":\"refusal\"}}\n\n"
                               "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"))
                .kind,
            failure_kind::refused);
}

TEST_F(chat_llm_answers, an_error_inside_a_good_stream_is_a_failure) {
  const auto& busy =
      asked_of("anthropic", stream_of("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":"
                                      "\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n"));
  EXPECT_EQ(busy.kind, failure_kind::overloaded);
  EXPECT_THAT(busy.context, HasSubstr("Overloaded"));
}

TEST_F(chat_llm_answers, thoughts_of_a_local_model_are_neither_said_nor_progress) {
  stand_in_answer thinking{200, "text/event-stream", {}, {}};
  const auto chunk = [&](milliseconds after, const std::string& text) {
    thinking.body.push_back(
        {after, R"(data: {"choices":[{"index":0,"delta":{"content":")" + text + "\"}}]}\n\n"});
  };
  chunk(0ms, "<think>Let me see");
  for (int i = 0; i < 30; ++i)
    chunk(30ms, " and see");
  chunk(30ms, "</think>Tuesday.");
  const auto& too_slow = asked_of("compatible", thinking);
  EXPECT_EQ(too_slow.kind, failure_kind::timeout);
  EXPECT_EQ(said, "");
}

} // namespace
} // namespace trunkline
