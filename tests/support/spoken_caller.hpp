#pragma once

#include "infra/providers/stt_provider.hpp"

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace trunkline::testing {

/// Collects what a recogniser says; wait for finals instead of sleeping.
class transcript_recorder {
public:
  stt_sink sink();
  /// All transcripts so far, once `count` finals have come; a test failure after 60 s.
  std::vector<transcript> wait_for_finals(size_t count);

private:
  struct state {
    std::mutex mutex;
    std::condition_variable changed;
    std::vector<transcript> all;
    size_t finals = 0;
    size_t failures = 0;
  };
  std::shared_ptr<state> state_ = std::make_shared<state>(); // outlives late events
};

/// What one spoken line became on its way through voice activity and recogniser.
struct understood {
  std::string text; ///< finals that were not rejected, joined
  size_t utterances = 0;
  size_t rejected = 0;
  size_t interims = 0;
  std::vector<std::string> alternatives;
};

/// A caller on a quiet telephone line: speaks mu-law frames of 20 ms through voice activity into a
/// session, as fast as they can be made.
class spoken_caller {
public:
  spoken_caller(stt_provider& provider, std::string voice);
  /// What the agent has just asked for.
  void expect(expected_answer what) { session_->expect(what); }
  /// `gain` scales the loudness.
  understood say(const std::string& line, float gain = 1);

private:
  std::string voice_;
  transcript_recorder recorder_;
  std::unique_ptr<stt_session> session_;
  struct ear;
  std::shared_ptr<ear> ear_;
  size_t finals_ = 0;
  size_t seen_ = 0;
};

} // namespace trunkline::testing
