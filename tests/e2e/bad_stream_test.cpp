// Media sockets that misbehave: each is closed or put up with, and the caller is never dropped.

#include "protocol/twilio/signature.hpp"
#include "tests/support/net.hpp"
#include "tests/support/running_engine.hpp"

#include <nlohmann/json.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace trunkline {
namespace {

using testing::raw_stream;
using testing::running_engine;
using namespace std::chrono_literals;
using ::testing::HasSubstr;

std::string frame(uint64_t number, std::span<const uint8_t> audio) {
  return render_caller_media({.sequence = number + 1,
                              .chunk = number,
                              .timestamp_ms = number * 20,
                              .stream_sid = "MZ1",
                              .audio = audio});
}

class bad_stream : public ::testing::Test {
protected:
  explicit bad_stream(const running_engine::change& configure = {}) : engine(configure) {}

  /// A stream that the call has accepted: the greeting is coming.
  std::shared_ptr<raw_stream> accepted() {
    const auto offer = engine.offered_stream("CA1");
    auto stream = engine.open_stream(offer.url);
    stream->send_start("CA1", offer.token);
    EXPECT_TRUE(engine.wait([&] { return !stream->received.empty(); }));
    return stream;
  }

  /// The carrier asks what to do next, and is told to come back to the same call.
  void expect_resume() {
    const auto answer = engine.post("/voice/after", engine.ringing("CA1"));
    EXPECT_EQ(answer.status, 200u);
    const auto offer = testing::offer_in(answer.body);
    ASSERT_NE(offer.url, "") << answer.body;
    const auto stream = engine.open_stream(offer.url);
    stream->send_start("CA1", offer.token);
    EXPECT_TRUE(engine.wait([&] { return !stream->received.empty(); }));
    EXPECT_EQ(engine.call("CA1")["resumes"], 1);
  }

  static bool closes(running_engine& engine, const raw_stream& stream) {
    return engine.wait([&] { return stream.closed != 0; });
  }

