// An engine dies in the middle of a conversation; another one on the same database goes on with it,
// behind a real HAProxy.

#include "bench/carrier/call_watch.hpp"
#include "tests/support/carrier_peer.hpp"
#include "tests/support/engine_pair.hpp"
#include "tests/support/script_plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trunkline {
namespace {

using namespace std::chrono_literals;
using testing::engine_pair;

/// Over the channels on which the carrier brings words: the binary's own recogniser takes no part.
class two_engines : public ::testing::TestWithParam<const char*> {
protected:
  /// A booking whose engine is killed when the caller has begun to say the `lines`th line.
  carried_call book_and_kill(unsigned lines) {
    carrier_settings carrier;
    carrier.url = engines.url();
    carrier.incoming_path = testing::incoming_path(GetParam());
    carrier.webhooks.token = engine_pair::token;
    carrier.text_per_character = 3ms;
    carrier.recogniser_silence = 100ms;
    unsigned said = 0;
    const auto call = std::make_shared<simulated_call>(
        peer.io, carrier, testing::plan_of("booking"), [&](const call_event& event) {
          if (event.what == call_event::kind::caller_speaks && ++said == lines)
            engines.kill_first();
        });
    call->caller().will_know_words();
    bool over = false;
    call->start([&] { over = true; });
    EXPECT_TRUE(peer.wait([&] { return over; }, 60s)) << "the call does not end";
    EXPECT_GT(said, lines) << "the kill came after the conversation";
    return call->facts();
  }

  engine_pair engines;
  testing::carrier_peer peer;
};

TEST_P(two_engines, finish_a_booking_that_one_of_them_began) {
  const auto facts = book_and_kill(3);
  EXPECT_FALSE(facts.lost) << facts.ended_by;
  const auto rows = engines.database().rows();
  ASSERT_TRUE(peer.wait([&] {
    const auto call = rows->find_call(facts.call_sid);
    return call && *call && (*call)->ended_at;
  }));
  const auto call = **rows->find_call(facts.call_sid);
  EXPECT_EQ(call.outcome, "booked");
  EXPECT_EQ(call.channel, GetParam());
  EXPECT_EQ(call.resumes, 1);
  const auto booked = *rows->list_appointments(10);
  ASSERT_EQ(booked.size(), 1u);
  EXPECT_EQ(booked[0].service_id, "cleaning");
  EXPECT_EQ(booked[0].caller_name, "Emily Clark");
  bool excused = false;
  for (const auto& turn : *rows->turns_of(facts.call_sid))
    excused = excused || turn.text.find("cut off") != turn.text.npos;
  // Between two pages of a gather nothing is cut off: the next engine simply answers.
  EXPECT_EQ(excused, GetParam() == std::string{"relay"});
}

INSTANTIATE_TEST_SUITE_P(channels, two_engines, ::testing::Values("relay", "gather"),
                         [](const auto& about) { return std::string{about.param}; });

TEST(two_engines_test, greet_a_caller_whose_stream_died_with_the_first) {
  engine_pair engines;
  testing::carrier_peer peer;
  peer.url = engines.url();
  const auto offer = peer.offered_stream("CA1");
  ASSERT_NE(offer.url.find("/first/voice/stream/"), offer.url.npos) << offer.url;
  const auto stream = peer.open_stream(offer.url);
  stream->send_start("CA1", offer.token);
  ASSERT_TRUE(peer.wait([&] { return !stream->received.empty(); })) << "no greeting";
  // What only the dead engine's journal has is not known to the other one.
  const auto rows = engines.database().rows();
  ASSERT_TRUE(peer.wait([&] {
    const auto call = rows->find_call("CA1");
    return call && *call;
  }));
  engines.kill_first();
  ASSERT_TRUE(peer.wait([&] { return stream->closed != 0; }));
  auto fields = peer.ringing("CA1");
  fields.emplace_back("CallStatus", "in-progress");
  const auto after = testing::offer_in(peer.post("/voice/after", fields).body);
  ASSERT_NE(after.url.find("/second/voice/stream/"), after.url.npos) << after.url;
  const auto again = peer.open_stream(after.url);
  again->send_start("CA1", after.token);
  EXPECT_TRUE(peer.wait([&] { return !again->received.empty(); })) << "nothing is said";
}

} // namespace
} // namespace trunkline
