#pragma once

#include "infra/providers/expected_answer.hpp"
#include "infra/speech/pronunciations.hpp"
#include "schema/assistant.hpp"
#include "schema/failure.hpp"

#include <array>
#include <string>
#include <vector>

namespace trunkline {

/// A word that the recogniser's dictionary lacks.
struct dictionary_gap {
  std::string word;
  std::string source;        ///< where it came from: "services: Invisalign"
  std::string pronunciation; ///< made up for it; empty: its phrase is left out
};

/// What the recogniser is told about the calls of one assistant.
struct speech_model {
  std::array<std::string, expected_answers> trigrams; ///< ARPA, by expected_answer
  std::string dictionary;                             ///< CMU format, only the words used
  std::vector<dictionary_gap> gaps;
  size_t words = 0;
};

struct speech_model_settings {
  unsigned sentences = 8000; ///< sampled from the grammar for the trigram
  unsigned loose = 500;      ///< of them again with everyday words between: unforeseen wordings
  double other = 0.3;        ///< share of sentences that do not answer the question asked
  double evidence = 0.6;     ///< weight of one of them: less means more smoothing
};

/// Built from the assistant's services, staff, questions, extra phrases and business name and the
/// built-in inventory. Never fails over a word: what cannot be pronounced is left out and listed.
/// About a second. internal: the built-in inventory is broken.
result<speech_model> build_speech_model(const assistant& who, pronunciations& dictionary,
                                        const speech_model_settings& settings);

/// Only the gaps, for `doctor` and start-up reports.
std::vector<dictionary_gap> dictionary_gaps(const assistant& who, pronunciations& dictionary);

} // namespace trunkline
