#include "bench/providers/stand_in_server.hpp"

#include "tests/bench/providers/plain_client.hpp"
#include "tests/support/provider_bench.hpp"

namespace trunkline {
namespace {

using namespace testing;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* whole = "5\r\nalpha\r\n4\r\nbeta\r\n5\r\ngamma\r\n0\r\n\r\n";

stand_in_answer three_pieces(const http_request& request) {
  if (request.path() == "/breaks")
    throw std::runtime_error("a request of a shape that nobody foresaw");
  return {200,
          "text/plain",
          {{"X-Path", std::string{request.path()}}},
          {{0ms, "alpha"}, {1ms, "beta"}, {1ms, "gamma"}}};
}

// What it needs to think of its answer is longer than the latency that it plays.
void think() {
  const auto thought_of = std::chrono::steady_clock::now() + 30ms;
  while (std::chrono::steady_clock::now() < thought_of) {
  }
}

class stand_in_server_test : public ::testing::Test, public provider_bench {
protected:
  stand_in_server_test() { serve(std::make_unique<scripted_service>(three_pieces)); }

  std::unique_ptr<plain_client> client() {
    return std::make_unique<plain_client>(io, server->base_url());
  }
  bool gets(const plain_client& one, const std::string& ending) {
    return run_until([&] { return one.received.ends_with(ending); });
  }
};

TEST_F(stand_in_server_test, answers_requests_one_after_the_other_on_a_connection) {
  const auto one = client();
  one->get("/a");
  ASSERT_TRUE(gets(*one, whole));
  EXPECT_THAT(one->received, StartsWith("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"));
  EXPECT_THAT(one->received, HasSubstr("X-Path: /a\r\n"));
  one->received.clear();
  one->get("/b");
  ASSERT_TRUE(gets(*one, whole));
  EXPECT_THAT(one->received, HasSubstr("X-Path: /b\r\n"));
  one->received.clear();
  one->get("/breaks");
  ASSERT_TRUE(gets(*one, "0\r\n\r\n"));
  EXPECT_THAT(one->received, StartsWith("HTTP/1.1 500"));
  EXPECT_EQ(server->counts().connections, 1u);
  EXPECT_EQ(server->counts().requests, 3u);
  EXPECT_EQ(server->counts().faults, 0u);
  EXPECT_FALSE(one->end);
}

TEST_F(stand_in_server_test, counts_its_latency_from_the_request_and_tells_how_late_it_was) {
  serve(std::make_unique<scripted_service>([](const http_request&) {
    think();
    return stand_in_answer{200, "text/plain", {}, {{10ms, "alpha"}, {0ms, "beta"}}};
  }));
  const auto one = client();
  one->get("/");
  ASSERT_TRUE(gets(*one, "0\r\n\r\n"));
  EXPECT_EQ(server->late().count(), 1u) << "what is due at once leaves at once";
  EXPECT_GE(server->late().max(), 20ms) << "the 10 ms began after the thinking";
}

TEST_F(stand_in_server_test, refuses_as_if_nobody_was_ever_there) {
  const auto open = client();
  run_for(10ms);
  meet("refuse");
  ASSERT_TRUE(run_until([&] { return !!open->end; }));
  EXPECT_EQ(client()->end, boost::asio::error::connection_refused);
  meet("none");
  const auto again = client();
  again->get("/");
  EXPECT_TRUE(gets(*again, whole)) << "it listens again where it was";
}

TEST_F(stand_in_server_test, hangs_before_and_after_the_head) {
  meet("hang");
  const auto before = client();
  before->get("/");
  run_for(40ms);
  EXPECT_EQ(before->received, "");
  meet("hang_after_head");
  const auto after = client();
  after->get("/");
  ASSERT_TRUE(gets(*after, "\r\n\r\n"));
  run_for(40ms);
  EXPECT_THAT(after->received, EndsWith("X-Path: /\r\n\r\n"));
  EXPECT_FALSE(before->end || after->end);
  EXPECT_EQ(server->counts().faults, 2u);
}

TEST_F(stand_in_server_test, answers_with_the_vendors_error) {
  meet("status=429,retry_after=7");
  const auto one = client();
  one->get("/");
  ASSERT_TRUE(gets(*one, "0\r\n\r\n"));
  EXPECT_THAT(one->received, StartsWith("HTTP/1.1 429"));
  EXPECT_THAT(one->received, HasSubstr("\r\nRetry-After: 7\r\n"));
}

TEST_F(stand_in_server_test, resets_in_the_middle) {
  meet("reset,pieces=2");
  const auto one = client();
  one->get("/");
  ASSERT_TRUE(run_until([&] { return !!one->end; }));
  EXPECT_EQ(one->end, boost::asio::error::connection_reset);
  EXPECT_THAT(one->received, Not(HasSubstr("gamma")));
}

TEST_F(stand_in_server_test, stops_in_the_middle_and_stays) {
  meet("stop,pieces=2");
  const auto one = client();
  one->get("/");
  ASSERT_TRUE(gets(*one, "beta\r\n"));
  run_for(40ms);
  EXPECT_THAT(one->received, EndsWith("beta\r\n"));
  EXPECT_FALSE(one->end);
}

TEST_F(stand_in_server_test, stalls_before_one_piece) {
  meet("stall,pieces=3,pause=80");
  const auto one = client();
  one->get("/");
  ASSERT_TRUE(gets(*one, "beta\r\n"));
  const auto from = std::chrono::steady_clock::now();
  ASSERT_TRUE(gets(*one, whole));
  EXPECT_GE(std::chrono::steady_clock::now() - from, 75ms);
}

TEST_F(stand_in_server_test, answers_with_garbage_nothing_or_far_too_much) {
  meet("garbage");
  const auto noise = client();
  noise->get("/");
  ASSERT_TRUE(gets(*noise, "0\r\n\r\n"));
  EXPECT_THAT(noise->received, StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(noise->received, Not(HasSubstr("alpha")));
  meet("empty");
  const auto empty = client();
  empty->get("/");
  ASSERT_TRUE(gets(*empty, "X-Path: /\r\n\r\n0\r\n\r\n"));
  meet("huge");
  const auto huge = client();
  huge->get("/");
  ASSERT_TRUE(run_until([&] { return huge->received.size() > (4u << 20); }));
}

TEST_F(stand_in_server_test, drips) {
  meet("drip,pause=10");
  const auto one = client();
  one->get("/");
  ASSERT_TRUE(gets(*one, "1\r\na\r\n"));
  run_for(35ms);
  EXPECT_LE(one->received.size(), one->received.find("1\r\na") + 6 * 6);
  ASSERT_TRUE(gets(*one, "1\r\na\r\n0\r\n\r\n"));
}

TEST_F(stand_in_server_test, the_same_requests_meet_a_fault_of_the_same_seed) {
  const auto met = [&](uint64_t seed) {
    serve(std::make_unique<scripted_service>(three_pieces), {.seed = seed});
    meet("status=500,share=40");
    std::string all;
    const auto one = client();
    for (int i = 0; i < 40; ++i) {
      one->received.clear();
      one->get("/");
      EXPECT_TRUE(gets(*one, "0\r\n\r\n"));
      all += one->received.starts_with("HTTP/1.1 500") ? 'x' : '.';
    }
    EXPECT_EQ(server->counts().faults, std::count(all.begin(), all.end(), 'x'));
    return all;
  };
  const auto first = met(3);
  EXPECT_EQ(met(3), first);
  EXPECT_NE(met(4), first);
  EXPECT_NEAR(static_cast<double>(std::count(first.begin(), first.end(), 'x')), 16, 9);
}

TEST_F(stand_in_server_test, a_fault_may_befall_a_number_of_requests_and_no_more) {
  meet("status=500,times=2");
  const auto one = client();
  std::string all;
  for (int i = 0; i < 4; ++i) {
    one->received.clear();
    one->get("/");
    ASSERT_TRUE(gets(*one, "0\r\n\r\n"));
    all += one->received.starts_with("HTTP/1.1 500") ? 'x' : '.';
  }
  EXPECT_EQ(all, "xx..");
}

/// Says each message back, at once.
struct echo_socket : stand_in_socket {
  void on_message(std::string_view bytes, bool binary) override {
    out_.send(0ms, std::string{bytes}, binary);
  }
};

/// Thinks, then says ten things of one time.
struct counting_socket : stand_in_socket {
  void on_message(std::string_view, bool) override {
    think();
    for (int i = 0; i < 10; ++i)
      out_.send(10ms, std::to_string(i), false);
  }
};

class socket_test : public ::testing::Test, public provider_bench {
protected:
  struct listener : web_socket_handler {
    explicit listener(socket_test& test) : to(test) {}
    void on_text(std::string_view text) override { to.heard.emplace_back(text); }
    void on_binary(std::string_view bytes) override { to.heard.emplace_back(bytes); }
    void on_closed(uint16_t code, std::string_view reason) override {
      to.closed = {code, std::string{reason}};
    }
    socket_test& to;
  };

  void SetUp() override {
    serve(std::make_unique<scripted_service>(
        three_pieces, [](const http_request& head) -> std::unique_ptr<stand_in_socket> {
          if (head.path() == "/count")
            return std::make_unique<counting_socket>();
          return head.path() == "/echo" ? std::make_unique<echo_socket>() : nullptr;
        }));
  }
  void TearDown() override {
    socket.reset();
    run_for(5ms);
  }
  void open(const std::string& path = "/echo") {
    client_request request;
    request.url = "ws" + server->base_url().substr(4) + path;
    request.body_bytes_max = 16u << 20;
    std::optional<result<std::shared_ptr<web_socket>>> opened;
    web_socket_connect(io, request, std::make_shared<listener>(*this),
                       [&](auto outcome) { opened = std::move(outcome); });
    ASSERT_TRUE(run_until([&] { return opened.has_value(); }));
    if (*opened)
      socket = **opened;
    else
      refused = opened->error();
  }
  void say(std::initializer_list<const char*> messages) {
    for (const auto* one : messages)
      socket->send_text(one);
  }

  std::shared_ptr<web_socket> socket;
  std::optional<failure> refused;
  std::vector<std::string> heard;
  std::optional<std::pair<uint16_t, std::string>> closed;
};

using ::testing::ElementsAre;
using ::testing::SizeIs;

TEST_F(socket_test, counts_its_latency_from_the_message_and_keeps_the_order_of_one_time) {
  open("/count");
  socket->send_text("go");
  ASSERT_TRUE(run_until([&] { return heard.size() == 10; }));
  EXPECT_THAT(heard, ElementsAre("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"));
  EXPECT_GE(server->late().max(), 20ms) << "the 10 ms began after the thinking";
}

TEST_F(socket_test, speaks_where_its_service_has_a_socket) {
  open("/elsewhere");
  ASSERT_TRUE(refused);
  EXPECT_THAT(refused->context, HasSubstr("404"));
  open();
  ASSERT_TRUE(socket);
  say({"a", "b"});
  ASSERT_TRUE(run_until([&] { return heard.size() == 2; }));
  EXPECT_THAT(heard, ElementsAre("a", "b"));
  EXPECT_EQ(server->counts().sockets, 2u);
}

TEST_F(socket_test, is_reset_without_a_close) {
  open();
  meet("reset,pieces=1");
  say({"a", "b"});
  ASSERT_TRUE(run_until([&] { return closed.has_value(); }));
  EXPECT_EQ(closed->first, 1006);
  EXPECT_THAT(heard, SizeIs(::testing::Le(1u)));
}

TEST_F(socket_test, the_one_after_a_reset_is_well_when_that_was_to_befall_one) {
  open();
  meet("reset,pieces=0,times=1");
  say({"a"});
  ASSERT_TRUE(run_until([&] { return closed.has_value(); }));
  open();
  say({"b"});
  ASSERT_TRUE(run_until([&] { return heard.size() == 1; }));
  EXPECT_EQ(server->counts().faults, 1u);
}

TEST_F(socket_test, an_open_one_is_closed_by_an_error_of_its_service) {
  open();
  meet("status=429");
  say({"a"});
  ASSERT_TRUE(run_until([&] { return closed.has_value(); }));
  EXPECT_EQ(closed->first, 1013);
}

TEST_F(socket_test, stops_says_nothing_or_nonsense_or_too_much) {
  open();
  meet("stop,pieces=1");
  say({"a", "b"});
  run_for(40ms);
  EXPECT_THAT(heard, ElementsAre("a"));
  meet("empty");
  say({"c"});
  run_for(20ms);
  EXPECT_THAT(heard, ElementsAre("a"));
  meet("garbage");
  say({"d"});
  ASSERT_TRUE(run_until([&] { return heard.size() == 2; }));
  EXPECT_NE(heard[1], "d");
  meet("huge");
  say({"e"});
  ASSERT_TRUE(run_until([&] { return heard.size() == 3; }));
  EXPECT_EQ(heard[2].size(), 8u << 20);
  EXPECT_FALSE(closed);
}

TEST_F(socket_test, stalls_once_and_keeps_the_order) {
  open();
  meet("stall,pieces=2,pause=60");
  say({"a", "b", "c", "d"});
  ASSERT_TRUE(run_until([&] { return heard.size() == 1; }));
  const auto from = std::chrono::steady_clock::now();
  ASSERT_TRUE(run_until([&] { return heard.size() == 4; }));
  EXPECT_GE(std::chrono::steady_clock::now() - from, 50ms);
  EXPECT_THAT(heard, ElementsAre("a", "b", "c", "d"));
}

TEST_F(socket_test, stalls_also_when_it_has_said_more_already) {
  open();
  say({"a", "b", "c"});
  ASSERT_TRUE(run_until([&] { return heard.size() == 3; }));
  meet("stall,pieces=2,pause=60");
  say({"d"});
  run_for(30ms);
  EXPECT_EQ(heard.size(), 3u);
  ASSERT_TRUE(run_until([&] { return heard.size() == 4; }));
}

TEST_F(socket_test, drips_its_messages) {
  open();
  meet("drip,pause=40");
  say({"a", "b", "c"});
  const auto from = std::chrono::steady_clock::now();
  ASSERT_TRUE(run_until([&] { return heard.size() == 3; }));
  EXPECT_GE(std::chrono::steady_clock::now() - from, 75ms);
  EXPECT_THAT(heard, ElementsAre("a", "b", "c"));
}

} // namespace
} // namespace trunkline
