// The public and the admin listener as strangers, carriers and operators meet them.

#include "bench/load/server_watch.hpp"
#include "tests/support/net.hpp"
#include "tests/support/running_engine.hpp"

#include <nlohmann/json.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

namespace trunkline {
namespace {

using testing::running_engine;
using namespace std::chrono_literals;
using ::testing::HasSubstr;

TEST(doors, answer_a_repeated_webhook_with_the_same_stream_and_make_one_call) {
  running_engine engine;
  const auto first = engine.post("/voice/incoming", engine.ringing("CA1"));
  const auto again = engine.post("/voice/incoming", engine.ringing("CA1"));
  EXPECT_EQ(first.status, 200u);
  EXPECT_EQ(first.body, again.body);
  EXPECT_THAT(first.body, HasSubstr("<Redirect"));
  EXPECT_EQ(engine.stored("calls").size(), 1u);
}

TEST(doors, refuse_a_webhook_without_the_right_signature) {
  running_engine engine;
  auto request = engine.webhook("/voice/incoming", engine.ringing("CA1"));
  const auto good = request.headers.back().second;
  request.headers.back().second = "A" + good.substr(1) + "A";
  EXPECT_EQ(engine.fetch(request).status, 403u);
  request.headers.pop_back();
  EXPECT_EQ(engine.fetch(request).status, 403u);
  // A signature taken from one call opens no other, nor another page.
  request.headers.emplace_back("X-Twilio-Signature", good);
  request.body = render_form(engine.ringing("CA2"));
  EXPECT_EQ(engine.fetch(request).status, 403u);
  request.body = render_form(engine.ringing("CA1"));
  request.url = engine.public_url("/voice/after");
  EXPECT_EQ(engine.fetch(request).status, 403u);
  EXPECT_EQ(engine.stored("calls").size(), 0u);
}

TEST(doors, close_more_unsigned_connections_of_an_address_than_are_configured) {
  running_engine engine{
      [](engine_config& config) { config.limits.unsigned_connections_per_address = 1; }};
  testing::raw_peer stranger{engine.running->public_port()};
  ASSERT_TRUE(stranger.send("GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n"));
  EXPECT_THAT(stranger.read_response(), HasSubstr(" 404 "));
  testing::raw_peer another{engine.running->public_port()};
  EXPECT_EQ(another.read_to_end(), "");
}

TEST(doors, refuse_a_media_socket_without_signature) {
  running_engine engine;
  const auto offer = engine.offered_stream("CA1");
  const auto stranger = engine.open_stream(offer.url, false);
  EXPECT_THAT(stranger->refused, HasSubstr("403"));
  const auto carrier = engine.open_stream(offer.url);
  EXPECT_EQ(carrier->refused, "");
}

TEST(doors, close_sockets_with_a_used_or_wrong_token_and_leave_the_call_alone) {
  running_engine engine;
  const auto offer = engine.offered_stream("CA1");
  const auto guess = engine.open_stream(offer.url);
  guess->send_start("CA1", std::string(offer.token.size(), 'a'));
  EXPECT_TRUE(engine.wait([&] { return guess->closed != 0; }));
  EXPECT_EQ(guess->closed, 1008);
  const auto carrier = engine.open_stream(offer.url);
  carrier->send_start("CA1", offer.token);
  ASSERT_TRUE(engine.wait([&] { return !carrier->received.empty(); }));
  for (const auto* sid : {"CA1", "CA2"}) {
    const auto second = engine.open_stream(offer.url);
    second->send_start(sid, offer.token);
    EXPECT_TRUE(engine.wait([&] { return second->closed != 0; })) << sid;
    EXPECT_EQ(second->closed, 1008) << sid;
  }
  EXPECT_EQ(carrier->closed, 0);
  EXPECT_EQ(engine.call("CA1")["state"], "live");
}

TEST(doors, ask_for_a_message_when_nobody_knows_the_call_that_comes_back) {
  running_engine engine;
  auto fields = engine.ringing("CA-of-another-engine");
  fields.emplace_back("CallStatus", "in-progress");
  EXPECT_THAT(engine.post("/voice/after", fields).body, HasSubstr("<Record"));
}

TEST(doors, say_that_an_unknown_number_is_not_in_service) {
  running_engine engine([](engine_config& config) { config.assistants[0].is_default = false; });
  auto fields = engine.ringing("CA1");
  fields[3].second = "+15550109999";
  const auto answer = engine.post("/voice/incoming", fields);
  EXPECT_EQ(answer.status, 200u);
  EXPECT_THAT(answer.body, HasSubstr("not in service"));
  EXPECT_EQ(answer.body.find("<Connect"), std::string::npos);
  EXPECT_NE(testing::offer_in(engine.post("/voice/incoming", engine.ringing("CA2")).body).url, "");
}

TEST(doors, give_the_busy_tone_to_a_number_that_calls_too_often_and_to_no_other) {
  running_engine engine(
      [](engine_config& config) { config.limits.calls_per_minute_per_source = 2; });
  for (const auto* sid : {"CA1", "CA2"})
    engine.offered_stream(sid);
  const auto third = engine.post("/voice/incoming", engine.ringing("CA3"));
  EXPECT_EQ(third.status, 200u);
  EXPECT_THAT(third.body, HasSubstr("<Reject reason=\"busy\""));
  const auto other = engine.post("/voice/incoming", engine.ringing("CA4", "+15550100777"));
  EXPECT_NE(testing::offer_in(other.body).url, "");
}

TEST(doors, tell_load_balancers_on_both_sides_that_it_lives) {
  running_engine engine;
  for (const auto* path : {"/healthz", "/ready"}) {
    EXPECT_EQ(engine.get(path).status, 200u) << path;
    client_request request;
    request.url = engine.public_url(path);
    EXPECT_EQ(engine.fetch(request).status, 200u) << path;
    request.url = engine.public_url("/metrics");
    EXPECT_EQ(engine.fetch(request).status, 404u);
  }
}

TEST(doors, show_metrics_that_prometheus_accepts_and_that_move) {
  running_engine engine;
  engine.offered_stream("CA1");
  engine.fetch([&] {
    auto request = engine.webhook("/voice/incoming", engine.ringing("CA2"));
    request.headers.pop_back();
    return request;
  }());
  const auto metrics = engine.get("/metrics");
  ASSERT_EQ(metrics.status, 200u);
  EXPECT_THAT(std::string{metrics.header("Content-Type")}, HasSubstr("text/plain"));
  EXPECT_THAT(metrics.body, HasSubstr("# TYPE"));
  EXPECT_THAT(metrics.body, ::testing::HasSubstr("trunkline_calls_live 1"));
  const auto used = parse_server_metrics(metrics.body);
  EXPECT_GT(used.cpu_s, 0);
  EXPECT_GT(used.rss_bytes, 1'000'000u);
  EXPECT_GT(used.descriptors, 3u);
  EXPECT_GT(used.threads, 1u);
  EXPECT_GT(used.actors, 5u);
  EXPECT_THAT(metrics.body, ::testing::ContainsRegex("signature[a-z_]*[^\n#]* 1\n"));
  if (std::system("command -v promtool >/dev/null 2>&1") != 0)
    GTEST_SKIP() << "promtool is not installed (package prometheus)";
  testing::temp_dir dir;
  const auto file = (dir.path() / "metrics").string();
  testing::write_file(file, metrics.body);
  const auto verdict = dir.path() / "verdict";
  const auto status =
      std::system(("promtool check metrics <" + file + " >" + verdict.string() + " 2>&1").c_str());
  EXPECT_EQ(status, 0) << testing::read_file(verdict);
}

TEST(doors, show_calls_appointments_and_messages_and_nothing_that_is_not_there) {
  running_engine engine;
  engine.offered_stream("CA1");
  const auto live = engine.call("CA1");
  EXPECT_EQ(live["state"], "live");
  EXPECT_EQ(live["call_sid"], "CA1");
  EXPECT_EQ(engine.stored("appointments").size(), 0u);
  EXPECT_EQ(engine.stored("messages").size(), 0u);
  for (const auto* path : {"/api/v1/calls/CA2", "/api/v1/nothing", "/nothing"})
    EXPECT_EQ(engine.get(path).status, 404u) << path;
  client_request request;
  request.method = "DELETE";
  request.url = engine.admin_url("/api/v1/calls/CA1");
  EXPECT_EQ(engine.fetch(request).status, 405u);
}

TEST(doors, have_no_hook_to_kill_with_unless_it_is_switched_on) {
  running_engine engine([](engine_config& config) { config.server.test_hooks = false; });
  engine.offered_stream("CA1");
  client_request request;
  request.method = "POST";
  request.url = engine.admin_url("/api/v1/calls/CA1/children/stt/kill?how=exit");
  EXPECT_EQ(engine.fetch(request).status, 405u);
}

TEST(doors, ask_operators_for_the_configured_credentials) {
  running_engine engine([](engine_config& config) {
    config.admin_user = "operator";
    config.admin_password = "secret";
  });
  for (const auto* path : {"/metrics", "/api/v1/calls", "/api/v1/calls/CA1", "/api/v1/messages"}) {
    const auto refused = engine.get(path);
    EXPECT_EQ(refused.status, 401u) << path;
    EXPECT_THAT(std::string{refused.header("WWW-Authenticate")}, HasSubstr("Basic"));
  }
  client_request request;
  request.url = engine.admin_url("/metrics");
  request.headers = {{"Authorization", "Basic b3BlcmF0b3I6c2VjcmV0"}}; // operator:secret
  EXPECT_EQ(engine.fetch(request).status, 200u);
  request.headers = {{"Authorization", "Basic b3BlcmF0b3I6d3Jvbmc="}}; // operator:wrong
  EXPECT_EQ(engine.fetch(request).status, 401u);
  EXPECT_EQ(engine.get("/healthz").status, 200u) << "probes need none";
}

} // namespace
} // namespace trunkline
