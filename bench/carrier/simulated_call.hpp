#pragma once

#include "bench/carrier/call_channel.hpp"
#include "bench/carrier/media_leg.hpp"
#include "bench/carrier/relay_leg.hpp"
#include "bench/carrier/scripted_caller.hpp"
#include "bench/carrier/webhook.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace trunkline {

/// The carrier's account and the number that is called.
struct carrier_settings {
  std::string url{}; ///< base of the server: "http://127.0.0.1:8080"
  std::string incoming_path = "/voice/incoming";
  std::string stream_url{}; ///< not empty: no webhook is asked, the call is this socket
  std::string status_path = "/voice/status"; ///< empty: no status callbacks
  std::string account_sid = "AC00000000000000000000000000000001";
  webhook_settings webhooks;
  std::string dial_status = "completed"; ///< how transfers end
  /// How long the carrier's own voice takes for `<Say>`; 0 goes on at once.
  std::chrono::milliseconds say_per_character{0};
  /// The same where it listens meanwhile: in a `<Gather>` and over a relay.
  media_time text_per_character = word_line::usual_per_character;
  media_time recogniser_silence = word_line::usual_silence; ///< there
};

/// One call to be placed.
struct call_plan {
  std::string call_sid{}; ///< empty: made up
  std::string from = "+15550100001", to = "+15550100000";
  std::string caller_name{};
  std::string incoming_path{};           ///< empty: the carrier's
  std::optional<call_channel> channel{}; ///< that its TwiML must be of; nothing: any
  spoken_script script;
  caller_habits habits;
  std::chrono::milliseconds duration_max{600'000};
  unsigned noise_level = 0;
  bool record = false; ///< keep both sides' audio
  /// Not zero: voice that interrupts the agent, since it was noticed. `cleared` is measured.
  std::chrono::milliseconds barge_in_decided{0};
  bool time_voice = false; ///< voice_tail() is known
};

/// Something that happened in a call, for whoever watches.
struct call_event {
  enum class kind {
    answered,       ///< first TwiML is there; text: how many ms it took; measured: the same
    stream_started, ///< measured: since the TwiML
    stream_ended,   ///< text: why there was none, or empty
    caller_speaks,  ///< text: the words
    unanswered,     ///< the caller speaks again, having heard no answer
    caller_presses, ///< text: the keys
    agent_heard,    ///< text: ms since the caller's last word, or empty; measured: the same
    answer_timed,  ///< measured: the same, when the answer came before the end of our line was sent
    echo_heard,    ///< measured: from the first sound of our line to the first one heard after it
    agent_quiet,   ///< text: ms of speech
    interrupted,   ///< measured: from our first sound over the agent to its last
    cleared,       ///< measured: from when our voice had interrupted to the clear
    dead_air,      ///< measured: from the end of our first unanswered words to any sound
    playout_gap,   ///< measured: hole in the agent's speech
    words_sent,    ///< carrier hears: all of the caller's words leave for the server; text: them
    reply_began,   ///< carrier speaks: its first text is here; measured: since words_sent
    reply_ended,   ///< carrier speaks: its last text is here; measured: since words_sent
    gather_began,  ///< the first one
    page_given,    ///< gather: TwiML after the first; measured: since it was asked for
    reply_awaited, ///< gather: that TwiML only passes the time and asks again
    carrier_says,  ///< text
    recorded,      ///< text: the message left
    dialled,       ///< text: number and how it ended
    updated,       ///< new TwiML by REST
    trouble,       ///< text
    ended          ///< text: how
  };
  kind what;
  media_time at{};
  std::string text;
  media_time measured{-1}; ///< -1: nothing was
};

/// What is known when the call is over.
struct carried_call {
  std::string call_sid;
  std::string ended_by;
  bool lost = false; ///< the carrier had no TwiML to go on with: the caller was dropped
  std::vector<std::chrono::milliseconds> gaps; ///< last word of ours to first sound of theirs
  std::vector<std::string> carrier_said, dialled, messages_left;
  std::vector<std::string> languages; ///< that the carrier listened for, one after the other
  std::string stream_trouble{};       ///< why the last stream that could not be opened could not
  std::string relay_trouble{};        ///< why the first relay session that broke did
  unsigned documents = 0, streams = 0, gathers = 0, troubles = 0;
  media_counts media;
  relay_counts relay;
  media_time first_heard{}, first_text{}; ///< sound of the agent's; text for the carrier to speak
  media_time duration{};
};

/// A phone call from the carrier's side and the caller's, asynchronous on one io_context's thread:
/// thousands fit on one. It signs and posts webhooks, follows TwiML verb by verb, streams, and ends
/// when the document, the caller, the script or REST ends it. Keep it in a shared_ptr.
class simulated_call : public std::enable_shared_from_this<simulated_call> {
public:
  simulated_call(boost::asio::io_context& io, carrier_settings settings, call_plan plan,
                 std::function<void(const call_event&)> observer);

