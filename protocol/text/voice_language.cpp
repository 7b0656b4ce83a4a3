#include "protocol/text/voice_language.hpp"

#include "protocol/text/language_tag.hpp"

#include <algorithm>

namespace trunkline {

namespace {

struct named_voice {
  std::string_view name, tag;
};

constexpr named_voice polly_voices[] = {
    {"Joanna", "en-US"},   {"Matthew", "en-US"}, {"Ruth", "en-US"},   {"Stephen", "en-US"},
    {"Danielle", "en-US"}, {"Kendra", "en-US"},  {"Joey", "en-US"},   {"Amy", "en-GB"},
    {"Brian", "en-GB"},    {"Emma", "en-GB"},    {"Lupe", "es-US"},   {"Pedro", "es-US"},
    {"Penelope", "es-US"}, {"Miguel", "es-US"},  {"Mia", "es-MX"},    {"Lucia", "es-ES"},
    {"Conchita", "es-ES"}, {"Enrique", "es-ES"}, {"Sergio", "es-ES"},
};

// By tag; the first of a language is for its other regions, too.
constexpr named_voice usual_voices[] = {
    {"Polly.Joanna-Neural", "en-US"}, {"Polly.Amy-Neural", "en-GB"},
    {"Polly.Lupe-Neural", "es-US"},   {"Polly.Mia-Neural", "es-MX"},
    {"Polly.Lucia-Neural", "es-ES"},
};

/// "es-US" of "es-US-Neural2-A"; empty when it does not begin with a tag.
std::string_view leading_tag(std::string_view name) {
  const auto first = name.find('-');
  const auto second = first == name.npos ? name.npos : name.find('-', first + 1);
  const auto tag = name.substr(0, second);
  return second != name.npos && is_language_tag(tag) ? tag : std::string_view{};
}

std::string_view language_of_polly(std::string_view name) {
  name = name.substr(0, name.find('-'));
  const auto* found = std::find_if(std::begin(polly_voices), std::end(polly_voices),
                                   [&](const named_voice& one) { return one.name == name; });
  return found == std::end(polly_voices) ? std::string_view{} : found->tag;
}

/// "es" of "aura-2-celeste-es".
std::string_view language_of_aura(std::string_view name) {
  return name.starts_with("aura-") ? name.substr(name.rfind('-') + 1) : std::string_view{};
}

} // namespace

std::string usual_say_voice(std::string_view tag) {
  for (const auto& one : usual_voices)
    if (one.tag == tag)
      return std::string{one.name};
  for (const auto& one : usual_voices)
    if (same_language(one.tag, tag))
      return std::string{one.name};
  return {};
}

std::optional<std::string> language_of_say_voice(std::string_view voice) {
  std::string_view tag;
  if (voice.starts_with("Polly."))
    tag = language_of_polly(voice.substr(6));
  else if (voice.starts_with("Google."))
    tag = leading_tag(voice.substr(7));
  return tag.empty() ? std::nullopt : std::optional{std::string{tag}};
}

std::optional<std::string> cannot_speak(std::string_view service, std::string_view voice,
                                        std::string_view tag) {
  const auto only = [&](std::string_view language) -> std::optional<std::string> {
    if (language.empty() || same_language(language, tag))
      return std::nullopt;
    return "its voice '" + std::string{voice} + "' speaks " + std::string{language};
  };
  if (service == "embedded")
    return is_english(tag) ? std::nullopt : std::optional<std::string>{"it speaks English only"};
  if (service == "polly")
    return only(language_of_polly(voice));
  if (service == "azure")
    return voice.find("Multilingual") != voice.npos ? std::nullopt : only(leading_tag(voice));
  if (service == "deepgram")
    return only(language_of_aura(voice));
  return std::nullopt;
}

std::optional<std::string> cannot_hear(std::string_view service, std::string_view model,
                                       std::string_view tag) {
  if (is_english(tag))
    return std::nullopt;
  if (service == "embedded")
    return "it understands English only";
  if (service == "deepgram" && model.ends_with("-en"))
    return "its model '" + std::string{model} + "' understands English only";
  return std::nullopt;
}

} // namespace trunkline
