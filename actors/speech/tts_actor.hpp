#pragma once

#include "actors/interfaces.hpp"
#include "actors/speech/playout_ledger.hpp"
#include "actors/speech/sentence_audio.hpp"
#include "infra/caf/compat.hpp"
#include "infra/speech/phrase_cache.hpp"
#include "schema/assistant.hpp"

#include <deque>
#include <optional>

namespace trunkline {

/// The voice of one call. Audio goes to the carrier as it comes from the provider, at most
/// `playout_ahead` before it is heard. Keeps what was not heard yet, so that a pause (the carrier's
/// buffer is cleared) can be taken back. Fillers come from memory and go before sentences that have
/// no audio yet. The voice can change; what was given to the one before is still spoken by it. A
/// sentence that fails ends the actor with ec::provider_lost; the supervisor says what was not
/// heard with another voice.
struct tts_state {
  static inline const char* name = "tts";
  /// Sentences waiting; more are refused, which ends the actor with ec::queue_full.
  static constexpr size_t lines_max = 64;

  /// `phrases` null: fillers are spoken by the provider, too.
  tts_state(tts_actor::pointer self, std::shared_ptr<tts_provider> provider, turn_settings settings,
            std::shared_ptr<phrase_cache> phrases, std::string voice_key, call_actor call);

  tts_actor::behavior_type make_behavior();

private:
  struct line {
    uint64_t sentence = 0;
    std::string text;
    speak_kind kind = speak_kind::reply;
    uint64_t held_for = 0;  ///< a reply that is not to be heard yet
    sentence_audio audio{}; ///< all of it so far
    size_t sent = 0;        ///< bytes
    size_t base = 0;        ///< bytes that were heard before the last pause
    bool complete = false;  ///< the provider has no more
    bool started = false;   ///< the first audio was sent
    bool end_marked = false;
  };

  std::chrono::milliseconds now() const;
  void on_speak(speak&& order);
  void on_report(tts_event&& event);
  bool say_from_memory(const speak& order);
  void on_settle(const settle_held& order);
  void on_change(change_voice&& to);
  std::unique_ptr<tts_session> open_session();
  void cancel();
  void on_failure(const failure& why);
  void on_order(playout_order order);
  void on_mark(const std::string& name);
  void heard(const std::vector<playout_ledger::heard_sentence>& all);
  void pause();
  void pump();
  bool send_piece(line& which);
  void tell_call(playout_news::kind what, const line& which, std::chrono::milliseconds ms,
                 steady_time at = {});
  void wake_in(std::chrono::milliseconds delay);
  line* find(uint64_t sentence);

  tts_actor::pointer self;
  actor_guard guard;
  std::shared_ptr<tts_provider> provider;
  turn_settings settings;
  std::shared_ptr<phrase_cache> phrases;
  std::string voice_key;
  call_actor call;
  media_actor media;
  std::unique_ptr<tts_session> session;
  std::unique_ptr<tts_session> former; ///< has perhaps to finish what it was given
  steady_time origin;
  playout_ledger ledger;
  std::deque<line> lines; ///< not yet heard to their end
  bool paused = false;
  std::optional<std::chrono::milliseconds> wake_at;
};

} // namespace trunkline