  /// `finished` after the last status callback was answered or given up.
  void start(std::function<void()> finished);
  /// The caller hangs up.
  void hang_up(const std::string& why);
  /// The caller says something now; also over the agent.
  void say(const std::string& text, mulaw_audio audio);
  /// New TwiML by REST: the stream, if any, is stopped. False: the call is over.
  bool update(const std::string& twiml);
  bool update_from(const std::string& url);
  /// Status=completed by REST.
  void finish_by_rest() { end("ended by REST"); }

  scripted_caller& caller() { return caller_; }
  const virtual_ear& ear() const { return ear_; }
  const std::vector<uint8_t>& spoken() const { return spoken_; }
  const carried_call& facts() const { return facts_; }
  bool live() const { return !ended_; }
  /// From where the engine's detector has our last voice end to the end of its last audible frame,
  /// below zero as well; zero while it has not ended, or nobody asked.
  media_time voice_tail() const {
    return voice_end_ < media_time{} ? media_time{} : words_end_ - voice_end_;
  }
  bool streaming() const { return leg_ || words_; }
  media_time now() const;

private:
  using element = twiml::element;

  void note(call_event::kind what, std::string text = {}, media_time measured = media_time{-1});
  form_fields fields(const form_fields& more = {}) const;
  void ask(const std::string& url, const form_fields& more);
  void load(twiml_document document);
  void next_verb();
  void perform(const element& verb);
  void connect(const element& verb);
  void stream_over(const element& verb, std::string why);
  void record(const element& verb);
  void dial(const element& verb);
  void say_by_carrier(const element& verb);
  void after(std::chrono::milliseconds delay);
  // simulated_call_words.cpp: where the carrier hears and speaks
  void agent_text(const std::string& text);
  void listens_for(std::string_view language);
  bool other_channel(call_channel found);
  void words_leave(const std::string& words);
  void token_came(const relay_text& token);
  void page_came();
  word_line::events line_events();
  void connect_relay(const element& verb, const element& noun);
  void relay_over(const element& verb, const std::string& session, std::string why,
                  const std::string& handoff);
  void gather(const element& verb);
  void watch_gather(const element& verb, media_time since, media_time at);
  void partial_result(const element& verb, std::string text);
  void gather_over(const element& verb, const form_fields& heard);
  bool speaking() const { return leg_ ? leg_->speaking() : words_ && words_->speaking(); }
  void go_on_with_action(const element& verb, const form_fields& more);
  void tick(media_time at);
  void watch_agent(media_time at);
  void watch_interruption(media_time stopped);
  void voice_changed(media_time at, const voice_event& event);
  void cleared(media_time at);
  void end_dead_air(media_time at);
  void voice_sent(media_time at);
  void act(const scripted_caller::action& action);
  void line_spoken(media_time at);
  void heard_something(media_time at);
  media_time take_gap(media_time at);
  void drop_leg();
  void post_status(const std::string& status, const form_fields& more = {});
  void end(const std::string& how, bool lost = false);
  void maybe_finish();
  std::string here(std::string_view reference) const {
    return resolve_url(document_.url, reference);
  }

  boost::asio::io_context& io_;
  const carrier_settings settings_;
  const call_plan plan_;
  const std::function<void(const call_event&)> observer_;
  std::function<void()> finished_;
  const std::chrono::steady_clock::time_point began_;
  net_timer wait_, limit_;
  scripted_caller caller_;
  virtual_ear ear_;
  std::vector<uint8_t> spoken_;
  std::shared_ptr<media_leg> leg_;
  std::shared_ptr<relay_leg> relay_;
  std::shared_ptr<word_line> words_; ///< of the relay or of a <Gather>
  std::string digits_;               ///< pressed in this <Gather>
  media_time key_at_{};
  unsigned partials_sent_ = 0;
  int agent_texts_ = 0;
  twiml_document document_;
  size_t verb_ = 0;
  uint64_t run_ = 0; ///< counts documents, so that answers to an earlier one are ignored
  carried_call facts_;
  std::string status_ = "ringing";
  unsigned status_sequence_ = 0, callbacks_pending_ = 0;
  size_t utterances_seen_ = 0;
  bool agent_quiet_noted_ = true;
  media_time awaiting_since_{-1};   ///< end of our last word, while no answer was heard; or -1
  media_time unanswered_since_{-1}; ///< the same, or of an earlier one without any sound since
  media_time words_end_{}, voice_end_{-1};
  media_time clear_due_{-1};     ///< our voice will have interrupted then, or -1
  media_time voice_since_{-1};   ///< start of our line, while nothing was heard since; or -1
  media_time words_sent_at_{-1}; ///< while their reply is not there, or -1
  bool reply_began_ = false;
  unsigned documents_since_words_ = 0;
  media_time barge_in_since_{-1}; ///< the same, while the agent speaks on; or -1
  bool line_begins_ = false;      ///< its first sound is still to come
  size_t gaps_seen_ = 0;
  bool hang_up_after_line_ = false;
  std::string hang_up_why_;
  bool ended_ = false;
};

/// "CA" or another prefix and 32 random hex digits.
std::string random_sid(std::string_view prefix);

} // namespace trunkline
