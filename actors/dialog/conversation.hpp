#pragma once

#include "infra/providers/llm_provider.hpp"
#include "schema/knowledge.hpp"
#include "schema/records.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace trunkline {

/// What was said on a call, by whom, and how much of it was heard: the context of the model and the
/// rows of `turns`. Pure. Survives its actors, and a resumed call is given the stored turns.
class conversation {
public:
  explicit conversation(std::string call_sid) : call_sid_(std::move(call_sid)) {}

  /// Goes on where stored turns ended.
  void restore(const std::vector<turn_record>& turns);

  /// A finished caller turn; its row.
  turn_record add_caller_turn(const std::string& text, timestamp at, int audio_ms);

  /// Opens an agent turn and closes the one before. Its row is complete when close_agent_turn says
  /// so.
  void open_agent_turn(timestamp at);
  bool agent_turn_open() const { return open_.has_value(); }
  void add_sentence(uint64_t sentence, const std::string& text);
  /// The voice has said how long the sentence is.
  void sentence_length(uint64_t sentence, std::chrono::milliseconds length);
  /// Another voice says what of the sentence was not heard, as `rest`; what was heard stays.
  void go_on_as(uint64_t sentence, uint64_t rest);
  void sentence_heard(uint64_t sentence, std::chrono::milliseconds heard, bool finished);
  void add_tool_call(const tool_call& call);
  /// Also for calls of turns already closed: a tool with side effects outlives its turn. True when
  /// that turn's row changed and has to be stored again (see turn_of_tool).
  bool add_tool_result(const std::string& id, const std::string& result);
  std::optional<turn_record> turn_of_tool(const std::string& id) const;
  void mark_action(const std::string& action);
  /// The highest rung of a turn counts, with its first reason.
  void mark_rung(const std::string& rung, const std::string& why);
  /// Which services made the turn, as a JSON object by role.
  void mark_services(const std::string& json);
  /// How much earlier than the end of the caller's turn its reply was begun, and how many begun
  /// replies were thrown away.
  void mark_speculation(std::chrono::milliseconds saved, int wasted);
  /// Answered from a configured answer, without any passage.
  void mark_knowledge_used();
  /// Passages of the knowledge base that the turn was given; each counts once.
  void add_knowledge(const std::vector<knowledge_passage>& passages);
  void set_latency(std::vector<latency_part> parts);

  /// The row of the agent turn, cut to what was heard; nothing when none was open or it was empty.
  std::optional<turn_record> close_agent_turn();
  /// The row as it is now, for showing a live call.
  std::optional<turn_record> open_turn_row() const;

  /// Context for a model: caller turns, heard agent text, tool calls with their results. The last
  /// `messages_max` of them.
  std::vector<chat_message> context(size_t messages_max = 200) const;
  const std::vector<turn_record>& turns() const { return turns_; }
  /// What the agent said last, as far as it was heard.
  std::string last_agent_text() const;
  /// All that was given to the voice in the open turn, heard or not.
  std::string open_turn_text() const;

private:
  struct said {
    uint64_t id = 0;
    std::string text;
    std::chrono::milliseconds length{0}, heard{0};
    bool finished = false;
  };
  struct used_tool {
    tool_call call;
    std::string result; ///< empty: still running
    int turn = 0;
  };
  struct agent_turn {
    turn_record row;
    std::vector<said> sentences;
    std::vector<knowledge_passage> knowledge; ///< without their texts
  };

  turn_record row_of(const agent_turn& turn) const;
  void append_messages(const turn_record& row, std::vector<chat_message>& to) const;
  std::string tools_json(int turn) const;

  std::string call_sid_;
  std::vector<turn_record> turns_;
  std::optional<agent_turn> open_;
  std::vector<used_tool> tools_;
  int next_index_ = 0;
};

/// The part of `text` that takes `heard` of `length`, cut at a word; all of it when finished.
/// With an unknown length (0) a speaking rate of 15 characters a second is assumed.
std::string heard_part(const std::string& text, std::chrono::milliseconds heard,
                       std::chrono::milliseconds length);

} // namespace trunkline
