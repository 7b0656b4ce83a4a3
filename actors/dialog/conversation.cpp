#include "actors/dialog/conversation.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>

namespace trunkline {

namespace {

using nlohmann::json;

constexpr double ms_per_character = 1000.0 / 15;

void append(std::string& text, const std::string& more) {
  if (more.empty())
    return;
  if (!text.empty())
    text += ' ';
  text += more;
}

std::string safe_dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string knowledge_json(const std::vector<knowledge_passage>& passages) {
  auto list = json::array();
  for (const auto& one : passages)
    list.push_back(
        {{"document", one.document_id}, {"position", one.position}, {"title", one.title}});
  return list.empty() ? std::string{} : safe_dump(list);
}

} // namespace

std::string heard_part(const std::string& text, std::chrono::milliseconds heard,
                       std::chrono::milliseconds length) {
  if (heard.count() <= 0)
    return {};
  const auto whole = length.count() > 0 ? static_cast<double>(length.count())
                                        : static_cast<double>(text.size()) * ms_per_character;
  const auto share = static_cast<double>(heard.count()) / whole;
  if (share >= 1)
    return text;
  auto end = static_cast<size_t>(static_cast<double>(text.size()) * share);
  // A word that was cut was not heard.
  if (end < text.size() && text[end] != ' ')
    end = text.rfind(' ', end);
  return end == std::string::npos ? std::string{} : text.substr(0, end);
}

void conversation::restore(const std::vector<turn_record>& turns) {
  turns_ = turns;
  for (const auto& turn : turns) {
    next_index_ = std::max(next_index_, turn.index + 1);
    const auto used = json::parse(turn.tools_json, nullptr, false);
    if (!used.is_array())
      continue;
    for (const auto& one : used)
      if (one.is_object())
        tools_.push_back({{one.value("id", ""), one.value("name", ""), one.value("arguments", "")},
                          one.value("result", ""),
                          turn.index});
  }
}

turn_record conversation::add_caller_turn(const std::string& text, timestamp at, int audio_ms) {
  turn_record row;
  row.call_sid = call_sid_;
  row.index = next_index_++;
  row.role = "caller";
  row.text = text;
  row.started_at = at;
  row.audio_duration_ms = audio_ms;
  turns_.push_back(row);
  return row;
}

void conversation::open_agent_turn(timestamp at) {
  close_agent_turn();
  open_.emplace();
  open_->row.call_sid = call_sid_;
  open_->row.index = next_index_++;
  open_->row.role = "agent";
  open_->row.started_at = at;
}

void conversation::add_sentence(uint64_t sentence, const std::string& text) {
  if (open_)
    open_->sentences.push_back({sentence, text, {}, {}, false});
}

void conversation::sentence_length(uint64_t sentence, std::chrono::milliseconds length) {
  if (!open_)
    return;
  for (auto& one : open_->sentences)
    if (one.id == sentence)
      one.length = length;
}

void conversation::go_on_as(uint64_t sentence, uint64_t rest) {
  if (!open_)
    return;
  auto& all = open_->sentences;
  const auto one =
      std::find_if(all.begin(), all.end(), [&](const said& each) { return each.id == sentence; });
  if (one == all.end())
    return;
  auto heard = heard_part(one->text, one->heard, one->length);
  said left{rest, one->text.substr(heard.size()), {}, {}, false};
  if (heard.empty()) {
    *one = std::move(left);
    return;
  }
  one->text = std::move(heard);
  one->length = one->heard;
  one->finished = true;
  all.insert(one + 1, std::move(left));
}

void conversation::sentence_heard(uint64_t sentence, std::chrono::milliseconds heard,
                                  bool finished) {
  if (!open_)
    return;
  for (auto& one : open_->sentences)
    if (one.id == sentence) {
      one.heard = std::max(one.heard, heard);
      one.finished = one.finished || finished;
    }
}

void conversation::add_tool_call(const tool_call& call) {
  tools_.push_back({call, {}, open_ ? open_->row.index : next_index_ - 1});
  if (open_)
    open_->row.action = call.name;
}

bool conversation::add_tool_result(const std::string& id, const std::string& result) {
  for (auto& one : tools_)
    if (one.call.id == id && one.result.empty()) {
      one.result = result;
      for (auto& turn : turns_)
        if (turn.index == one.turn) {
          turn.tools_json = tools_json(one.turn);
          return true;
        }
      return false; // its turn is still open
    }
  return false;
}

std::optional<turn_record> conversation::turn_of_tool(const std::string& id) const {
  for (const auto& one : tools_)
    if (one.call.id == id)
      for (const auto& turn : turns_)
        if (turn.index == one.turn)
          return turn;
  return std::nullopt;
}

void conversation::mark_action(const std::string& action) {
  if (open_)
    open_->row.action = action;
}

void conversation::mark_rung(const std::string& rung, const std::string& why) {
  if (!open_ || open_->row.rung >= rung)
    return;
  open_->row.rung = rung;
  open_->row.rung_reason = why;
}

void conversation::mark_services(const std::string& json) {
  if (open_)
    open_->row.services_json = json;
}

void conversation::mark_speculation(std::chrono::milliseconds saved, int wasted) {
  if (!open_)
    return;
  open_->row.speculated_ms = static_cast<int>(saved.count());
  open_->row.speculations_wasted += wasted;
}

void conversation::set_latency(std::vector<latency_part> parts) {
  if (!open_ || !open_->row.latency.empty())
    return;
  open_->row.response_time_ms = 0;
  for (const auto& part : parts)
    open_->row.response_time_ms += part.ms;
  open_->row.latency = std::move(parts);
}

std::string conversation::tools_json(int turn) const {
  auto used = json::array();
  for (const auto& one : tools_)
    if (one.turn == turn)
      used.push_back({{"id", one.call.id},
                      {"name", one.call.name},
                      {"arguments", one.call.arguments},
                      {"result", one.result}});
  return used.empty() ? std::string{} : safe_dump(used);
}

void conversation::add_knowledge(const std::vector<knowledge_passage>& passages) {
  if (!open_)
    return;
  auto& known = open_->knowledge;
  for (const auto& one : passages)
    if (std::none_of(known.begin(), known.end(), [&](const knowledge_passage& other) {
          return one.document_id == other.document_id && one.position == other.position;
        }))
      known.push_back({one.document_id, one.position, one.title, {}, one.rank, one.coverage});
}

void conversation::mark_knowledge_used() {
  if (open_)
    open_->row.knowledge_used = true;
}

turn_record conversation::row_of(const agent_turn& turn) const {
  auto row = turn.row;
  std::chrono::milliseconds audio{0};
  for (const auto& one : turn.sentences) {
    append(row.text, one.text);
    append(row.heard, one.finished ? one.text : heard_part(one.text, one.heard, one.length));
    audio += one.finished ? one.length : one.heard;
  }
  row.audio_duration_ms = static_cast<int>(audio.count());
  row.tools_json = tools_json(row.index);
  row.knowledge_json = knowledge_json(turn.knowledge);
  row.knowledge_used = row.knowledge_used || !turn.knowledge.empty() ||
                       row.tools_json.find("\"answer_faq\"") != std::string::npos;
  return row;
}

std::optional<turn_record> conversation::open_turn_row() const {
  return open_ ? std::optional{row_of(*open_)} : std::nullopt;
}

std::optional<turn_record> conversation::close_agent_turn() {
  if (!open_)
    return std::nullopt;
  auto row = row_of(*open_);
  open_.reset();
  if (row.text.empty() && row.tools_json.empty() && row.index == next_index_ - 1) {
    --next_index_; // nothing was said
    return std::nullopt;
  }
  turns_.push_back(row);
  return row;
}

void conversation::append_messages(const turn_record& row, std::vector<chat_message>& to) const {
  if (row.role == "caller") {
    to.push_back({speaker::caller, row.text, {}, {}});
    return;
  }
  chat_message spoken{speaker::agent, row.heard, {}, {}};
  std::vector<chat_message> results;
  for (const auto& one : tools_)
    if (one.turn == row.index) {
      spoken.tool_calls.push_back(one.call);
      if (!one.result.empty())
        results.push_back({speaker::tool, one.result, {}, one.call.id});
    }
  if (results.empty()) {
    to.push_back(std::move(spoken));
    return;
  }
  // The calls come before their results, what was said after them follows.
  to.push_back({speaker::agent, {}, std::move(spoken.tool_calls), {}});
  std::move(results.begin(), results.end(), std::back_inserter(to));
  spoken.tool_calls.clear();
  if (!spoken.text.empty())
    to.push_back(std::move(spoken));
}

std::vector<chat_message> conversation::context(size_t messages_max) const {
  std::vector<chat_message> messages;
  // A turn makes a message or more, so older turns than these would be cut again.
  const auto first = turns_.size() - std::min(turns_.size(), messages_max);
  for (auto row = first; row < turns_.size(); ++row)
    append_messages(turns_[row], messages);
  if (open_ && (!open_->sentences.empty() || !tools_json(open_->row.index).empty()))
    append_messages(row_of(*open_), messages);
  if (messages.size() > messages_max)
    messages.erase(messages.begin(), messages.end() - static_cast<ptrdiff_t>(messages_max));
  return messages;
}

std::string conversation::open_turn_text() const {
  return open_ ? row_of(*open_).text : std::string{};
}

std::string conversation::last_agent_text() const {
  if (open_)
    return row_of(*open_).heard;
  for (auto it = turns_.rbegin(); it != turns_.rend(); ++it)
    if (it->role == "agent")
      return it->heard;
  return {};
}

} // namespace trunkline
