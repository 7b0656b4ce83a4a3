#include "infra/speech/flite_voice.hpp"

#include "protocol/audio/mulaw.hpp"
#include "protocol/audio/resample.hpp"
#include "protocol/text/speakable.hpp"

extern "C" {
#include <flite/flite.h>

cst_voice* register_cmu_us_kal16(const char* directory);
cst_voice* register_cmu_us_rms(const char* directory);
cst_voice* register_cmu_us_slt(const char* directory);
cst_voice* register_cmu_us_awb(const char* directory);
}

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <memory>
#include <mutex>

namespace trunkline {

namespace {

constexpr std::array<std::string_view, 4> voice_names = {"kal16", "rms", "slt", "awb"};

// Synthesis counts references inside the voice without atomics, and takes its noise from the C
// library's one generator: one thread at a time. Made once, never unloaded.
struct engine {
  std::array<cst_voice*, voice_names.size()> voices{};
  std::mutex mutex;

  engine() {
    flite_init();
    voices[0] = register_cmu_us_kal16(nullptr);
    voices[1] = register_cmu_us_rms(nullptr);
    voices[2] = register_cmu_us_slt(nullptr);
    voices[3] = register_cmu_us_awb(nullptr);
  }
};

engine& the_engine() {
  static engine instance;
  return instance;
}

struct free_wave {
  void operator()(cst_wave* wave) const { delete_wave(wave); }
};

// The voices pad with a fifth of a second at each end; the caller would wait for it.
std::span<const int16_t> trimmed(std::span<const int16_t> samples, size_t rate) {
  constexpr int audible = 120;
  const auto loud = [](int16_t sample) { return std::abs(int{sample}) > audible; };
  const auto first = std::find_if(samples.begin(), samples.end(), loud);
  if (first == samples.end())
    return {};
  const auto last = std::find_if(samples.rbegin(), samples.rend(), loud).base();
  const auto lead = std::min<size_t>(static_cast<size_t>(first - samples.begin()), rate / 50);
  const auto tail = std::min<size_t>(static_cast<size_t>(samples.end() - last), rate / 10);
  const auto begin = static_cast<size_t>(first - samples.begin()) - lead;
  const auto end = static_cast<size_t>(last - samples.begin()) + tail;
  return samples.subspan(begin, end - begin);
}

} // namespace

std::span<const std::string_view> flite_voices() {
  return voice_names;
}

result<std::vector<uint8_t>> synthesize_mulaw(const std::string& voice, const std::string& text) {
  const auto name = std::find(voice_names.begin(), voice_names.end(), voice);
  if (name == voice_names.end())
    return failure{failure_kind::bad_input,
                   "speech: no voice '" + voice.substr(0, 40) + "'; use kal16, rms, slt or awb",
                   false};
  if (text.size() > speech_text_bytes_max)
    return failure{failure_kind::bad_input,
                   "speech: a text of " + std::to_string(text.size()) +
                       " bytes is too long; split it into sentences",
                   false};
  const auto words = speakable(text);
  if (std::none_of(words.begin(), words.end(), [](unsigned char c) { return std::isalnum(c); }))
    return std::vector<uint8_t>{};
  auto& made = the_engine();
  std::unique_ptr<cst_wave, free_wave> wave;
  {
    std::lock_guard lock{made.mutex};
    std::srand(1); // the same words sound the same, whatever was said before
    wave.reset(flite_text_to_wave(words.c_str(),
                                  made.voices[static_cast<size_t>(name - voice_names.begin())]));
  }
  if (!wave || wave->num_channels != 1 || wave->num_samples < 0)
    return failure{failure_kind::internal, "speech: the synthesiser gave no audio", false};
  const auto rate = static_cast<uint32_t>(wave->sample_rate);
  const auto samples =
      trimmed({wave->samples, static_cast<size_t>(wave->num_samples)}, wave->sample_rate);
  const auto narrow = resample(samples, rate, 8000);
  if (!narrow)
    return narrow.error();
  return mulaw_encode(*narrow);
}

std::string word_pronunciation(const std::string& word) {
  if (word.empty() || word.size() > 40 ||
      !std::all_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; }))
    return {};
  auto& made = the_engine();
  std::lock_guard lock{made.mutex};
  const auto* lexicon = val_lexicon(feat_val(made.voices[0]->features, "lexicon"));
  auto* phones = lex_lookup(lexicon, word.c_str(), nullptr, nullptr);
  std::string out;
  for (const auto* phone = phones; phone != nullptr; phone = val_cdr(phone)) {
    std::string name = val_string(val_car(phone));
    if (name.starts_with("ax")) // the one vowel the dictionary does not tell apart
      name = name == "axr" ? "er" : "ah";
    for (char c : name)
      if (std::isalpha(static_cast<unsigned char>(c)))
        out.push_back(static_cast<char>(std::toupper(static_cast<unsigned char>(c))));
    out.push_back(' ');
  }
  delete_val(phones);
  if (!out.empty())
    out.pop_back();
  return out;
}

} // namespace trunkline
