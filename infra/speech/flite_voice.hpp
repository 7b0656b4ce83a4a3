#pragma once

#include "schema/failure.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace trunkline {

/// The longest text that is synthesised in one piece; longer is bad_input.
inline constexpr size_t speech_text_bytes_max = 2000;

/// kal16 rms slt awb: what synthesize_mulaw() accepts.
std::span<const std::string_view> flite_voices();

/// Speaks a whole text with an embedded voice: mu-law, 8 kHz, silence at both ends cut short.
/// The same words are the same bytes. Blocks for 2 to 40 ms a second of speech; thread safe (one
/// text at a time, for the library's voices share state). Unknown voice or too long a text:
/// bad_input. No words: no audio.
result<std::vector<uint8_t>> synthesize_mulaw(const std::string& voice, const std::string& text);

/// How the synthesiser would say one lower-case word, in the phones of the CMU dictionary ("B R AY
/// T"). From its lexicon, else by letter-to-sound rules. Empty for what is not letters. Thread
/// safe.
std::string word_pronunciation(const std::string& word);

} // namespace trunkline
