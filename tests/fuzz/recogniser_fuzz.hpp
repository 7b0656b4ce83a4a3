#pragma once

#include "protocol/speech/utterance_assembler.hpp"
#include "protocol/text/utf8.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace trunkline::fuzz {

/// Takes the input for messages that end with a zero byte, and puts what they say through an
/// assembler while a voice comes and goes. The first byte of each says what else happens.
inline void run_recogniser(recogniser_codec& codec, std::string_view input) {
  utterance_assembler assembler{{.flushes = codec.can_flush}};
  utterance_assembler::time_point now{};
  uint64_t covered = 0, started = 0;
  const auto check = [&](const std::vector<assembled>& told) {
    for (const auto& one : told)
      if (const auto* t = std::get_if<transcript>(&one)) {
        if (!is_valid_utf8(t->text) || t->text.size() > 8192 || t->utterance > started ||
            (t->is_final && t->utterance <= covered))
          std::abort();
        covered = t->is_final ? t->utterance : covered;
      }
  };
  while (!input.empty()) {
    const auto line = input.substr(0, input.find('\0'));
    input.remove_prefix(std::min(line.size() + 1, input.size()));
    const auto kind = line.empty() ? 0u : static_cast<uint8_t>(line.front()) % 4u;
    now += std::chrono::milliseconds{100};
    if (kind == 0) {
      ++started;
      check(assembler.speech_started(now, codec.audio_sent()));
    } else if (kind == 1) {
      check(assembler.speech_ended(now, codec.audio_sent()));
    }
    const auto read = codec.read(line.substr(std::min<size_t>(1, line.size())), kind == 2);
    for (size_t i = 0; read && i < read->size(); ++i)
      check(assembler.on((*read)[i], now));
    check(assembler.tick(now));
  }
}

} // namespace trunkline::fuzz
