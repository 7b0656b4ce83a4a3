// The hot path of one call, in isolation: `./dev bench`.

#include "actors/dialog/turn_machine.hpp"
#include "actors/media/media_reader.hpp"
#include "actors/speech/playout_ledger.hpp"
#include "infra/speech/voice_activity.hpp"
#include "protocol/audio/mulaw.hpp"
#include "protocol/text/base64.hpp"
#include "protocol/twilio/media_message.hpp"
#include "protocol/twilio/twiml.hpp"

#include <benchmark/benchmark.h>

#include <array>
#include <string>
#include <vector>

namespace trunkline {
namespace {

std::vector<uint8_t> tone_frame() {
  std::vector<uint8_t> frame(160);
  for (size_t i = 0; i < frame.size(); ++i)
    frame[i] = static_cast<uint8_t>(i * 37);
  return frame;
}

void parse_inbound_frame(benchmark::State& state) {
  const auto frame = tone_frame();
  stream_media media;
  media.sequence = 1234;
  media.chunk = 1233;
  media.timestamp_ms = 24660;
  media.stream_sid = "MZ00000000000000000000000000000001";
  media.audio = frame;
  const auto text = render_caller_media(media);
  stream_message_parser parser;
  for (auto _ : state)
    benchmark::DoNotOptimize(parser.parse(text));
  if (parser.slow_parses() > 0)
    state.SkipWithError("the frame took the slow way");
}
BENCHMARK(parse_inbound_frame);

void render_200_ms(benchmark::State& state) {
  const std::vector<uint8_t> audio(1600, 0x55);
  for (auto _ : state)
    benchmark::DoNotOptimize(render_media("MZ00000000000000000000000000000001", audio));
}
BENCHMARK(render_200_ms);

void base64_of_a_frame(benchmark::State& state) {
  const auto text = base64_encode(tone_frame());
  std::vector<uint8_t> bytes;
  for (auto _ : state)
    benchmark::DoNotOptimize(base64_decode(text, bytes));
}
BENCHMARK(base64_of_a_frame);

void base64_of_200_ms(benchmark::State& state) {
  const std::vector<uint8_t> audio(1600, 0x55);
  for (auto _ : state)
    benchmark::DoNotOptimize(base64_encode(audio));
}
BENCHMARK(base64_of_200_ms);

void mulaw_of_a_frame_there_and_back(benchmark::State& state) {
  const auto frame = tone_frame();
  for (auto _ : state)
    benchmark::DoNotOptimize(mulaw_encode(mulaw_decode(frame)));
}
BENCHMARK(mulaw_of_a_frame_there_and_back);

// From the carrier's text to what the channel's actor is told.
void read_a_frame(benchmark::State& state) {
  const auto frame = state.range(0) != 0 ? tone_frame() : std::vector<uint8_t>(160, mulaw_silence);
  media_reader reader{voice_settings{}};
  stream_media media;
  media.stream_sid = "MZ00000000000000000000000000000001";
  media.audio = frame;
  std::vector<std::string> texts;
  for (media.sequence = 1; media.sequence <= 100'000; ++media.sequence) {
    media.timestamp_ms = media.sequence * 20;
    texts.push_back(render_caller_media(media));
  }
  size_t next = 0;
  for (auto _ : state)
    benchmark::DoNotOptimize(reader.read(texts[next++ % texts.size()], {}));
}
BENCHMARK(read_a_frame)->ArgName("voice")->Arg(0)->Arg(1)->Iterations(100'000);

void twiml_of_a_stream(benchmark::State& state) {
  const twiml::stream document{"wss://calls.example.com/voice/stream/CA0001",
                               {{"token", "abcdefghijklmnopqrstuvwxyz"}},
                               "https://calls.example.com/voice/after?x=1&y=2",
                               "https://calls.example.com/voice/after?x=1&y=2",
                               {}};
  for (auto _ : state)
    benchmark::DoNotOptimize(twiml::connect_stream(document));
}
BENCHMARK(twiml_of_a_stream);

void voice_activity_of_a_frame(benchmark::State& state) {
  const auto frame = tone_frame();
  voice_activity activity{voice_settings{}};
  for (auto _ : state)
    benchmark::DoNotOptimize(activity.feed(frame));
}
BENCHMARK(voice_activity_of_a_frame);

void mark_ledger_of_a_sentence(benchmark::State& state) {
  for (auto _ : state) {
    playout_ledger ledger;
    std::vector<std::string> names;
    for (int i = 0; i < 15; ++i) {
      ledger.sent(1, 1600, milliseconds{i * 200});
      if (auto name = ledger.mark_due(milliseconds{200}))
        names.push_back(std::move(*name));
    }
    names.push_back(ledger.finish(1));
    for (const auto& name : names)
      benchmark::DoNotOptimize(ledger.on_mark(name));
  }
}
BENCHMARK(mark_ledger_of_a_sentence);

void turn_machine_turn(benchmark::State& state) {
  for (auto _ : state) {
    turn_machine machine{turn_settings{}};
    machine.on(turn_event::speech_started{milliseconds{0}}, milliseconds{60});
    machine.on(turn_event::speech_ended{milliseconds{1000}}, milliseconds{1200});
    machine.on(turn_event::transcript{"hello there", true, false}, milliseconds{1250});
    benchmark::DoNotOptimize(machine.on(turn_event::tick{}, milliseconds{1300}));
  }
}
BENCHMARK(turn_machine_turn);

} // namespace
} // namespace trunkline
