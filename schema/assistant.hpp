#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace trunkline {

using std::chrono::milliseconds;

/// A question callers ask and its spoken answer. `questions` are example phrasings.
struct faq_entry {
  std::string id;
  std::vector<std::string> questions;
  std::string answer;
};

/// Something that can be booked.
struct service {
  std::string id;
  std::string name;                 ///< as spoken: "cleaning"
  std::vector<std::string> aliases; ///< "teeth cleaning", "hygiene visit"
  std::chrono::minutes duration{30};
};

/// Somebody a call can be transferred to. The only transfer targets there are.
struct staff_member {
  std::string id;
  std::string name;                 ///< as spoken: "Doctor Lee"
  std::string title;                ///< "dentist", "billing"
  std::vector<std::string> aliases; ///< "the dentist", "accounts"
  std::string number;               ///< E.164
};

/// One stretch of opening hours, local to the assistant's time zone.
struct opening {
  unsigned weekday = 0; ///< 0 = Sunday
  std::chrono::minutes opens{0};
  std::chrono::minutes closes{0}; ///< after opens, at most 24 h
};

/// Turn taking, barge-in and the dead-air clock; defaults are design section 4's.
struct turn_settings {
  milliseconds endpoint_min{300};
  milliseconds endpoint_max{2500};
  milliseconds endpoint_extra_when_dictating{600}; ///< a number, e-mail or date is expected
  milliseconds voice_start{60};
  milliseconds voice_stop{200};
  milliseconds barge_in_voice{350};
  unsigned barge_in_words = 2;
  milliseconds barge_in_resume{1500};
  milliseconds filler_when_tool{900};
  milliseconds filler_when_reply_late{1500};
  milliseconds dead_air_max{2500};
  milliseconds turn_abandon{6000};
  milliseconds response_timeout{5000}; ///< no model has answered: the template does
  milliseconds speech_timeout{3000};   ///< a recogniser has not answered an ended utterance
  milliseconds utterance_max{30000};   ///< a longer utterance is cut there
  milliseconds caller_silence{8000};   ///< then we ask whether the caller is still there
  unsigned caller_silences_max = 2;    ///< after that many the call is closed politely
  milliseconds stable_interim{200};
  unsigned speculations_max = 2;
  bool speculate = true;
  bool greeting_interruptible = true;
  milliseconds playout_ahead{1500};
  milliseconds mark_every{200};
};

/// Days after which records of a tenant are deleted; 0: never. See infra/store/retention.hpp.
struct retention_settings {
  unsigned transcripts_days = 0;  ///< words, tools and unanswered questions of a call
  unsigned recordings_days = 0;   ///< the sound of a call
  unsigned messages_days = 0;     ///< what callers left for the staff
  unsigned appointments_days = 0; ///< after their end
  unsigned calls_days = 0;        ///< the rest of a call, and callers of whom nothing else is left
};

/// Whether and how calls are recorded; only calls of the channel media_stream can be.
struct recording_settings {
  std::string mode = "off"; ///< off | after_consent | on
  std::string announcement; ///< on: said after the greeting; empty: nothing is said
  std::string question =    ///< after_consent: asked after the greeting; a yes starts it
      "May we record this call? Please say yes or no.";
};

/// What is asked of a language model about a call when it is over.
struct extraction_settings {
  std::string schema;      ///< JSON Schema of the answer; empty: nothing is asked
  std::string schema_file; ///< where that was read from; empty: it was given itself
};

/// A language an assistant speaks besides its first; what is empty is filled in when the
/// configuration is read.
struct spoken_language {
  std::string tag;                  ///< BCP-47: "es-US"
  std::vector<std::string> numbers; ///< of the assistant's: calls to them begin in it
  std::string greeting;
  std::string say_voice;
  std::string voice; ///< of the first of `tts`; empty: the service's own
  std::string emergency_line;
  std::string recording_announcement, recording_question;
  std::vector<std::string> stt, tts; ///< empty: those of the assistant
  bool first = false;                ///< of the assistant's languages
};

/// An agent's stored configuration. A call keeps the version it started with.
struct assistant {
  std::string id;
  std::string tenant_id;
  std::string version; ///< hash of its configuration, recorded on each call
  bool is_default = false;
  std::vector<std::string> numbers;     ///< E.164 numbers it answers
  std::string channel = "media_stream"; ///< of its calls: media_stream | gather | relay
  bool move_to_gather = true;           ///< a call whose recognisers are all lost goes on there
  std::string when_overloaded =
      "gather";           ///< where its media streams go then: gather | relay | stay
  std::string business;   ///< "Brightsmile Dental"
  std::string agent_name; ///< "Ava"
  std::string preset;     ///< the personality it began with; empty: none
  std::string persona;    ///< free text for language models
  std::string greeting;
  std::string language = "en-US";         ///< spoken now; in configuration: the first
  std::vector<spoken_language> languages; ///< the others
  bool in_first_language = true;          ///< which its answers and names are in
  std::string voice;                      ///< the embedded one: kal16 | rms | slt | awb
  std::string service_voice;              ///< of the first of `tts`; empty: the service's own
  std::string say_voice = "Polly.Joanna-Neural"; ///< of the carrier's <Say>
  std::string time_zone = "America/New_York";
  std::vector<faq_entry> faq;
  bool faq_without_model = true; ///< a question that clearly is one of them is answered at once
  std::vector<service> services;
  std::vector<staff_member> staff;
  std::vector<opening> hours;
  std::vector<std::string> holidays; ///< ISO dates, closed all day
  std::string front_desk;            ///< staff id that takes plain "a person, please"
  std::string emergency_number;      ///< E.164, where emergencies are transferred to
  std::string emergency_line = "If this is a life threatening emergency, please hang up and dial "
                               "nine one one. I am connecting you to our emergency line now.";
  std::vector<std::string> emergency_words; ///< empty: the built-in list
  std::vector<std::string> extra_phrases;   ///< added to the recogniser's grammar
  std::chrono::minutes slot_step{30};
  std::chrono::hours booking_lead{1};
  unsigned booking_days_ahead = 60;
  turn_settings turns;
  recording_settings recording;
  retention_settings keep;
  bool remember_callers = false; ///< between calls
  extraction_settings extraction;
  unsigned response_words_max = 200;
  unsigned max_calls = 0;        ///< of its own at the same time; 0: as many as the engine takes
  unsigned tenant_max_calls = 0; ///< of all assistants of its tenant, when one more comes to it
  std::vector<std::string> stt, llm, tts; ///< services of its own, in order; empty: the engine's
};

/// The same assistant as it speaks another of its languages, which takes the place of the first in
/// all that depends on it; the first becomes one of the others. A tag it does not have: unchanged.
assistant in_language(const assistant& who, std::string_view tag);
/// As it answers a call to one of its numbers.
assistant answering(const assistant& who, std::string_view number);
/// All its languages, the one spoken now first.
std::vector<std::string> language_tags(const assistant& who);

} // namespace trunkline
