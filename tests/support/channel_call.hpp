#pragma once

#include "bench/carrier/simulated_call.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace trunkline::testing {

/// What is left of a call that one channel carried. JSON is text here; rows are without their ids,
/// the call's and the time of writing, so that those of two calls may be the same.
struct channel_call {
  struct agent_turn {
    std::string text, heard, knowledge; ///< knowledge: the passages it was given, JSON
    bool cut() const { return heard.size() < text.size() && text.starts_with(heard); }
  };

  std::string outcome, end_reason;
  std::vector<std::string> tools; ///< name and arguments (JSON), in order
  std::vector<std::string> caller;
  std::vector<agent_turn> agent;
  std::vector<std::string> appointments, messages; ///< rows
  std::string row;                                 ///< the whole call, for a failed test's message
  std::string appointments_json;                   ///< as the admin API has them
  unsigned talked_over = 0; ///< lines the caller began while the agent was to be heard
  carried_call facts;

  std::vector<std::string> said() const; ///< the agent's texts
  std::vector<std::string> knowledge() const;
  std::vector<std::string> cut_off() const; ///< texts of which only the beginning was heard
};

/// Plays a call in an engine of its own, to its end. `voice`: how long a character of the agent's
/// lasts, on all channels. `documents`: a folder for the knowledge base; empty: none. A caller
/// dropped by the carrier fails the test.
channel_call carry(const std::string& channel, call_plan plan, std::chrono::milliseconds voice,
                   const std::string& documents = {});

} // namespace trunkline::testing
