#pragma once

#include "bench/carrier/simulated_call.hpp"
#include "infra/net/http_server.hpp"
#include "protocol/audio/mulaw.hpp"
#include "protocol/twilio/signature.hpp"
#include "protocol/twilio/twiml.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <stdexcept>

namespace trunkline::testing {

using namespace std::chrono_literals;

inline const std::string token = "test-token";

inline std::vector<uint8_t> tone(std::chrono::milliseconds length) {
  std::vector<uint8_t> audio(static_cast<size_t>(length.count()) * mulaw_bytes_per_ms);
  for (size_t i = 0; i < audio.size(); ++i)
    audio[i] = mulaw_encode(i / 8 % 2 == 0 ? 8000 : -8000);
  return audio;
}

inline mulaw_audio line_audio(std::chrono::milliseconds length = 200ms) {
  return std::make_shared<const std::vector<uint8_t>>(tone(length));
}

/// A small engine: answers pages with set TwiML, greets on every stream and answers each stretch of
/// caller speech; all on the same thread as the carrier.
class small_engine : public http_application {
public:
  struct stream : web_socket_handler {
    small_engine* engine;
    std::shared_ptr<web_socket> socket;
    stream_message_parser parser;
    std::string sid;
    bool caller_speaks = false;
    int quiet_frames = 0;

    void speak(std::chrono::milliseconds length, const std::string& mark) {
      socket->send_text(render_media(sid, tone(length)));
      socket->send_text(render_mark(sid, mark));
    }
    void on_text(std::string_view text) override {
      const auto message = parser.parse(text);
      ASSERT_TRUE(message);
      if (const auto* start = std::get_if<stream_started>(&*message)) {
        sid = start->stream_sid;
        engine->starts.push_back(*start);
        speak(engine->greeting, "greeting");
      } else if (const auto* media = std::get_if<stream_media>(&*message)) {
        engine->frames.push_back(*media);
        engine->frames.back().audio = {};
        on_frame(is_audible(media->audio));
      } else if (const auto* mark = std::get_if<stream_mark>(&*message)) {
        engine->marks.push_back(mark->name);
      } else if (const auto* digit = std::get_if<stream_digit>(&*message)) {
        engine->digits += digit->digit;
      } else if (std::holds_alternative<stream_stopped>(*message)) {
        ++engine->stops;
      }
      if (engine->on_message)
        engine->on_message(*this, *message);
    }
    void on_frame(bool audible) {
      if (audible && !caller_speaks && engine->barge_in)
        socket->send_text(render_clear(sid));
      if (audible) {
        caller_speaks = true;
        quiet_frames = 0;
      } else if (caller_speaks && ++quiet_frames == 5) {
        caller_speaks = false;
        if (engine->answers)
          speak(300ms, "answer");
      }
    }
    void on_binary(std::string_view) override { ADD_FAILURE() << "binary frame"; }
    void on_closed(uint16_t code, std::string_view) override {
      engine->closes.push_back(code);
      socket.reset();
    }
  };

  explicit small_engine(boost::asio::io_context& io) {
    auto started = http_server::start({&io}, {}, *this);
    if (!started)
      throw std::runtime_error(started.error().context);
    server = std::move(*started);
    base = "http://127.0.0.1:" + std::to_string(server->port());
    pages["/voice/incoming"] = twiml::connect_stream({.url = stream_url(),
                                                      .parameters = {{"token", "one"}},
                                                      .action = "",
                                                      .redirect = "/voice/after",
                                                      .say_first = {}});
    pages["/voice/after"] = twiml::say({"Good bye.", "woman"});
  }

  std::string stream_url() const { return "ws" + base.substr(4) + "/voice/stream/0"; }

  void on_request(http_request request, http_respond respond) override {
    const auto form = parse_form(request.body);
    ASSERT_TRUE(form);
    EXPECT_TRUE(verify_webhook(token, base + request.target, form->fields(),
                               request.header("X-Twilio-Signature")))
        << request.target;
    const auto path = std::string{request.path()};
    asked.emplace_back(path, *form);
    if (silent.count(path))
      return; // keeps the respond function alive nowhere: the server's own limit answers
    if (path == "/voice/status") {
      respond({.status = 204});
      return;
    }
    const auto page = pages.find(path);
    if (page == pages.end())
      respond({.status = 500, .body = "broken"});
    else
      respond({.content_type = "text/xml", .body = page->second});
  }

  upgrade_decision on_upgrade(const http_request& head) override {
    const auto signature = head.header("X-Twilio-Signature");
    if (!verify_web_socket(token, "ws" + base.substr(4) + head.target, signature))
      return upgrade_refused{{.status = 403}};
    return upgrade_accepted{0};
  }

  std::shared_ptr<web_socket_handler> on_open(http_request,
                                              std::shared_ptr<web_socket> socket) override {
    auto made = std::make_shared<stream>();
    made->engine = this;
    made->socket = std::move(socket);
    return made;
  }

  std::vector<std::string> statuses() const {
    std::vector<std::string> all;
    for (const auto& [path, form] : asked)
      if (path == "/voice/status")
        all.push_back(form.text("SequenceNumber") + " " + form.text("CallStatus"));
    return all;
  }

  std::vector<std::string> paths() const {
    std::vector<std::string> all;
    for (const auto& [path, form] : asked)
      if (path != "/voice/status")
        all.push_back(path);
    return all;
  }

  form last(const std::string& wanted) const {
    form found;
    for (const auto& [path, form] : asked)
      if (path == wanted)
        found = form;
    return found;
  }

  std::unique_ptr<http_server> server;
  std::string base;
  std::map<std::string, std::string> pages;
  std::set<std::string> silent;
  std::vector<std::pair<std::string, form>> asked;
  std::vector<stream_started> starts;
  std::vector<stream_media> frames;
  std::vector<std::string> marks;
  std::vector<uint16_t> closes;
  std::string digits;
  int stops = 0;
  std::chrono::milliseconds greeting{200};
  bool barge_in = false, answers = true;
  std::function<void(stream&, const stream_message&)> on_message;
};

} // namespace trunkline::testing
