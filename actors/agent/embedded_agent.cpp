#include "actors/agent/embedded_agent.hpp"

#include "actors/agent/receptionist.hpp"
#include "infra/time/zone.hpp"
#include "protocol/text/words.hpp"

#include <algorithm>
#include <exception>
#include <map>

namespace trunkline {

namespace {

constexpr size_t piece_words = 3;

struct done_stream : llm_stream {};

// The local time of the call; UTC when the zone is unknown, which configuration checks prevent.
local_minute local_now(const llm_request& request) {
  if (const auto local = to_local(request.facts.now, request.who->time_zone))
    return *local;
  return local_minute{date::floor<std::chrono::minutes>(request.facts.now).time_since_epoch()};
}

// Whether `start` is the beginning of `whole`; its last word may have been cut.
bool begins_with(const word_list& whole, const word_list& start) {
  return !start.empty() && start.size() <= whole.size() &&
         std::equal(start.begin(), start.end() - 1, whole.begin()) &&
         whole[start.size() - 1].starts_with(start.back());
}

// `text` without its first `count` words.
std::string after_words(const std::string& text, size_t count) {
  size_t at = 0;
  for (; count > 0 && at != std::string::npos; --count)
    at = text.find(' ', text.find_first_not_of(' ', at));
  return at == std::string::npos ? std::string{} : text.substr(text.find_first_not_of(' ', at));
}

std::vector<std::string> pieces_of(const std::string& text) {
  std::vector<std::string> pieces;
  size_t words = 0, from = 0;
  for (size_t i = 0; i < text.size(); ++i)
    if (text[i] == ' ' && ++words % piece_words == 0) {
      pieces.push_back(text.substr(from, i + 1 - from));
      from = i + 1;
    }
  if (from < text.size())
    pieces.push_back(text.substr(from));
  return pieces;
}

/// Plays the context to a receptionist.
class fold {
public:
  explicit fold(const llm_request& request)
      : request_{request}, agent_{*request.who, request.facts, request.tools, local_now(request)} {
    for (const auto& message : request.messages)
      play(message);
  }

  // The answer to the last event; the rest of it when its beginning was spoken already.
  receptionist_step answer() {
    if (ended_)
      return {};
    if (!answered_)
      return {agent_.prompt(), {}};
    return step_;
  }

private:
  void play(const chat_message& message) {
    switch (message.role) {
    case speaker::caller:
      next(agent_.hear(message.text));
      break;
    case speaker::system:
      if (message.text == note_caller_silent)
        next(agent_.silence());
      break;
    case speaker::agent:
      spoken(message);
      break;
    case speaker::tool:
      tool_result(message);
    }
  }

  void next(receptionist_step step) {
    step_ = std::move(step);
    answered_ = true;
    ended_ = false;
  }

  void spoken(const chat_message& message) {
    for (const auto& call : message.tool_calls)
      calls_[call.id] = call;
    if (message.text.empty() || !answered_)
      return;
    const auto heard = split_words(message.text), meant = split_words(step_.reply);
    if (begins_with(meant, heard)) {
      // Only used when nothing follows; a cut inside a word costs at most that word.
      step_.reply = after_words(
          step_.reply,
          static_cast<size_t>(std::count(message.text.begin(), message.text.end(), ' ')) + 1);
      answered_ = !step_.reply.empty() || !step_.tools.empty();
    } else {
      agent_.adopt_question(message.text);
      answered_ = false;
    }
  }

  void tool_result(const chat_message& message) {
    const auto call = calls_.find(message.tool_call_id);
    if (call == calls_.end())
      return;
    const auto& name = call->second.name;
    next(agent_.tool_answered(name, call->second.arguments, message.text));
    if (step_.reply.empty() && step_.tools.empty())
      ended_ = name == "end_call" || name == "transfer_to_staff";
    answered_ = !step_.reply.empty() || !step_.tools.empty();
  }

  const llm_request& request_;
  receptionist agent_;
  receptionist_step step_;
  std::map<std::string, tool_call> calls_;
  bool answered_ = false;
  bool ended_ = false;
};

agent_step to_agent_step(const llm_request& request, receptionist_step step) {
  agent_step out;
  out.pieces = pieces_of(step.reply);
  for (size_t i = 0; i < step.tools.size(); ++i)
    out.tool_calls.push_back(
        {"t" + std::to_string(request.messages.size()) + "-" + std::to_string(i),
         std::move(step.tools[i].name), std::move(step.tools[i].arguments)});
  return out;
}

} // namespace

std::string agent_step::text() const {
  std::string all;
  for (const auto& piece : pieces)
    all += piece;
  return all;
}

agent_step respond(const llm_request& request) {
  return to_agent_step(request, fold{request}.answer());
}

std::unique_ptr<llm_stream> embedded_agent::start(llm_request request, llm_sink sink) {
  agent_step step;
  try {
    step = respond(request);
  } catch (const std::exception& problem) {
    sink(failure{failure_kind::internal, std::string{"embedded agent: "} + problem.what()});
    return std::make_unique<done_stream>();
  }
  for (auto& piece : step.pieces)
    sink(reply_delta{std::move(piece)});
  for (auto& call : step.tool_calls)
    sink(std::move(call));
  sink(llm_done{});
  return std::make_unique<done_stream>();
}

} // namespace trunkline
