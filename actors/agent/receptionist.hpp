#pragma once

#include "actors/agent/dialog_state.hpp"
#include "actors/agent/understanding.hpp"
#include "infra/providers/llm_provider.hpp"

#include <nlohmann/json_fwd.hpp>

#include <memory>
#include <string>
#include <vector>

namespace trunkline {

/// A tool the receptionist wants run; the id is given by respond().
struct wanted_tool {
  std::string name;
  std::string arguments; ///< JSON
};

/// What one event of the conversation makes the receptionist say and do.
struct receptionist_step {
  std::string reply;
  std::vector<wanted_tool> tools;
};

/// The receptionist's rules: one event in, one step out, the state between them is a plain value.
/// Deterministic: the same events give the same steps, so that folding over a context finds out
/// what was asked, whatever part of it was heard. Used from one thread; keeps references to its
/// arguments.
class receptionist {
public:
  /// Only `tools` are called; without one its work is declined, or done from the configuration.
  receptionist(const assistant& who, const call_facts& facts, const std::vector<tool_spec>& tools,
               local_minute now);

  /// The caller said something; empty: it was not understood by the recogniser.
  receptionist_step hear(const std::string& text);
  /// The caller has been silent for a while.
  receptionist_step silence();
  /// A tool answered. `arguments` and `answer` are JSON from outside; anything is survived.
  receptionist_step tool_answered(const std::string& name, const std::string& arguments,
                                  const std::string& answer);
  /// Another model spoke: a question of its own is taken over, so that its answer is understood.
  void adopt_question(const std::string& agent_text);
  /// What is being asked, worded anew.
  std::string prompt() const;
  const dialog_state& state() const { return state_; }

private:
  // receptionist.cpp: what a line means at this point
  void dispatch(const understood& heard);
  bool control(const understood& heard);
  bool answer(const understood& heard);
  bool start_task(const understood& heard);
  bool take_slots(const understood& heard);
  void leftovers(const understood& heard);
  void not_understood(bool rejected);
  void give_up();
  void transfer(const understood& heard);
  void say(const std::string& sentence);
  void ask(question what);
  void anything_else();
  void goodbye();
  void ask_faq(size_t index);
  void decline_advice();
  bool answer_name(const understood& heard);
  bool answer_confirmation(const understood& heard);
  bool answer_offer(const understood& heard);
  bool has_tool(const std::string& name) const;
  void call_tool(const std::string& name, const nlohmann::json& arguments);
  listening listening_for() const;

  // appointment_flow.cpp: booking, looking, moving
  void start_booking(const understood& heard, task what);
  void absorb(const understood& heard);
  void advance();
  void settle_time();
  void offer_times();
  bool answer_time(const understood& heard);
  bool answer_change(const understood& heard);
  void confirm();
  void drop_task();
  std::vector<local_minute> free_in_part() const;
  void choose(local_minute when);
  const std::string& service_id() const;
  std::string service_name() const;
  /// ", for Anna Smith"; empty for a caller whose name was not understood.
  std::string for_name() const;
  bool has_appointment() const;

  // own_appointments.cpp: finding, cancelling
  void start_cancelling();
  void start_moving(const understood& heard);
  void appointments_found(const nlohmann::json& answer);
  bool answer_which(const understood& heard);
  std::string describe(const own_appointment& row) const;
  void continue_with_appointment();

  // message_flow.cpp
  void start_message(const understood& heard);
  bool take_message_text(const understood& heard);
  bool answer_message(const understood& heard);
  void advance_message();
  std::string message_readback() const;
  bool take_number(const understood& heard);
  void send_message();

  // tool_answers.cpp
  void availability_answered(const nlohmann::json& answer);
  void booking_answered(const nlohmann::json& answer);
  void cancelling_answered(const nlohmann::json& answer);
  void moving_answered(const nlohmann::json& answer);
  void message_answered(const nlohmann::json& answer);
  /// Empty: nobody knows.
  void question_answered(const std::string& text);
  void forgotten_answered(const nlohmann::json& answer);
  void slot_refused(const std::string& error);

  receptionist_step take_step();

  const assistant& who_;
  const call_facts& facts_;
  const std::vector<tool_spec>& tools_;
  faq_index faq_;
  local_minute now_;
  dialog_state state_;
  int failures_before_ = 0; ///< state_.failures when the present line came
  bool aside_ = false;      ///< what is said now is not what "say that again" means
  receptionist_step step_;
};

} // namespace trunkline
