#pragma once

#include "actors/call/after_page.hpp"
#include "actors/call/assistant_directory.hpp"
#include "actors/call/call_policy.hpp"
#include "actors/call/call_services.hpp"
#include "actors/call/ladder.hpp"
#include "actors/dialog/conversation.hpp"
#include "actors/dialog/reply_race.hpp"
#include "actors/dialog/turn_machine.hpp"
#include "actors/dialog/waterfall.hpp"
#include "actors/interfaces.hpp"
#include "actors/tools/faq_match.hpp"
#include "infra/caf/compat.hpp"
#include "infra/metrics/engine_metrics.hpp"
#include "infra/recording/recordings.hpp"
#include "infra/store/store.hpp"
#include "protocol/phrases/catalogue.hpp"
#include "protocol/text/sentence_splitter.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace trunkline {

/// A lesser way that was taken; see note_rung().
struct noted_rung {
  rung at;
  std::string label, detail;
};

/// One attempt at a reply.
struct llm_order {
  uint64_t reply = 0;
  unsigned attempt = 0;
  size_t service = 0;     ///< index in the call's list
  bool templated = false; ///< the answerer that needs nothing outside, whatever the list has
  llm_request request;
};

/// How a call starts its children; tests start fakes. `service`: index in the call's list; for tts
/// `phrase_service` is the voice that has only the phrases kept in memory.
struct child_starters {
  static constexpr size_t phrase_service = SIZE_MAX;

  std::function<media_actor(call_actor::pointer)> media;
  std::function<stt_actor(call_actor::pointer, size_t service)> stt;
  std::function<tts_actor(call_actor::pointer, size_t service)> tts;
  /// Makes a running voice go on as another service; null: a new one is started.
  std::function<void(call_actor::pointer, const tts_actor&, size_t service)> change_voice;
  /// In the place of media, stt and tts where the carrier hears and speaks; else null.
  std::function<words_actor(call_actor::pointer)> words;
  std::function<store_actor(call_actor::pointer)> store;
  std::function<llm_actor(call_actor::pointer, llm_order)> llm;
  /// Connections that the first turn will need; null: none.
  std::function<void()> prepare;
  /// The call is over: asks a model for what the assistant's schema wants to know of it. Null: that
  /// wants nothing.
  std::function<void(call_actor::pointer, const call_record&, const std::vector<turn_record>&)>
      extract;
};

/// What a call needs to go on in one of its languages. Its language models are the same in all.
struct call_language {
  std::shared_ptr<const assistant> who; ///< as it speaks that language
  std::string prompt;
  call_services services;
  child_starters start; ///< stt, tts and change_voice of it
  std::shared_ptr<const faq_index> faq;
};

/// What a call is given at birth.
struct call_setup {
  call_record record;
  std::shared_ptr<const assistant> who;          ///< as it speaks the call's language
  std::shared_ptr<const assistant_services> use; ///< kept as long as the call
  /// What the call needs to go on in one of who's languages; null: it has only one.
  std::function<call_language(const std::string& tag)> in_language;
  std::vector<turn_record> earlier; ///< of a resumed call
  std::string say_first;            ///< a sentence that was lost when the call was cut off
  bool resumed = false;
  std::shared_ptr<const std::vector<tool_spec>> tools; ///< that models may ask for; null: none
  std::string prompt;                                  ///< the system prompt of language models
  child_starters start;
  call_services services;
  ladder rungs;
  /// Questions with configured answers, which are answered without a model; null: they are not.
  std::shared_ptr<const faq_index> faq;
  bool speculate = false; ///< replies are prepared before the turn is surely over
  std::shared_ptr<trunkline::store> rows;
  std::shared_ptr<engine_metrics> metrics; ///< null: not measured
  std::function<timestamp()> wall_clock;
  /// L3: replaces the live call's TwiML by the after-plan of this step; null when no carrier REST
  /// is configured. `failed` is called when the carrier did not take it.
  std::function<void(const call_record&, const assistant&, std::function<void()> failed)>
      update_by_rest;
  /// Starts a recording; null: none can be made. May give null.
  std::function<std::shared_ptr<recording_tape>(const call_record&)> new_recording;
  std::chrono::milliseconds stream_timeout{15000}; ///< from the webhook to the socket
};

/// Supervisor of one call. Owns the conversation, so any child may die and be replaced; the policy
/// table and the ladder decide how. Ends normally when the call is over, its rows handed to the
/// store. If it dies itself, its children end with it and the call manager rescues the caller.
struct call_state {
  static inline const char* name = "call";
  static constexpr std::chrono::milliseconds beat_every{500};
  static constexpr unsigned beats_missed_max = 2;
  static constexpr size_t unsaved_rows_max = 500;
  /// A reply waits so long for the knowledge base, then it does without.
  static constexpr std::chrono::milliseconds knowledge_deadline{150};
  /// Who is not known by then is a stranger to this call.
  static constexpr std::chrono::milliseconds caller_deadline{150};

