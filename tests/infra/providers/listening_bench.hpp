#pragma once

#include "bench/providers/deepgram_stand_in.hpp"
#include "infra/providers/stt_provider.hpp"
#include "tests/support/provider_bench.hpp"

namespace trunkline::testing {

/// One recogniser session and a caller who hums and is silent, faster than real time.
class listening_bench : public provider_bench {
public:
  void open() {
    session.reset();
    finals.clear();
    interims.clear();
    why.reset();
    session = stt->open([this](stt_event event) { on_event(event); });
  }

  void hear(const std::vector<uint8_t>& sound) {
    constexpr size_t frame = 160;
    for (size_t at = 0; at + frame <= sound.size(); at += frame) {
      session->audio({std::make_shared<const std::vector<uint8_t>>(
                          sound.begin() + static_cast<ptrdiff_t>(at),
                          sound.begin() + static_cast<ptrdiff_t>(at + frame)),
                      milliseconds{sent_ms_}});
      sent_ms_ += 20;
    }
  }
  void be_silent(milliseconds length) {
    hear(std::vector<uint8_t>(static_cast<size_t>(length.count()) * 8, 0xff));
  }
  /// Long enough that a recogniser must have understood something of it.
  void say_something() {
    session->speech_started();
    hear(humming("a sentence of a second"));
    be_silent(200ms);
    session->speech_ended();
    be_silent(600ms);
  }

  void on_event(const stt_event& event) {
    ++events;
    EXPECT_FALSE(why) << "something came after a failure";
    if (const auto* wrong = std::get_if<failure>(&event))
      why = *wrong;
    else if (const auto& words = std::get<transcript>(event); words.is_final)
      finals.push_back(words);
    else
      interims.push_back(words);
  }

  std::shared_ptr<stt_provider> stt;
  std::vector<transcript> finals, interims;
  std::optional<failure> why;
  unsigned events = 0;
  std::shared_ptr<told_words> words = std::make_shared<told_words>();
  std::unique_ptr<stt_session> session;

private:
  int64_t sent_ms_ = 0;
};

} // namespace trunkline::testing
