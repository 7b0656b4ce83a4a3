#include "bench/providers/fault_profile.hpp"

#include "infra/config/config_field.hpp"

#include <string>
#include <vector>

namespace trunkline {

namespace {

using faults = std::string_view[];

constexpr faults tts_silent{"elevenlabs:hang_after_head,share=20"};
constexpr faults tts_resets{"elevenlabs:reset,pieces=3,share=20"};
constexpr faults stt_stalls{"deepgram:stall,pieces=2,pause=3000,share=5"};
constexpr faults stt_resets{"deepgram:reset,pieces=3,share=5"};
constexpr faults llm_stops{"openai:stop,pieces=12,share=10"};
constexpr faults llm_errors{"openai:status=500,share=5"};
constexpr faults llm_hangs{"openai:hang,share=3"};
constexpr faults bad_day{"deepgram:stall,pieces=2,pause=3000,share=5", "openai:status=500,share=5",
                         "elevenlabs:hang_after_head,share=20"};

constexpr fault_profile profiles[]{
    {"tts_silent", "the voice says nothing on 20 % of its sockets", tts_silent},
    {"tts_resets", "20 % of the voice's sockets are reset after three messages", tts_resets},
    {"stt_stalls", "the recogniser stalls once for 3 s on 5 % of its sockets", stt_stalls},
    {"stt_resets", "5 % of the recogniser's sockets are reset after three messages", stt_resets},
    {"llm_stops", "the model stops after 12 tokens in 10 % of its replies", llm_stops},
    {"llm_errors", "the model answers 5 % of requests with status 500", llm_errors},
    {"llm_hangs", "the model never answers 3 % of requests", llm_hangs},
    {"bad_day", "stt_stalls, llm_errors and tts_silent at once", bad_day}};

} // namespace

std::span<const fault_profile> fault_profiles() {
  return profiles;
}

result<fault_profile> find_fault_profile(std::string_view name) {
  std::vector<std::string> names;
  std::string all;
  for (const auto& one : profiles) {
    if (one.name == name)
      return one;
    names.emplace_back(one.name);
    all += (all.empty() ? "" : ", ") + names.back();
  }
  const auto nearest = nearest_name(name, names);
  return failure{failure_kind::bad_input,
                 "there is no profile '" + std::string{name} + "'; " +
                     (nearest ? "is '" + *nearest + "' meant?" : "there are " + all)};
}

} // namespace trunkline
