#include "infra/config/config_table.hpp"

namespace trunkline {

namespace {

using check = field_check;

#define TL_FIELD(type, member) [](type& r) -> field_ref { return &r.member; }

constexpr field_row<assistant> assistants[] = {
    {"id", "names it in records and URLs", TL_FIELD(assistant, id), check::id},
    {"tenant_id", "whose it is; default: its id", TL_FIELD(assistant, tenant_id), check::id},
    {"default", "takes calls to numbers that no assistant has", TL_FIELD(assistant, is_default)},
    {"numbers", "the numbers it answers, in E.164", TL_FIELD(assistant, numbers), check::number},
    {"channel", "how its calls are carried: media_stream, gather or relay",
     TL_FIELD(assistant, channel), check::channel},
    {"move_to_gather", "a call whose recognisers are all lost goes on by the carrier's <Gather>",
     TL_FIELD(assistant, move_to_gather)},
    {"when_overloaded",
     "where calls on media streams go when the engine has more to do than it can: gather, relay "
     "or stay",
     TL_FIELD(assistant, when_overloaded), check::refuge},
    {"business", "the name callers know", TL_FIELD(assistant, business), check::required},
    {"agent_name", "what the agent calls itself", TL_FIELD(assistant, agent_name)},
    {"preset",
     "the personality it begins with, see `trunkline assistants presets`; keys of its own win",
     TL_FIELD(assistant, preset), check::preset},
    {"persona", "its manner, for language models", TL_FIELD(assistant, persona)},
    {"faq_without_model", "a question that clearly is one of `faq` is answered without a model",
     TL_FIELD(assistant, faq_without_model)},
    {"greeting", "the first words of a call", TL_FIELD(assistant, greeting), check::required},
    {"language", "language tag of the conversation, or of its beginning; see docs/languages.md",
     TL_FIELD(assistant, language), check::language},
    {"voice", "the embedded voice: kal16, rms, slt or awb", TL_FIELD(assistant, voice),
     check::voice},
    {"say_voice",
     "the carrier's voice on gather and relay, and when ours has failed; default: one of the "
     "language",
     TL_FIELD(assistant, say_voice), check::required},
    {"time_zone", "IANA name; opening hours and appointments are local to it",
     TL_FIELD(assistant, time_zone), check::zone},
    {"holidays", "dates on which it is closed all day", TL_FIELD(assistant, holidays), check::day},
    {"front_desk", "id of the staff member who takes plain requests for a person",
     TL_FIELD(assistant, front_desk)},
    {"emergency_number", "where emergencies are transferred to, in E.164",
     TL_FIELD(assistant, emergency_number), check::number},
    {"emergency_line", "said before an emergency is transferred",
     TL_FIELD(assistant, emergency_line), check::required},
    {"emergency_words", "phrases that mean an emergency; empty: the built-in list",
     TL_FIELD(assistant, emergency_words)},
    {"extra_phrases", "phrases the recogniser knows besides", TL_FIELD(assistant, extra_phrases)},
    {"slot_step_minutes", "appointments start at multiples of this", TL_FIELD(assistant, slot_step),
     check::none, 5, 1440},
    {"booking_lead_hours", "how long before its start a slot can still be booked",
     TL_FIELD(assistant, booking_lead), check::none, 0, 8760},
    {"booking_days_ahead", "how far ahead can be booked", TL_FIELD(assistant, booking_days_ahead),
     check::none, 1, 730},
    {"response_words_max", "words in one reply of a language model",
     TL_FIELD(assistant, response_words_max), check::none, 10, 2000},
    {"max_calls",
     "its calls at the same time on an engine; further callers are asked for a message; 0: as many "
     "as the engine takes",
     TL_FIELD(assistant, max_calls), check::none, 0, 100'000},
    {"tenant_max_calls",
     "the same for the calls of all assistants of its tenant together, looked at when one more "
     "comes to this one; 0: no such limit",
     TL_FIELD(assistant, tenant_max_calls), check::none, 0, 100'000},
    {"recording", "calls are recorded: off, after_consent or on; needs a data key",
     TL_FIELD(assistant, recording.mode), check::recording},
    {"recording_announcement", "said after the greeting when `recording` is on",
     TL_FIELD(assistant, recording.announcement)},
    {"recording_question",
     "asked after the greeting when `recording` is after_consent; only a plain yes starts it",
     TL_FIELD(assistant, recording.question), check::required},
    {"remember_callers",
     "callers are known by their number when they call again: name, preferences, the last calls in "
     "a line each; see docs/data-protection.md",
     TL_FIELD(assistant, remember_callers)},
    {"keep_transcripts_days",
     "words and tools of a call are deleted so many days after it; 0: never; of several assistants "
     "of a tenant the strictest counts",
     TL_FIELD(assistant, keep.transcripts_days), check::none, 0, 36'500},
    {"keep_recordings_days",
     "recordings of calls; 0: as long as the words of the call, which is the most in any case",
     TL_FIELD(assistant, keep.recordings_days), check::none, 0, 36'500},
    {"keep_messages_days", "messages of callers; 0: for ever",
     TL_FIELD(assistant, keep.messages_days), check::none, 0, 36'500},
    {"keep_appointments_days", "appointments, from their end; 0: for ever",
     TL_FIELD(assistant, keep.appointments_days), check::none, 0, 36'500},
    {"keep_calls_days", "calls, with what is left of their callers; 0: for ever",
     TL_FIELD(assistant, keep.calls_days), check::none, 0, 36'500},
    {"stt", "recognisers of its own, in fallback order; empty: providers.stt",
     TL_FIELD(assistant, stt), check::stt_service},
    {"llm", "language models of its own; empty: providers.llm", TL_FIELD(assistant, llm),
     check::llm_service},
    {"tts", "voices of its own; empty: providers.tts", TL_FIELD(assistant, tts),
     check::tts_service},
};

#define TL_MS(key, member, doc)                                                                    \
  { key, doc, TL_FIELD(turn_settings, member), check::none, 0, 60000 }

constexpr field_row<turn_settings> turns[] = {
    TL_MS("endpoint_ms_min", endpoint_min, "shortest silence that ends a caller's turn"),
    TL_MS("endpoint_ms_max", endpoint_max, "longest silence waited for"),
    TL_MS("dictating_extra_ms", endpoint_extra_when_dictating,
          "added when a number, e-mail or date is expected"),
    TL_MS("voice_start_ms", voice_start, "voice that counts as speech"),
    TL_MS("voice_stop_ms", voice_stop, "silence that ends speech"),
    TL_MS("barge_in_voice_ms", barge_in_voice, "voice that interrupts the agent"),
    {"barge_in_words", "recognised words that interrupt the agent",
     TL_FIELD(turn_settings, barge_in_words), check::none, 1, 50},
    TL_MS("barge_in_resume_ms", barge_in_resume, "the agent goes on when no words came by then"),
    TL_MS("tool_filler_ms", filler_when_tool, "a filler is said when a tool takes longer"),
    TL_MS("reply_filler_ms", filler_when_reply_late, "a filler is said when the reply is later"),
    TL_MS("dead_air_ms_max", dead_air_max, "something is heard by then, whatever has failed"),
    TL_MS("turn_abandon_ms", turn_abandon, "the turn is given up and asked again"),
    TL_MS("response_timeout_ms", response_timeout,
          "no model has answered: the answer comes from configuration"),
    TL_MS("speech_timeout_ms", speech_timeout,
          "an outside recogniser has not answered an utterance: it has failed"),
    TL_MS("utterance_ms_max", utterance_max, "a longer utterance is cut there"),
    TL_MS("caller_silence_ms", caller_silence, "then we ask whether the caller is there"),
    {"caller_silences_max", "the call is closed after so many of those questions",
     TL_FIELD(turn_settings, caller_silences_max), check::none, 1, 20},
    TL_MS("stable_interim_ms", stable_interim, "an unchanged interim starts speculation"),
    {"speculations_max", "speculative replies a turn", TL_FIELD(turn_settings, speculations_max),
     check::none, 0, 10},
    {"speculate", "start the reply before the turn is surely over",
     TL_FIELD(turn_settings, speculate)},
    {"greeting_interruptible", "whether callers can interrupt the greeting",
     TL_FIELD(turn_settings, greeting_interruptible)},
    TL_MS("playout_ahead_ms", playout_ahead, "audio sent ahead of what is heard"),
    {"mark_every_ms", "audio between two marks", TL_FIELD(turn_settings, mark_every), check::none,
     20, 5000},
};

constexpr field_row<spoken_language> languages[] = {
    {"tag", "language tag, such as es-US", TL_FIELD(spoken_language, tag), check::language},
    {"numbers", "numbers of the assistant whose calls begin in it",
     TL_FIELD(spoken_language, numbers), check::number},
    {"greeting", "the first words of a call that begins in it", TL_FIELD(spoken_language, greeting),
     check::required},
    {"say_voice", "the carrier's voice; default: one of the language",
     TL_FIELD(spoken_language, say_voice)},
    {"voice", "voice of the first service of its `tts`; empty: the service's own",
     TL_FIELD(spoken_language, voice)},
    {"emergency_line", "default: that of the phrase catalogue",
     TL_FIELD(spoken_language, emergency_line)},
    {"recording_announcement", "as the assistant's",
     TL_FIELD(spoken_language, recording_announcement)},
    {"recording_question", "default: that of the phrase catalogue",
     TL_FIELD(spoken_language, recording_question)},
    {"stt", "recognisers; empty: the assistant's without embedded, which knows English only",
     TL_FIELD(spoken_language, stt), check::stt_service},
    {"tts", "voices; empty: the assistant's without embedded", TL_FIELD(spoken_language, tts),
     check::tts_service},
};

constexpr field_row<extraction_settings> extraction[] = {
    {"schema", "JSON Schema of what a language model is asked about a call when it is over",
     TL_FIELD(extraction_settings, schema)},
    {"schema_file", "or the file that holds it, beside the configuration",
     TL_FIELD(extraction_settings, schema_file)},
};

constexpr field_row<faq_entry> faqs[] = {
    {"id", "names the question", TL_FIELD(faq_entry, id), check::id},
    {"questions", "ways of asking it", TL_FIELD(faq_entry, questions), check::required},
    {"answer", "what is said", TL_FIELD(faq_entry, answer), check::required},
};

constexpr field_row<service> services[] = {
    {"id", "names the service in appointments", TL_FIELD(service, id), check::id},
    {"name", "as spoken", TL_FIELD(service, name), check::required},
    {"aliases", "other words for it", TL_FIELD(service, aliases)},
    {"duration_minutes", "length of an appointment", TL_FIELD(service, duration), check::none, 5,
     1440},
};

constexpr field_row<staff_member> people[] = {
    {"id", "names the person in records", TL_FIELD(staff_member, id), check::id},
    {"name", "as spoken", TL_FIELD(staff_member, name), check::required},
    {"title", "what the person does", TL_FIELD(staff_member, title)},
    {"aliases", "other words for the person", TL_FIELD(staff_member, aliases)},
    {"number", "where calls are transferred to, in E.164", TL_FIELD(staff_member, number),
     check::required_number},
};
#undef TL_MS
#undef TL_FIELD

} // namespace

std::span<const field_row<assistant>> assistant_rows() {
  return assistants;
}
std::span<const field_row<turn_settings>> turn_rows() {
  return turns;
}
std::span<const field_row<spoken_language>> language_rows() {
  return languages;
}
std::span<const field_row<extraction_settings>> extraction_rows() {
  return extraction;
}
std::span<const field_row<faq_entry>> faq_rows() {
  return faqs;
}
std::span<const field_row<service>> service_rows() {
  return services;
}
std::span<const field_row<staff_member>> staff_rows() {
  return people;
}

} // namespace trunkline
