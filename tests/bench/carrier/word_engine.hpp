#pragma once

#include "protocol/twilio/relay_message.hpp"
#include "tests/bench/carrier/small_engine.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace trunkline::testing {

/// A small engine with relay sockets besides; its first page connects to one.
class word_engine : public small_engine {
public:
  struct relay : web_socket_handler {
    word_engine* engine;
    std::shared_ptr<web_socket> socket;

    void say(const relay_said& message) { socket->send_text(render(message)); }
    void on_text(std::string_view text) override {
      const auto heard = parse_relay_heard(text);
      ASSERT_TRUE(heard) << heard.error().context;
      engine->heard.push_back(*heard);
      if (engine->on_heard)
        engine->on_heard(*this, *heard);
    }
    void on_binary(std::string_view) override { ADD_FAILURE() << "binary message"; }
    void on_closed(uint16_t code, std::string_view) override {
      engine->closes.push_back(code);
      socket.reset();
    }
  };

  explicit word_engine(boost::asio::io_context& io) : small_engine(io) {
    twiml::relay document;
    document.url = "ws" + base.substr(4) + "/relay/0";
    document.parameters = {{"token", "one"}};
    document.action = "/relay/action";
    document.redirect = "/voice/after";
    document.welcome = "Hello there.";
    pages["/voice/incoming"] = twiml::connect_relay(document);
    pages["/relay/action"] = twiml::hang_up();
  }

  std::shared_ptr<web_socket_handler> on_open(http_request request,
                                              std::shared_ptr<web_socket> socket) override {
    if (!request.target.starts_with("/relay"))
      return small_engine::on_open(std::move(request), std::move(socket));
    auto made = std::make_shared<relay>();
    made->engine = this;
    made->socket = std::move(socket);
    return made;
  }

  template<class T>
  std::vector<T> all() const {
    std::vector<T> found;
    for (const auto& one : heard)
      if (const auto* is = std::get_if<T>(&one))
        found.push_back(*is);
    return found;
  }

  std::vector<relay_heard> heard;
  std::function<void(relay&, const relay_heard&)> on_heard;
};

} // namespace trunkline::testing