  running_engine engine;
};

/// The same, on an engine whose limits are over soon.
class impatient : public bad_stream {
protected:
  impatient()
      : bad_stream([](engine_config& config) {
          config.limits.stream_start_timeout = 200ms;
          config.limits.frame_silence_timeout = 1s;
        }) {}
};

TEST_F(impatient, stream_without_its_start_is_closed_and_the_offer_still_stands) {
  const auto offer = engine.offered_stream("CA1");
  const auto stream = engine.open_stream(offer.url);
  stream->send(render_connected());
  EXPECT_TRUE(closes(engine, *stream));
  EXPECT_EQ(stream->closed, 1008);
  const auto carrier = engine.open_stream(offer.url);
  carrier->send_start("CA1", offer.token);
  EXPECT_TRUE(engine.wait([&] { return !carrier->received.empty(); }));
}

TEST_F(impatient, stream_without_frames_is_closed_and_the_caller_comes_back) {
  const auto stream = accepted();
  EXPECT_TRUE(closes(engine, *stream)) << "a stream without frames lives on";
  expect_resume();
}

TEST_F(bad_stream, with_media_before_its_start_is_closed) {
  const auto offer = engine.offered_stream("CA1");
  const auto stream = engine.open_stream(offer.url);
  stream->send(render_connected());
  stream->send(frame(1, std::vector<uint8_t>(160, 0xff)));
  EXPECT_TRUE(closes(engine, *stream));
  EXPECT_EQ(stream->closed, 1008);
  // The offer still stands for the real carrier.
  const auto carrier = engine.open_stream(offer.url);
  carrier->send_start("CA1", offer.token);
  EXPECT_TRUE(engine.wait([&] { return !carrier->received.empty(); }));
}

TEST_F(bad_stream, that_starts_twice_is_closed_and_the_caller_comes_back) {
  const auto stream = accepted();
  stream->send_start("CA1", "anything");
  EXPECT_TRUE(closes(engine, *stream));
  expect_resume();
}

TEST_F(bad_stream, with_a_flood_of_broken_base64_is_closed_and_the_caller_comes_back) {
  const auto stream = accepted();
  const std::string broken = R"({"event":"media","sequenceNumber":"2","streamSid":"MZ1","media":)"
                             R"({"track":"inbound","chunk":"1","timestamp":"20","payload":"@@"}})";
  for (int i = 0; i < 20; ++i)
    stream->send(broken);
  EXPECT_EQ(engine.call("CA1")["state"], "live");
  EXPECT_EQ(stream->closed, 0) << "a few broken messages are put up with";
  for (int i = 0; i < 200; ++i)
    stream->send(broken);
  EXPECT_TRUE(closes(engine, *stream));
  expect_resume();
}

TEST_F(bad_stream, with_text_that_is_no_json_before_start_is_closed) {
  const auto offer = engine.offered_stream("CA1");
  const auto stream = engine.open_stream(offer.url);
  stream->send("hello");
  EXPECT_TRUE(closes(engine, *stream));
  EXPECT_EQ(stream->closed, 1008);
}

TEST_F(bad_stream, with_binary_frames_is_closed_and_the_caller_comes_back) {
  const auto offer = engine.offered_stream("CA1");
  testing::raw_peer peer{engine.running->public_port()};
  const auto path = offer.url.substr(offer.url.find("/voice/"));
  peer.send("GET " + path +
            " HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
            "X-Twilio-Signature: " +
            sign_webhook(engine.token, offer.url) + "\r\n\r\n");
  EXPECT_THAT(peer.read_until("\r\n\r\n"), HasSubstr("101"));
  const auto send = [&](char opcode, const std::string& text) {
    const auto size = text.size();
    std::string head{static_cast<char>(0x80 | opcode)};
    if (size < 126)
      head += static_cast<char>(0x80 | size);
    else
      head += {static_cast<char>(0x80 | 126), static_cast<char>(size >> 8),
               static_cast<char>(size & 0xff)};
    peer.send(head + std::string(4, '\0') + text); // a mask of zeros leaves the text as it is
  };
  send(1, render_connected());
  send(1, render_started({.stream_sid = "MZ1",
                          .account_sid = "AC1",
                          .call_sid = "CA1",
                          .parameters = {{"token", offer.token}}}));
  EXPECT_THAT(peer.read_until("\"media\""), HasSubstr("media"));
  send(2, std::string(160, '\x7f'));
  EXPECT_THAT(peer.read_until("binary"), HasSubstr("\x03\xeb"
                                                   "binary")); // 1003
  expect_resume();
}

TEST_F(bad_stream, with_unknown_events_and_frames_out_of_order_is_still_understood) {
  const auto stream = accepted();
  stream->send(R"({"event":"weather","streamSid":"MZ1","weather":{"sky":"blue"}})");
  engine.stt->will_hear("what are your opening hours");
  const auto voice = speak("kal16", "what are your opening hours");
  ASSERT_TRUE(voice);
  std::vector<uint8_t> audio = **voice;
  audio.resize((audio.size() / 160 + 60) * 160, 0xff); // 1.2 s of silence at the end
  std::vector<std::string> frames;
  for (size_t at = 0, number = 1; at < audio.size(); at += 160, ++number)
    frames.push_back(frame(number, std::span{audio}.subspan(at, 160)));
  for (size_t i = 4; i + 1 < frames.size(); i += 10)
    std::swap(frames[i], frames[i + 1]);
  for (const auto& one : frames) {
    stream->send(one);
    stream->send(one); // and each of them twice
  }
  const auto answered = [&] {
    return engine.call("CA1").dump().find("Monday to Friday") != std::string::npos;
  };
  EXPECT_TRUE(engine.wait(answered)) << engine.call("CA1").dump(1);
  EXPECT_EQ(stream->closed, 0);
}

TEST_F(bad_stream, that_is_cut_without_a_word_brings_the_caller_back) {
  {
    const auto stream = accepted();
    stream->socket->close(1001, "carrier restarts");
    EXPECT_TRUE(closes(engine, *stream));
  }
  expect_resume();
}

} // namespace
} // namespace trunkline