  call_state(call_actor::pointer self, call_setup setup);
  ~call_state();

  call_actor::behavior_type make_behavior();

private:
  struct child {
    child_role role = child_role::media;
    caf::strong_actor_ptr handle;
    unsigned unanswered = 0;
    unsigned attempt = 0; ///< llm
  };
  struct pending_line {
    uint64_t sentence = 0;
    std::string text;
    speak_kind kind = speak_kind::reply;
    std::chrono::milliseconds length{0}, heard{0};
  };
  /// The reply being made, or prepared before the turn is surely over.
  struct reply_work {
    uint64_t id = 0;
    bool prepared = false; ///< nothing of it may be heard, no tool of it may run yet
    bool silent_caller = false;
    std::string caller_text; ///< prepared: what it answers
    reply_race race;
    std::map<unsigned, llm_actor> attempts;
    sentence_splitter splitter;
    turn_moments moments;
    std::map<unsigned, std::string> services; ///< by attempt
    size_t words = 0;                         ///< said
    bool used_tools = false;
    uint64_t lookup = 0; ///< of the knowledge base, not answered yet: no model was asked; 0: none
    std::vector<knowledge_passage> passages;
    // Prepared only: what waits for the turn to be over.
    std::vector<noted_rung> held_rungs;
    std::vector<pending_line> held_lines;
    std::vector<tool_wanted> held_tools;
    std::optional<reply_done> held_done;
  };

  // call_actor.cpp: life of the call
  void start();
  void on_attach(attach_stream&& stream);
  void on_gather(gather_turn&& turn);
  void greet();
  void on_carrier_stop();
  void on_carrier_ended(const carrier_ended& news);
  void leave_ai(next_step step, const std::string& why);
  void finish(const std::string& end_reason);
  void end();
  std::string outcome() const;
  std::string snapshot() const;

  // call_language_actor.cpp: the language that is spoken
  std::string phrase_of(phrase what) const;
  void speak_language(const std::string& tag);
  void hear_in_new_language();
  void talk_in_new_language();

  // call_children_actor.cpp: supervision
  void start_child(child_role role);
  void put_down(child_role role);
  template<class Handle>
  void adopt(child_role role, const Handle& handle, unsigned attempt = 0) {
    watch.add(handle);
    children[handle.id()] = {role, caf::actor_cast<caf::strong_actor_ptr>(handle), 0, attempt};
  }
  void wire();
  void on_down(caf::actor_id id, const caf::error& why);
  void on_media_down(bool clean);
  void on_service_down(child_role role, bool service_failed);
  void after_restart(child_role role);
  void hear_again();
  void speak_again();
  void degrade_store();
  void on_beat();
  void harm(const sabotage& order);

  // call_ladder_actor.cpp: the lesser ways
  void take_rung(child_role role, const std::optional<ladder_decision>& decision,
                 const failure& why);
  void note_rung(rung at, const std::string& label, const std::string& detail = {});
  bool may_move() const;
  void go_on_by(const std::string& channel, const std::string& why);
  void move_if_quiet();
  void offer_keypad();
  void on_keypad(char digit);
  void apologise_from_memory();
  void apologise_and_leave(const std::string& why);
  next_step staff_or_message() const;
  std::string unheard_text() const;

  // call_turns_actor.cpp: the conversation
  call_time now() const;
  call_time at(steady_time when) const;
  void feed(const turn_input& input);
  void carry_out(const turn_output& effect);
  void arm();
  void stop_playout();
  void on_voice(const voice_changed& voice);
  void on_key(char digit);
  void on_transcript(const transcript& heard);
  void emergency(const std::string& words);
  void say(const std::string& text, speak_kind kind);
  void turn_is_said();
  void on_channel(const channel_news& news);
  bool can_speak() const { return tts || words; }
  /// To whoever speaks.
  template<class Message>
  void tell_voice(Message&& message) {
    if (words)
      tell(self, words, std::forward<Message>(message));
    else
      tell(self, tts, std::forward<Message>(message));
  }
  void on_playout(const playout_news& news);
  void note_length(const playout_news& news);
  void on_started(const playout_news& news);
  void on_stopped();
  void open_agent_turn();
  void close_agent_turn();
  void begin_closing(next_step step);
  void save(std::variant<call_record, turn_record, audit_record> row);
  void audit(const std::string& action, const std::string& detail);
  call_facts facts() const;
  std::string services_json() const;

