#pragma once

#include "infra/providers/llm_provider.hpp"
#include "infra/providers/stt_provider.hpp"
#include "infra/providers/tts_provider.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>

namespace trunkline::testing {

/// A recogniser that is told what it hears: when a voice ends, the final transcript is the text set
/// last, once; or a fixed one every time. Nothing set: an empty final. Thread safe.
class told_stt : public stt_provider {
public:
  void will_hear(std::string text);
  void always_hears(std::string text);

  std::string name() const override { return "told"; }
  std::unique_ptr<stt_session> open(stt_sink sink) override;

private:
  struct words {
    std::mutex mutex;
    std::string next, always;
    std::string take();
  };
  struct session;
  std::shared_ptr<words> words_ = std::make_shared<words>();
};

/// A voice that hums: 8 ms a character, or the pace that was set; 20 to 112 of them, all of a
/// sentence at once. Thread safe.
class humming_tts : public tts_provider {
public:
  void hum_at(std::chrono::milliseconds per_character) {
    *ms_per_character_ = per_character.count();
  }

  std::string name() const override { return "humming"; }
  std::unique_ptr<tts_session> open(const std::string& voice, tts_sink sink) override;

private:
  struct session;
  using pace = std::atomic<std::chrono::milliseconds::rep>;
  std::shared_ptr<pace> ms_per_character_ = std::make_shared<pace>(8);
};

/// The embedded agent, but of an assistant with several languages it knows only how to change them:
/// "español" and "English" ask for it, "falla" makes it fail. The first reply of a call whose
/// caller is named `held_caller` never comes: the actor that waits for it can be killed. Thread
/// safe.
class holding_llm : public llm_provider {
public:
  static constexpr const char* held_caller = "Hold";

  holding_llm();
  /// Whether a reply of that call is being held, or was.
  bool held(const std::string& call_sid) const;
  /// The system prompt that it was given last.
  std::string last_prompt() const;
  /// What it answers when it is asked about a call that is over.
  void will_extract(std::string answer);

  std::string name() const override { return "holding"; }
  std::unique_ptr<llm_stream> start(llm_request request, llm_sink sink) override;

private:
  std::shared_ptr<llm_provider> agent_;
  mutable std::mutex mutex_;
  std::set<std::string> held_;
  std::string last_prompt_, extraction_;
};

} // namespace trunkline::testing
