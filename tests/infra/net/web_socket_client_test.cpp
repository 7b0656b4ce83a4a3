#include "tests/infra/net/web_socket_fixture.hpp"

#include <optional>

namespace trunkline {
namespace {

using ::testing::HasSubstr;
using testing::scripted_handler;

// The client side, against our own server.
class web_socket_client_test : public testing::web_socket_fixture {
protected:
  client_request request() {
    client_request request;
    request.url = "ws://127.0.0.1:" + std::to_string(server->port()) + "/voice/stream";
    return request;
  }

  std::shared_ptr<scripted_handler> handler() {
    auto made = std::make_shared<scripted_handler>();
    made->text = [this](std::string_view text) {
      signals.change([&] { heard.emplace_back(text); });
    };
    made->closed = [this](uint16_t code, std::string_view reason) {
      signals.change([&] { client_ended.emplace_back(code, reason); });
    };
    return made;
  }

  result<std::shared_ptr<web_socket>> connect(client_request what) {
    std::optional<result<std::shared_ptr<web_socket>>> answer;
    web_socket_connect(shards.io(0), std::move(what), handler(),
                       [&](auto opened) { signals.change([&] { answer = std::move(opened); }); });
    EXPECT_TRUE(signals.wait([&] { return answer.has_value(); }));
    return *answer;
  }

  std::vector<std::string> heard;
  std::vector<std::pair<uint16_t, std::string>> client_ended;
};

TEST_F(web_socket_client_test, talks_to_the_server_and_closes) {
  serve(1);
  auto socket = connect(request());
  ASSERT_TRUE(socket) << socket.error().context;
  shards.run(0, [&] {
    for (int i = 0; i < 100; ++i)
      (*socket)->send_text("message " + std::to_string(i));
  });
  ASSERT_TRUE(signals.wait([&] { return heard.size() == 100; }));
  EXPECT_EQ(heard[99], "message 99");
  shards.run(0, [&] { (*socket)->close(1000, "done"); });
  EXPECT_TRUE(ended_with(1000));
  EXPECT_TRUE(signals.wait([&] { return client_ended.size() == 1; }));
  EXPECT_EQ(client_ended[0].first, 1000);
  shards.run(0, [&] { socket->reset(); });
}

TEST_F(web_socket_client_test, hears_what_comes_with_the_handshake_and_the_servers_close) {
  application.upgrade = [](const http_request&) { return upgrade_accepted{0}; };
  application.open = [&](http_request, std::shared_ptr<web_socket> socket) {
    socket->send_text("welcome");
    socket->close(4000, "that was all");
    return std::make_shared<scripted_handler>();
  };
  server = std::move(*http_server::start(shards.all(), options, application));
  auto socket = connect(request());
  ASSERT_TRUE(socket);
  EXPECT_TRUE(signals.wait([&] { return client_ended.size() == 1; }));
  EXPECT_EQ(heard, std::vector<std::string>{"welcome"});
  EXPECT_EQ(client_ended[0], (std::pair<uint16_t, std::string>{4000, "that was all"}));
  shards.run(0, [&] { socket->reset(); });
}

TEST_F(web_socket_client_test, tells_refusals_apart) {
  serve();
  unsigned status = 403;
  application.upgrade = [&](const http_request&) { return upgrade_refused{{.status = status}}; };
  EXPECT_EQ(connect(request()).error().kind, failure_kind::unauthorized);
  status = 503;
  const auto refused = connect(request());
  EXPECT_EQ(refused.error().kind, failure_kind::unreachable);
  EXPECT_THAT(refused.error().context, HasSubstr("503"));
}

} // namespace
} // namespace trunkline
