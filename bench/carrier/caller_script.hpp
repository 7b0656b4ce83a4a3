#pragma once

#include "bench/carrier/appointment_check.hpp"
#include "schema/failure.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

namespace trunkline {

/// One thing a caller may do when it is their turn.
struct script_line {
  std::string when{};                 ///< regex on what the agent said since; empty: next in order
  std::vector<std::string> say{};     ///< paraphrases, one is drawn
  std::vector<std::string> unseen{};  ///< paraphrases kept out of the recogniser's texts
  std::string wav{};                  ///< a recording instead of synthesised speech
  std::chrono::milliseconds pause{0}; ///< thinks this much longer before speaking
  std::optional<std::chrono::milliseconds> barge_in{}; ///< this long after the agent is first heard
  std::string dtmf{};
  bool hang_up = false; ///< after what else the line does
  unsigned max_uses = 1;
};

/// What a caller wants and what must come of it; bench/scripts/*.toml.
struct caller_script {
  std::string name{};
  std::filesystem::path folder; ///< of `wav` files
  std::vector<script_line> lines{};
  std::string outcome{};           ///< expected business result; empty: any
  std::vector<std::string> said{}; ///< regexes that something the agent said must match
  std::optional<expected_appointment> appointment{};
};

/// A pattern on what the agent said, letters compared without case; a leading "(?i)" is understood.
/// Throws std::regex_error.
std::regex agent_pattern(const std::string& pattern);

/// Unknown keys, wrong kinds and broken regexes are bad_input with line and column.
result<caller_script> parse_caller_script(std::string_view toml, std::string name);

/// A file's path, or the name of a script that ships with the binary ("booking").
result<caller_script> load_caller_script(const std::string& name_or_file);

enum class paraphrases { seen, unseen, all };
result<paraphrases> to_paraphrases(std::string_view text);

using mulaw_audio = std::shared_ptr<const std::vector<uint8_t>>;

/// A line made concrete: the words drawn for each use, and their sound.
struct spoken_line {
  script_line line;
  struct use {
    std::string text;
    mulaw_audio audio; ///< null when the line only presses keys or hangs up
  };
  std::vector<use> uses; ///< max_uses of them
};

struct spoken_script {
  caller_script script;
  std::vector<spoken_line> lines;
};

/// Draws paraphrases by seed (the same seed draws the same words) and speaks them. Blocks for the
/// synthesis; what was said before in this process is remembered.
result<spoken_script> speak_script(const caller_script& script, const std::string& voice,
                                   uint64_t seed, paraphrases which);

/// The same for one typed line.
result<mulaw_audio> speak(const std::string& voice, const std::string& text);

} // namespace trunkline
