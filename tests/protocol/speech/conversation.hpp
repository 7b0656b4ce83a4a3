#pragma once

#include "protocol/speech/utterance_assembler.hpp"

#include <string>
#include <utility>
#include <vector>

namespace trunkline::assembling {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using lines = std::vector<std::string>;

// What a service may say, at a time of the media.
inline recognised interim(std::string text, int end = 0) {
  return {.text = std::move(text), .audio_end = milliseconds{end}};
}
inline recognised settled(std::string text, int end = 0) {
  return {.text = std::move(text), .settled = true, .audio_end = milliseconds{end}};
}
inline recognised speech_final(std::string text, int end = 0) {
  auto r = settled(std::move(text), end);
  r.ends_speech = true;
  return r;
}
inline recognised flushed(std::string text, int end = 0) {
  auto r = settled(std::move(text), end);
  r.answers_flush = true;
  return r;
}
inline recognised utterance_end(int last_word_end) {
  return {.ends_speech = true, .audio_end = milliseconds{last_word_end}};
}
inline recognised update(std::string text, int end) {
  return {.text = std::move(text), .whole_turn = true, .audio_end = milliseconds{end}};
}
inline recognised eager(std::string text, int end) {
  auto r = update(std::move(text), end);
  r.early_end = true;
  return r;
}
inline recognised resumed(std::string text, int end) {
  auto r = update(std::move(text), end);
  r.taken_back = true;
  return r;
}
inline recognised end_of_turn(std::string text, int end) {
  auto r = update(std::move(text), end);
  r.settled = r.ends_speech = true;
  return r;
}

// The wall clock and the media run together here. `i` interim, `F` final, `!` turn over.
struct conversation {
  explicit conversation(assembler_settings settings = {}) : assembler{settings} {}

  void note(const std::vector<assembled>& told) {
    for (const auto& one : told) {
      if (const auto* t = std::get_if<transcript>(&one))
        heard.push_back((t->is_final ? "F" : "i") + std::to_string(t->utterance) +
                        (t->turn_over ? "! " : " ") + t->text);
      else if (const auto* f = std::get_if<failure>(&one))
        heard.push_back("failure " + std::string{to_string(f->kind)} +
                        (f->retryable ? " retryable" : ""));
      else
        heard.push_back("flush");
    }
  }
  static utterance_assembler::time_point at(int ms) {
    return utterance_assembler::time_point{} + 1h + milliseconds{ms};
  }
  conversation& start(int ms) {
    note(assembler.speech_started(at(ms), milliseconds{ms}));
    return *this;
  }
  conversation& end(int ms) {
    note(assembler.speech_ended(at(ms), milliseconds{ms}));
    return *this;
  }
  conversation& says(int ms, const recognised& what) {
    note(assembler.on(what, at(ms)));
    return *this;
  }
  conversation& tick(int ms) {
    note(assembler.tick(at(ms)));
    return *this;
  }
  lines take() { return std::exchange(heard, {}); }

  utterance_assembler assembler;
  lines heard;
};

} // namespace trunkline::assembling
