// Whether a call is recorded: from its start, or from the caller's yes on. The media actor makes
// the recording; here is decided that it may.

#include "actors/call/call_actor.hpp"
#include "actors/dialog/consent.hpp"
#include "infra/log/log.hpp"
#include "protocol/text/json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace trunkline {

namespace {

constexpr auto consent_action = "recording_consent";

} // namespace

/// A caller who was cut off need not be asked again, when the answer is in the turns.
void call_state::record_from_the_start() {
  const auto& mode = setup.who->recording.mode;
  const bool agreed =
      std::any_of(setup.earlier.begin(), setup.earlier.end(),
                  [](const turn_record& turn) { return turn.action == consent_action; });
  if (mode == "on")
    record_call("configuration");
  else if (mode == "after_consent" && setup.resumed && agreed)
    record_call("caller");
}

/// After the greeting.
void call_state::tell_of_recording() {
  const auto& how = setup.who->recording;
  if (words || !setup.new_recording)
    return;
  if (how.mode == "on" && !how.announcement.empty())
    say(how.announcement, speak_kind::notice);
  if (how.mode == "after_consent") {
    consent_asked = true;
    say(how.question, speak_kind::notice);
  }
}

void call_state::record_call(const char* by) {
  if (words || !setup.new_recording)
    return;
  auto tape = setup.new_recording(record);
  if (!tape)
    return; // logged and counted there
  audit("recording.started", to_text({{"by", by}}));
  tell(self, media, start_recording{std::move(tape)});
}

void call_state::no_recording(const char* why) {
  if (std::exchange(consent_asked, false))
    audit("recording.not_allowed", to_text({{"why", why}}));
}

/// Of what the agent said last, or nearly: who answers before has not heard the question.
bool call_state::was_all_heard() const {
  const auto& turns = talk.turns();
  const auto last = std::find_if(turns.rbegin(), turns.rend(),
                                 [](const turn_record& turn) { return turn.role == "agent"; });
  return last != turns.rend() && last->heard.size() * 10 >= last->text.size() * 9;
}

/// The first turn after the question answers it, or there is no recording. True: it said nothing
/// else, so there is nothing for a model to do.
bool call_state::takes_as_consent(const std::string& text) {
  using kind = consent_answer::kind;
  if (!consent_asked)
    return false;
  const auto answer = consent_in(text, setup.who->language);
  close_agent_turn();
  const bool heard = was_all_heard();
  const bool given = answer.what == kind::given && heard;
  if (!given)
    no_recording(answer.what == kind::refused ? "refused" : heard ? "unclear" : "not_heard");
  consent_asked = false;
  if (given)
    record_call("caller");
  if (answer.more || answer.what == kind::unclear)
    return false;
  cancel_reply();
  open_turn(text, false);
  talk.mark_action(given ? consent_action : "recording_refused");
  work.emplace();
  work->id = machine.current_reply();
  moments.reply_asked = moments.first_token = now();
  say_sentences(work->splitter.feed(phrase_of(given ? phrase::is_recorded : phrase::not_recorded)));
  if (work)
    say_sentences(work->splitter.flush());
  if (work)
    end_reply();
  return true;
}

} // namespace trunkline
