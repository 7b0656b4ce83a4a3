// The language of a call: it begins in that of the assistant, or of the call that was cut off, and
// changes when the agent is asked to. Nothing of the conversation is lost.

#include "actors/call/call_actor.hpp"
#include "infra/log/log.hpp"
#include "protocol/text/json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace trunkline {

std::string call_state::phrase_of(phrase what) const {
  return phrase_text(what, setup.who->language);
}

/// What was given to a voice before is still said as it was; what comes from now on is in the new
/// language. A tag that is not configured changes nothing.
void call_state::speak_language(const std::string& tag) {
  const auto tags = language_tags(*setup.who); // the first one is spoken now
  if (finishing || !setup.in_language || std::find(tags.begin() + 1, tags.end(), tag) == tags.end())
    return;
  const auto to = setup.in_language(tag);
  setup.who = to.who;
  setup.prompt = to.prompt;
  setup.services = to.services;
  setup.faq = to.faq;
  if (words) {
    tell(self, words, use_language{tag});
  } else {
    setup.start.stt = to.start.stt;
    setup.start.tts = to.start.tts;
    setup.start.change_voice = to.start.change_voice;
    failures = {}; // of other services
    hear_in_new_language();
    talk_in_new_language();
  }
  log_event(log_level::info, "call.language", {{"call_sid", record.call_sid}, {"language", tag}});
  audit("call.language", to_text({{"language", tag}}));
  record.services_json = services_json();
  save(record); // for whoever brings the caller back
}

/// A recogniser's session has one language.
void call_state::hear_in_new_language() {
  service[child_role::stt] = setup.services.first_usable(child_role::stt);
  if (!stt)
    return; // there is none any more: the keypad is asked
  put_down(child_role::stt);
  start_child(child_role::stt);
  wire();
  after_restart(child_role::stt);
}

void call_state::talk_in_new_language() {
  if (service[child_role::tts] == child_starters::phrase_service || !tts)
    return;
  const auto index = service[child_role::tts] = setup.services.first_usable(child_role::tts);
  if (setup.start.change_voice) {
    setup.start.change_voice(self, tts, index);
    return;
  }
  put_down(child_role::tts);
  start_child(child_role::tts);
  wire();
  after_restart(child_role::tts);
}

} // namespace trunkline
