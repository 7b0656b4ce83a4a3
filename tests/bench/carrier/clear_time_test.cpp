#include "bench/carrier/simulated_call.hpp"
#include "infra/speech/voice_activity.hpp"
#include "tests/bench/carrier/small_engine.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace trunkline {
namespace {

using namespace std::chrono_literals;

// The engine's detector, fed with what it received, clears 200 ms after it has noticed a voice.
TEST(clear_time, is_counted_from_the_frame_with_which_the_engine_must_be_silent) {
  boost::asio::io_context io{1};
  testing::small_engine engine{io};
  engine.greeting = 5000ms;
  voice_activity activity{voice_settings{}};
  int frames_left = -1;
  engine.on_message = [&](auto& stream, const stream_message& message) {
    if (const auto* media = std::get_if<stream_media>(&message); !media)
      return;
    else if (const auto events = activity.feed(media->audio);
             !events.empty() && events[0].what == voice_event::kind::started)
      frames_left = 10;
    if (frames_left >= 0 && frames_left-- == 0)
      stream.socket->send_text(render_clear(stream.sid));
  };
  carrier_settings carrier;
  carrier.url = engine.base;
  carrier.webhooks.token = testing::token;
  call_plan plan;
  plan.habits.silence = 150ms;
  plan.habits.hang_up = 300ms;
  plan.barge_in_decided = 200ms;
  const auto audio = speak("rms", "Sorry, just a moment, I have a question.");
  ASSERT_TRUE(audio);
  plan.script.lines.push_back({{.say = {"sorry"}, .barge_in = 200ms}, {{"sorry", *audio}}});
  std::vector<media_time> cleared;
  bool finished = false;
  const auto call = std::make_shared<simulated_call>(io, carrier, plan, [&](const auto& event) {
    if (event.what == call_event::kind::cleared)
      cleared.push_back(event.measured);
  });
  call->start([&] { finished = true; });
  const auto end = std::chrono::steady_clock::now() + 10s;
  while (!finished && std::chrono::steady_clock::now() < end)
    io.run_one_for(100ms);
  EXPECT_TRUE(finished);
  ASSERT_EQ(cleared.size(), 1u);
  EXPECT_GE(cleared[0], 0ms);
  EXPECT_LT(cleared[0], 20ms) << "the next frame would be another one";
  engine.server->close_all();
  io.restart();
  io.run_for(50ms);
}

} // namespace
} // namespace trunkline
