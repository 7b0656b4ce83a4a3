#include "protocol/anthropic/reply_reader.hpp"

#include "protocol/chat/reply_stream.hpp"
#include "protocol/text/json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <vector>

// message_start             usage: what the prompt took
//   content_block_start     text, tool_use, or a kind that is never spoken
//     content_block_delta*  text_delta, input_json_delta, ...
//   content_block_stop      the block is whole; a tool call is given here
//   message_delta+          stop_reason, usage so far: each count replaces the one before
// message_stop              the only good end; there is no other mark
//
// ping and unknown events may come anywhere, error in place of any. A call whose block was not
// ended, or ended in the middle of its input, waits for the stop reason, which tells whether the
// length limit cut it. Proxies were seen to send message_start twice.

namespace trunkline {

namespace {

using nlohmann::json;

struct open_call {
  int index = 0;
  tool_call call;
  std::string whole_input; ///< of the block's start, from proxies that send no deltas
  bool whole = false;      ///< ended, with input that is JSON
};

bool is_object_text(std::string_view text) {
  const auto value = parse_json(text, "input");
  return value && value->is_object();
}

bool has(const json& object, std::string_view name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number();
}

class anthropic_reader : public reply_stream {
public:
  explicit anthropic_reader(std::string service) : reply_stream(std::move(service)) {}

protected:
  bool is_end_mark(std::string_view) const override { return false; }

  void take(std::string_view name, const json& event) override {
    auto type = string_member(event, "type");
    if (type.empty())
      type = name;
    if (type == "content_block_delta")
      take_delta(count_member(event, "index"), object_member(event, "delta"));
    else if (type == "content_block_start")
      start_block(count_member(event, "index"), object_member(event, "content_block"));
    else if (type == "content_block_stop")
      stop_block(count_member(event, "index"));
    else if (type == "message_start")
      take_usage(object_member(object_member(event, "message"), "usage"));
    else if (type == "message_delta")
      take_message_delta(event);
    else if (type == "message_stop")
      finish();
    else if (type == "error" || !object_member(event, "error").empty())
      fail_with(event);
  }

  void take_end(bool) override { fail_cut_off(); }

private:
  void start_block(int index, const json& block) {
    const auto type = string_member(block, "type");
    if (type == "text")
      say(string_member(block, "text"));
    if (type != "tool_use")
      return;
    std::erase_if(calls_, [&](const open_call& known) { return known.index == index; });
    if (calls_.size() + ids_.size() >= reply_tool_calls_max) {
      fail_too_many_calls();
      return;
    }
    open_call begun;
    begun.index = index;
    begun.call.id = string_member(block, "id");
    begun.call.name = string_member(block, "name");
    if (const auto& input = object_member(block, "input"); !input.empty())
      begun.whole_input = to_text(input);
    if (hold(begun.call.id.size() + begun.call.name.size() + begun.whole_input.size()))
      calls_.push_back(std::move(begun));
  }

  void take_delta(int index, const json& delta) {
    const auto type = string_member(delta, "type");
    if (type == "text_delta") {
      say(string_member(delta, "text"));
    } else if (type == "input_json_delta") {
      const auto piece = string_member(delta, "partial_json");
      const auto found = find(index); // blocks of other kinds have such deltas too
      if (found != calls_.end() && hold(piece.size()))
        found->call.arguments += piece;
    }
  }

  void stop_block(int index) {
    const auto found = find(index);
    if (found == calls_.end())
      return;
    settle_input(*found);
    found->whole = is_object_text(found->call.arguments);
    // Cut input is kept until the stop reason is known, and what follows it waits too.
    while (!calls_.empty() && calls_.front().whole) {
      give(calls_.front().call);
      calls_.erase(calls_.begin());
    }
  }

  void take_message_delta(const json& event) {
    take_usage(object_member(event, "usage"));
    const auto reason = string_member(object_member(event, "delta"), "stop_reason");
    if (reason == "refusal")
      fail_refused();
    else if (reason == "max_tokens" || reason == "model_context_window_exceeded")
      how_.cut = true;
  }

  void finish() {
    for (auto& open : calls_) {
      settle_input(open);
      if (open.whole || !how_.cut)
        give(open.call);
    }
    done(how_);
  }

  // Counts are cumulative, and each event has only some of them.
  void take_usage(const json& usage) {
    if (has(usage, "input_tokens"))
      fresh_tokens_ = count_member(usage, "input_tokens");
    if (has(usage, "cache_creation_input_tokens"))
      stored_tokens_ = count_member(usage, "cache_creation_input_tokens");
    if (has(usage, "cache_read_input_tokens"))
      how_.cached_tokens = count_member(usage, "cache_read_input_tokens");
    if (has(usage, "output_tokens"))
      how_.reply_tokens = count_member(usage, "output_tokens");
    // input_tokens is only what was neither read from the cache nor written to it.
    how_.prompt_tokens = sum(sum(fresh_tokens_, stored_tokens_), how_.cached_tokens);
  }

  static int sum(int a, int b) {
    int total = 0;
    return __builtin_add_overflow(a, b, &total) ? std::numeric_limits<int>::max() : total;
  }

  static void settle_input(open_call& open) {
    auto& arguments = open.call.arguments;
    if (arguments.empty())
      arguments = open.whole_input.empty() ? "{}" : open.whole_input;
  }

  void give(tool_call wanted) {
    const auto used = [&](const std::string& id) {
      return std::find(ids_.begin(), ids_.end(), id) != ids_.end();
    };
    for (size_t n = ids_.size() + 1; wanted.id.empty() || used(wanted.id); ++n)
      wanted.id = "toolu_" + std::to_string(n);
    ids_.push_back(wanted.id);
    call(std::move(wanted));
  }

  std::vector<open_call>::iterator find(int index) {
    return std::find_if(calls_.begin(), calls_.end(),
                        [&](const open_call& known) { return known.index == index; });
  }

  std::vector<open_call> calls_; ///< not given yet
  std::vector<std::string> ids_; ///< of those given
  llm_done how_;
  int fresh_tokens_ = 0, stored_tokens_ = 0;
};

} // namespace

std::unique_ptr<reply_reader> make_anthropic_reader(std::string service) {
  return std::make_unique<anthropic_reader>(std::move(service));
}

} // namespace trunkline
