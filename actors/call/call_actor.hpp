#pragma once

#include "actors/call/after_page.hpp"
#include "actors/call/call_policy.hpp"
#include "actors/dialog/conversation.hpp"
#include "actors/dialog/turn_machine.hpp"
#include "actors/dialog/waterfall.hpp"
#include "actors/interfaces.hpp"
#include "infra/caf/compat.hpp"
#include "infra/metrics/engine_metrics.hpp"
#include "infra/store/store.hpp"
#include "protocol/text/sentence_splitter.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace trunkline {

/// How a call starts its children; tests start fakes.
struct child_starters {
  std::function<media_actor(call_actor::pointer)> media;
  std::function<stt_actor(call_actor::pointer)> stt;
  std::function<tts_actor(call_actor::pointer)> tts;
  std::function<store_actor(call_actor::pointer)> store;
  /// `attempt` counts from 0 within one reply and chooses the provider; null: no provider is left.
  std::function<llm_actor(call_actor::pointer, uint64_t reply, llm_request, unsigned attempt)> llm;
};

/// What a call is given at birth.
struct call_setup {
  call_record record;
  std::shared_ptr<const assistant> who;
  std::vector<turn_record> earlier; ///< of a resumed call
  std::string say_first;            ///< a sentence that was lost when the call was cut off
  bool resumed = false;
  std::vector<tool_spec> tools;
  child_starters start;
  std::shared_ptr<trunkline::store> rows;
  std::shared_ptr<engine_metrics> metrics; ///< null: not measured
  std::function<timestamp()> wall_clock;
  /// L3: replaces the live call's TwiML by the after-plan of this step; null when no carrier REST
  /// is configured. `failed` is called when the carrier did not take it.
  std::function<void(const call_record&, std::function<void()> failed)> update_by_rest;
  std::chrono::milliseconds stream_timeout{15000}; ///< from the webhook to the socket
};

/// Supervisor of one call. Owns the conversation, so any child may die and be replaced; the policy
/// table decides how. Ends normally when the call is over, its rows handed to the store. If it dies
/// itself, its children end with it and the call manager rescues the caller.
struct call_state {
  static inline const char* name = "call";
  static constexpr std::chrono::milliseconds beat_every{500};
  static constexpr unsigned beats_missed_max = 2;
  static constexpr size_t unsaved_rows_max = 500;

  call_state(call_actor::pointer self, call_setup setup);
  ~call_state();

  call_actor::behavior_type make_behavior();

private:
  struct child {
    caf::strong_actor_ptr handle;
    caf::actor_id id = 0;
    unsigned unanswered = 0;
  };
  struct pending_line {
    uint64_t sentence = 0;
    std::string text;
    speak_kind kind = speak_kind::reply;
    std::chrono::milliseconds length{0}, heard{0};
  };

  // call_actor.cpp: life of the call
  void start();
  void on_attach(attach_stream&& stream);
  void greet();
  void on_carrier_stop();
  void on_carrier_ended(const carrier_ended& news);
  void leave_ai(next_step step, const std::string& why);
  void finish(const std::string& end_reason);
  void end();
  std::string outcome() const;
  std::string snapshot() const;

  // call_children_actor.cpp: supervision
  void start_child(child_role role);
  template<class Handle>
  void adopt(child_role role, const Handle& handle) {
    watch.add(handle);
    roles[handle.id()] = role;
    children[role] = {caf::actor_cast<caf::strong_actor_ptr>(handle), handle.id(), 0};
  }
  void wire();
  void on_down(caf::actor_id id, const caf::error& why);
  void on_media_down(bool clean);
  void on_llm_down(bool clean, remedy what);
  void after_restart(child_role role);
  void degrade(child_role role);
  void on_beat();
  template<class Handle>
  void beat_child(child_role role, const Handle& handle);
  void speak_again();
  void harm(const sabotage& order);

  // call_turns_actor.cpp: the conversation
  call_time now() const;
  call_time at(steady_time when) const;
  void feed(const turn_input& input);
  void carry_out(const turn_output& effect);
  void arm();
  void on_transcript(const transcript& heard);
  void emergency(const std::string& words);
  void start_reply(const std::string& text, bool silent_caller);
  void ask_model();
  void cancel_reply();
  void on_reply_text(const reply_text& piece);
  void on_reply_done(const reply_done& done);
  void on_tool_wanted(tool_wanted&& wanted);
  void on_tool_done(const tool_done& done);
  void carry_out_tool_effect(const tool_done& done);
  void say(const std::string& text, speak_kind kind);
  void on_playout(const playout_news& news);
  void on_started(const playout_news& news);
  void on_stopped();
  void close_agent_turn();
  void begin_closing(next_step step);
  void save(std::variant<call_record, turn_record, audit_record> row);
  void audit(const std::string& action, const std::string& detail);
  call_facts facts() const;

  call_actor::pointer self;
  actor_guard guard;
  call_setup setup;
  call_record record;
  child_watch watch;
  restart_log restarts;

  media_actor media;
  stt_actor stt;
  tts_actor tts;
  store_actor store;
  llm_actor llm;
  std::map<child_role, child> children;
  std::map<caf::actor_id, child_role> roles;
  bool store_lost = false; ///< rows go to the store directly

  steady_time origin;
  conversation talk;
  turn_machine machine;
  std::optional<call_time> armed_for;
  sentence_splitter splitter;
  turn_moments moments;
  bool measuring = false; ///< the present wait has not ended yet
  unsigned llm_attempt = 0;
  bool silent_caller = false;
  uint64_t sentence_serial = 0;
  std::vector<pending_line> pending;         ///< said, not yet heard to the end
  bool stop_pending = false;                 ///< the voice has not said yet what was heard
  std::optional<std::string> deferred_reply; ///< a caller turn that waits for that
  std::map<std::string, run_tool_request> tools_running;
  std::optional<tool_call> last_tool;
  steady_time tool_since;

  std::deque<save_row> unsaved;
  uint64_t row_serial = 0;

  std::optional<next_step> closing; ///< what follows when the farewell has been heard
  bool attached = false, finishing = false, ended = false;
  bool emergency_seen = false;
  std::string forced_end;
  tool_effect_kind best_effect = tool_effect_kind::none;
  std::string transferred_to;
};

/// The context of a resumed call's first sentence: what the agent had last asked, if anything.
std::string last_question(const std::vector<turn_record>& turns);

} // namespace trunkline
