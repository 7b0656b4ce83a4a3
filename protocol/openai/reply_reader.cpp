#include "protocol/openai/reply_reader.hpp"

#include "protocol/chat/reply_stream.hpp"
#include "protocol/chat/thought_filter.hpp"
#include "protocol/text/json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <vector>

// One chunk an event:
//
//   {"choices":[{"index":0,"delta":{...},"finish_reason":null}],"usage":null}    text, fragments of
//                                                                               calls
//   ... "finish_reason":"stop" | "length" | "tool_calls" | "content_filter"     the reply is whole
//   {"choices":[],"usage":{...}}                                                only when asked for
//   [DONE]
//
// Calls wait for the finish reason: only that tells whether the last one was cut. Servers differ in
// what they leave out: index, id, the right reason, the reason at all, [DONE]; either of the last
// two is an end, neither is a broken stream. An object with `error` may take a chunk's place.

namespace trunkline {

namespace {

using nlohmann::json;

struct collected_call {
  std::optional<int64_t> index;
  tool_call call;
};

// What is longer than this came in fragments; looking at it again with each would take for ever.
constexpr size_t whole_arguments_max = 16 * 1024;

bool is_object_text(std::string_view text) {
  const auto value = parse_json(text, "arguments");
  return value && value->is_object();
}

// Whether a fragment that seems to belong to `known` is of a further call, from a server that gives
// all of them the same index or none.
bool begins_another(const tool_call& fragment, const tool_call& known) {
  if (!fragment.id.empty() && !known.id.empty())
    return fragment.id != known.id;
  // Without ids only a second name after whole arguments tells.
  const bool named_again = !fragment.name.empty() && !known.name.empty() &&
                           (fragment.name != known.name || !fragment.arguments.empty());
  return named_again && fragment.id.empty() && known.id.empty() &&
         known.arguments.size() <= whole_arguments_max && is_object_text(known.arguments);
}

const json* array_member(const json& object, std::string_view name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_array() ? &*found : nullptr;
}

class openai_reader : public reply_stream {
public:
  openai_reader(std::string service, bool without_thoughts)
      : reply_stream(std::move(service)), without_thoughts_(without_thoughts) {}

protected:
  bool is_end_mark(std::string_view data) const override { return data == "[DONE]"; }

  void take(std::string_view name, const json& chunk) override {
    const auto error = chunk.find("error");
    if (name == "error" || string_member(chunk, "object") == "error" ||
        (error != chunk.end() && !error->is_null())) {
      fail_with(chunk);
      return;
    }
    if (const auto* choices = array_member(chunk, "choices"))
      for (const auto& choice : *choices)
        if (choice.is_object() && count_member(choice, "index") == 0) {
          if (string_member(choice, "finish_reason") == "error")
            fail_with(chunk);
          take_choice(choice);
        }
    take_usage(object_member(chunk, "usage"));
  }

  void take_end(bool mark) override {
    if (!mark && !finished_) {
      fail_cut_off();
      return;
    }
    say(thoughts_.end());
    give_calls();
    done(how_);
  }

private:
  void take_choice(const json& choice) {
    if (finished_)
      return;
    // A server that does not stream sends one whole message instead of deltas.
    const auto& streamed = object_member(choice, "delta");
    const auto& delta = streamed.empty() ? object_member(choice, "message") : streamed;
    const auto reason = string_member(choice, "finish_reason");
    if (!string_member(delta, "refusal").empty() || reason == "content_filter") {
      fail_refused();
      return;
    }
    auto text = string_member(delta, "content");
    say(without_thoughts_ ? thoughts_.feed(text) : std::move(text));
    if (const auto* fragments = array_member(delta, "tool_calls"))
      for (const auto& fragment : *fragments)
        if (fragment.is_object())
          take_fragment(fragment);
    if (reason.empty())
      return;
    finished_ = true;
    how_.cut = reason == "length";
    say(thoughts_.end());
    give_calls();
  }

  void take_usage(const json& usage) {
    if (usage.empty())
      return;
    how_.prompt_tokens = count_member(usage, "prompt_tokens");
    how_.reply_tokens = count_member(usage, "completion_tokens");
    how_.cached_tokens =
        count_member(object_member(usage, "prompt_tokens_details"), "cached_tokens");
  }

  void take_fragment(const json& fragment) {
    const auto id = string_member(fragment, "id");
    const auto& function = object_member(fragment, "function");
    const auto name = string_member(function, "name");
    std::string arguments = string_member(function, "arguments");
    if (const auto& object = object_member(function, "arguments"); !object.empty())
      arguments = to_text(object); // some send the object itself
    if (!hold(id.size() + name.size() + arguments.size()))
      return;
    auto* to = call_of({index_of(fragment), {id, name, arguments}});
    if (to == nullptr)
      return;
    if (to->id.empty())
      to->id = id;
    if (to->name.empty())
      to->name = name;
    to->arguments += arguments;
  }

  static std::optional<int64_t> index_of(const json& fragment) {
    const auto found = fragment.find("index");
    if (found == fragment.end() || !found->is_number_integer())
      return std::nullopt;
    return found->get<int64_t>();
  }

  // The call that a fragment belongs to; a new one when the fragment begins it. Null: the reply
  // has failed of too many.
  tool_call* call_of(const collected_call& fragment) {
    const auto& id = fragment.call.id;
    const auto same = [&](const collected_call& known) {
      return fragment.index ? known.index == fragment.index : id.empty() || known.call.id == id;
    };
    const auto found = std::find_if(calls_.rbegin(), calls_.rend(), same);
    if (found != calls_.rend() && !begins_another(fragment.call, found->call)) {
      last_ = calls_.size() - 1 - static_cast<size_t>(found - calls_.rbegin());
      return &found->call;
    }
    if (calls_.size() == reply_tool_calls_max) {
      fail_too_many_calls();
      return nullptr;
    }
    calls_.push_back({fragment.index, {}});
    last_ = calls_.size() - 1;
    return &calls_.back().call;
  }

  void give_calls() {
    name_calls();
    for (size_t i = 0; i < calls_.size(); ++i) {
      auto& wanted = calls_[i].call;
      if (how_.cut && (i == last_ || !is_object_text(wanted.arguments)))
        continue;
      if (wanted.arguments.empty())
        wanted.arguments = "{}";
      call(std::move(wanted));
    }
    calls_.clear();
  }

  // Ids are missing, or the same for all calls, with some servers.
  void name_calls() {
    std::vector<std::string> taken;
    const auto is_taken = [&](const std::string& id) {
      return std::find(taken.begin(), taken.end(), id) != taken.end();
    };
    for (const auto& known : calls_)
      if (!known.call.id.empty() && !is_taken(known.call.id))
        taken.push_back(known.call.id);
    std::vector<std::string> given;
    for (auto& [_, wanted] : calls_) {
      const bool again = std::find(given.begin(), given.end(), wanted.id) != given.end();
      for (size_t n = 1; wanted.id.empty() || again; ++n) {
        auto id = "call_" + std::to_string(n);
        if (is_taken(id))
          continue;
        taken.push_back(id);
        wanted.id = std::move(id);
        break;
      }
      given.push_back(wanted.id);
    }
  }

  std::vector<collected_call> calls_; ///< in order of their beginning
  size_t last_ = 0;                   ///< the one that the last fragment went to
  llm_done how_;
  thought_filter thoughts_;
  const bool without_thoughts_;
  bool finished_ = false;
};

} // namespace

std::unique_ptr<reply_reader> make_openai_reader(std::string service, bool without_thoughts) {
  return std::make_unique<openai_reader>(std::move(service), without_thoughts);
}

} // namespace trunkline
