#pragma once

#include "infra/providers/tts_provider.hpp"
#include "tests/support/provider_bench.hpp"

#include <algorithm>
#include <map>
#include <vector>

namespace trunkline::testing {

/// One voice session and what came of its sentences.
class speaking_bench : public provider_bench {
public:
  struct sentence {
    size_t bytes = 0, chunks = 0;
    bool ended = false; ///< done or failed
    std::optional<failure> why;
  };

  void open() {
    session.reset();
    spoken.clear();
    order.clear();
    session = tts->open("", [this](tts_event event) { on_event(event); });
  }

  void on_event(const tts_event& event) {
    ++events;
    auto& one = spoken[event.sentence];
    EXPECT_FALSE(one.ended) << "something came after the end of a sentence";
    if (const auto* chunk = std::get_if<audio_chunk>(&event.what)) {
      one.bytes += chunk->bytes ? chunk->bytes->size() : 0;
      ++one.chunks;
      return;
    }
    one.ended = true;
    order.push_back(event.sentence);
    if (const auto* wrong = std::get_if<failure>(&event.what))
      one.why = *wrong;
  }

  size_t ended() const { return order.size(); }

  std::shared_ptr<tts_provider> tts;
  std::map<uint64_t, sentence> spoken;
  std::vector<uint64_t> order; ///< of the sentences' ends
  unsigned events = 0;
  std::unique_ptr<tts_session> session;
};

} // namespace trunkline::testing
