// Turns by <Gather>: the caller's words come with a webhook, the agent's are its answer.

#include "actors/gate/gate_actor.hpp"

#include "infra/log/log.hpp"
#include "protocol/twilio/call_status.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace trunkline {

namespace {

/// "page=3&waited=1": the number of one of them.
std::optional<unsigned> number_in(std::string_view query, std::string_view name) {
  for (size_t at = 0; at < query.size();) {
    const auto end = std::min(query.find('&', at), query.size());
    const auto part = query.substr(at, end - at);
    at = end + 1;
    if (part.size() <= name.size() || part.substr(0, name.size()) != name ||
        part[name.size()] != '=')
      continue;
    unsigned value = 0;
    const auto* first = part.data() + name.size() + 1;
    const auto read = std::from_chars(first, part.data() + part.size(), value);
    if (read.ec == std::errc{})
      return value;
  }
  return std::nullopt;
}

std::optional<double> confidence_in(const std::string& text) {
  double value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  return read.ec == std::errc{} && value >= 0 && value <= 1 ? std::optional{value} : std::nullopt;
}

/// Keys only; what else is there is not one.
std::string keys_in(const std::string& digits) {
  constexpr size_t keys_max = 32;
  std::string keys;
  for (const char c : digits)
    if (std::string_view{"0123456789*#"}.find(c) != std::string_view::npos &&
        keys.size() < keys_max)
      keys += c;
  return keys;
}

} // namespace

gather_turn gate_state::turn_of(const webhook& request) const {
  using kind = gather_turn::kind;
  gather_turn turn;
  turn.call_sid = field(request, "CallSid");
  if (request.what != webhook::kind::gathered)
    return turn;
  turn.page = number_in(request.query, "page").value_or(0);
  turn.words = field(request, "SpeechResult");
  turn.keys = keys_in(field(request, "Digits"));
  turn.confidence = confidence_in(field(request, "Confidence"));
  if (const auto part = number_in(request.query, "waited")) {
    turn.what = kind::waited;
    turn.part = *part;
  } else {
    turn.what = turn.words.empty() && turn.keys.empty() ? kind::nothing : kind::heard;
  }
  return turn;
}

void gate_state::on_gathered(uint64_t id) {
  const auto& request = open[id];
  const auto& sid = field(request, "CallSid");
  if (is_final_call_status(field(request, "CallStatus"))) // the page is for nobody
    tell(self, setup.calls->get(), carrier_ended{sid, field(request, "CallStatus")});
  ask_for_page(id, turn_of(request));
}

/// The call answers, when there is one here; else whatever the store knows of it decides, and a
/// call that another engine has lost goes on here with these words.
void gate_state::ask_for_page(uint64_t id, gather_turn turn) {
  auto calls = setup.calls->get();
  if (!calls) {
    overflow(id);
    return;
  }
  turn.answer = [handle = self_handle<gate_actor>(self), id](gather_page page) {
    tell_from_outside(handle, page_ready{id, std::move(page)});
  };
  ask(self, calls, answer_within, std::move(turn))
      .then(
          [this, id](bool live) {
            if (!live && open.count(id) != 0)
              load_call(id);
          },
          [this, id](caf::error&) { overflow(id); });
}

void gate_state::on_page(page_ready&& ready) {
  const auto found = open.find(ready.serial);
  if (found == open.end())
    return;
  const auto who = assistant_of(found->second);
  if (who)
    answer(ready.serial,
           answers::page(setup.urls, ready.page, in_language(*who, ready.page.language)));
  else
    answer(ready.serial, answers::unknown_number());
}

/// Not answered: the carrier does not look at it.
void gate_state::on_partial(webhook&& request) {
  gather_turn turn;
  turn.what = gather_turn::kind::partial;
  turn.call_sid = field(request, "CallSid");
  turn.page = number_in(request.query, "page").value_or(0);
  turn.part = number_in("n=" + field(request, "SequenceNumber"), "n").value_or(0);
  turn.words = field(request, "StableSpeechResult");
  const auto& unstable = field(request, "UnstableSpeechResult");
  if (!unstable.empty())
    turn.words += (turn.words.empty() ? "" : " ") + unstable;
  request.respond({204, "", "", {}});
  if (auto calls = setup.calls->get())
    ask(self, calls, answer_within, std::move(turn)).then([](bool) {}, [](caf::error&) {});
}

} // namespace trunkline