  // call_reply_actor.cpp: replies and tools
  void take_turn(const turn_effect::start_reply& turn);
  void start_reply(const std::string& text, bool silent_caller);
  void prepare_reply(uint64_t reply, const std::string& text);
  void take_up_prepared(const std::string& text);
  void drop_prepared(uint64_t reply);
  void open_turn(const std::string& text, bool silent_caller);
  race_view view_of_models(std::optional<size_t> failed_service = {});
  void carry_out(const reply_race::orders& orders);
  void ask_model(const race_order& order);
  llm_request request_of(const race_order& order) const;
  void drop_attempt(unsigned attempt);
  void cancel_reply();
  void on_llm_down(unsigned attempt, bool clean);
  bool takes_words_of(uint64_t reply, unsigned attempt);
  void end_reply();
  void on_reply_text(const reply_text& piece);
  void say_sentences(const std::vector<std::string>& sentences);
  void on_reply_done(const reply_done& done);
  void on_tool_wanted(tool_wanted&& wanted);
  void on_tool_done(const tool_done& done);
  void carry_out_tool_effect(const tool_done& done);
  void check_race();

  // call_recording_actor.cpp: whether the call is recorded
  void record_from_the_start();
  void tell_of_recording();
  void record_call(const char* by);
  void no_recording(const char* why);
  bool was_all_heard() const;
  bool takes_as_consent(const std::string& text);

  // call_knowledge_actor.cpp: the knowledge base and configured answers
  void look_for_documents();
  void begin_reply(const std::string& text);
  void begin_race();
  void on_knowledge(knowledge_found&& found);
  void use_passages();
  const faq_entry* configured_answer(const std::string& text) const;
  void say_answer(const faq_entry& entry);

  // call_memory_actor.cpp: what is remembered of callers
  void look_up_caller();
  void on_caller(caller_looked_up&& found);
  void note_call();

  call_actor::pointer self;
  actor_guard guard;
  call_setup setup;
  call_record record;
  child_watch watch;
  restart_log restarts;
  failure_log failures;

  media_actor media;
  stt_actor stt;
  tts_actor tts;
  words_actor words; ///< in their place
  store_actor store;
  std::map<caf::actor_id, child> children;
  std::map<child_role, size_t> service;    ///< which one of its list a role uses now
  std::map<child_role, failure> trouble;   ///< told by a child that is about to end
  std::map<unsigned, failure> llm_trouble; ///< by attempt
  bool store_lost = false;                 ///< rows go to the store directly
  bool voiceless = false;                  ///< L2: the carrier's voice says the rest
  std::optional<std::string> move_to;      ///< the channel, as soon as it is quiet
  bool keypad = false;                     ///< L2: the caller is asked to press a key
  std::optional<failure>
      deaf_before_stream; ///< every recogniser failed before anybody could be told
  std::optional<std::pair<rung, std::string>> rung_waiting; ///< for the next agent turn

  steady_time origin;
  conversation talk;
  turn_machine machine;
  std::optional<call_time> armed_for;
  uint64_t utterances = 0, utterances_before_stt = 0;
  steady_time voice_ended_at; ///< the caller's, last
  std::optional<reply_work> work;
  bool has_documents = false; ///< the tenant has a knowledge base
  uint64_t lookup_serial = 0;
  bool caller_settled = false; ///< known, or a stranger
  std::string remembered_name; ///< empty: none
  std::string remembered;      ///< of the caller, for the system prompt
  bool forgotten = false;      ///< the caller asked for it
  std::string last_model;      ///< whose words were taken last
  int wasted = 0;              ///< prepared replies thrown away in this turn
  bool measuring = false;      ///< the present wait has not ended yet
  turn_moments moments;        ///< of the turn that is measured
  uint64_t sentence_serial = 0;
  std::vector<pending_line> pending; ///< said, not yet heard to the end
  bool stop_pending = false;         ///< the voice has not said yet what was heard
  std::optional<turn_effect::start_reply> deferred_reply; ///< waits for that
  std::map<std::string, run_tool_request> tools_running;
  steady_time tool_since;

  std::deque<save_row> unsaved;
  uint64_t row_serial = 0;

  std::optional<next_step> closing;   ///< what follows when the farewell has been heard
  std::optional<std::string> leaving; ///< closing is a rung: why the AI part is left
  bool attached = false, finishing = false, ended = false;
  bool consent_asked = false; ///< and not answered
  bool emergency_seen = false;
  std::string forced_end;
  tool_effect_kind best_effect = tool_effect_kind::none;
  std::string transferred_to;
};

/// The context of a resumed call's first sentence: what the agent had last asked, if anything.
std::string last_question(const std::vector<turn_record>& turns);

} // namespace trunkline
