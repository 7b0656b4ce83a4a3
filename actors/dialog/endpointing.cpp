#include "actors/dialog/endpointing.hpp"

#include "protocol/text/unaccented.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace trunkline {

namespace {

constexpr double smoothing = 0.3;

std::string last_word(std::string_view text) {
  while (!text.empty() && !std::isalnum(static_cast<unsigned char>(text.back())))
    text.remove_suffix(1);
  const auto space = text.find_last_of(' ');
  std::string word{space == std::string_view::npos ? text : text.substr(space + 1)};
  std::transform(word.begin(), word.end(), word.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return word;
}

bool contains_word(std::string_view text, std::string_view word) {
  std::string lower{text};
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const auto is_letter = [&](size_t i) {
    return i < lower.size() && std::isalnum(static_cast<unsigned char>(lower[i]));
  };
  for (size_t at = lower.find(word); at != std::string::npos; at = lower.find(word, at + 1))
    if ((at == 0 || !is_letter(at - 1)) && !is_letter(at + word.size()))
      return true;
  return false;
}

} // namespace

void endpointing::observe_final_delay(milliseconds delay) {
  const auto ms = static_cast<double>(delay.count());
  final_delay_ms_ =
      final_delay_ms_ == 0 ? ms : final_delay_ms_ + smoothing * (ms - final_delay_ms_);
}

void endpointing::observe_pause(milliseconds pause) {
  const auto ms = static_cast<double>(pause.count());
  pause_ms_ = std::max(pause_ms_ * (1 - smoothing), ms);
}

milliseconds endpointing::delay(bool dictating, std::string_view text) const {
  // Finals that come late anyway leave nothing to gain from deciding earlier; a caller who pauses
  // within turns is given that pause and a fifth more.
  auto wait = std::max({static_cast<double>(settings_.endpoint_min.count()),
                        std::min(final_delay_ms_, 600.0), pause_ms_ * 1.2});
  if (dictating || looks_unfinished(text))
    wait += static_cast<double>(settings_.endpoint_extra_when_dictating.count());
  return std::min(milliseconds{static_cast<int64_t>(wait)}, settings_.endpoint_max);
}

bool looks_unfinished(std::string_view text) {
  static constexpr std::array words = {
      "and", "or", "but", "to", "the", "a", "an", "at", "on", "for", "um", "uh", "my", "with", "of",
      "is", "so", "because", "from", "in",
      // Spanish
      "y", "o", "pero", "el", "la", "los", "las", "un", "una", "de", "del", "al", "en", "con",
      "para", "por", "mi", "su", "que", "es", "porque", "eh"};
  const auto word = last_word(text);
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool expects_dictation(std::string_view agent_text) {
  const auto sentence = agent_text.rfind('?');
  if (sentence == std::string_view::npos)
    return false;
  auto start = agent_text.find_last_of(".!?", sentence == 0 ? 0 : sentence - 1);
  const auto question = unaccented(agent_text.substr(start == std::string_view::npos ? 0 : start));
  for (const auto* word :
       {"number", "email", "name", "spell", "date", "birth", "message", "numero", "telefono",
        "correo", "nombre", "apellido", "deletrear", "fecha", "nacimiento", "mensaje"})
    if (contains_word(question, word))
      return true;
  return false;
}

} // namespace trunkline
