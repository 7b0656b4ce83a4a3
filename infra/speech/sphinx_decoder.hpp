#pragma once

#include "infra/speech/hypothesis.hpp"
#include "infra/speech/speech_model.hpp"
#include "schema/failure.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

namespace trunkline {

/// Where Debian's pocketsphinx-en-us puts its acoustic model and dictionary.
inline const std::filesystem::path sphinx_model_dir = "/usr/share/pocketsphinx/model/en-us";

/// The channel's mean, learned over a call: gives each utterance a better start.
using channel_mean = std::array<float, 13>;

/// What to start with on a telephone line. `level`: root mean square of the caller's speech; 0:
/// unknown.
channel_mean telephone_mean(float level);

/// How a voice is heard: as it is, or with its frequencies brought down to where the acoustic model
/// expects them, for callers with a shorter vocal tract than the model's average.
enum class ear { plain, lowered };

/// One pocketsphinx decoder with one ear and a trigram for each expected answer. One thread at a
/// time.
class sphinx_decoder {
public:
  /// Takes 0.5 s. `scratch`: a directory for files that are gone on return.
  static result<std::unique_ptr<sphinx_decoder>> make(ear how, const speech_model& model,
                                                      const std::filesystem::path& scratch);
  ~sphinx_decoder();

  /// An utterance: start, hear (16 kHz samples, any number), text at any time, finish.
  void start(const channel_mean& mean, expected_answer expected);
  void hear(std::span<const int16_t> samples);
  std::string text() const;
  /// The final text and how well it fits; no text: nothing was recognised.
  hypothesis finish();
  /// After finish(): the mean over this utterance alone, and the 10 ms frames it was taken from.
  channel_mean heard_mean() const;
  size_t heard_frames() const;

private:
  struct state;
  explicit sphinx_decoder(std::unique_ptr<state> s);
  std::unique_ptr<state> state_;
};

} // namespace trunkline
