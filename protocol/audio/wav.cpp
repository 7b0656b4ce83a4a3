#include "protocol/audio/wav.hpp"

#include "protocol/audio/mulaw.hpp"

#include <algorithm>

namespace trunkline {

// RIFF <size> WAVE, then chunks: four letters, a little-endian size, that many bytes, padded to
// even. "fmt " tells how to read "data"; the rest is for others.

namespace {

constexpr uint16_t format_pcm = 1;
constexpr uint16_t format_mulaw = 7;
constexpr uint16_t format_extensible = 0xfffe;

uint32_t little_endian(std::string_view bytes, size_t at, size_t count) {
  uint32_t value = 0;
  for (size_t i = 0; i < count; ++i)
    value |= static_cast<uint32_t>(static_cast<uint8_t>(bytes[at + i])) << (8 * i);
  return value;
}

void put(std::string& out, uint32_t value, size_t count) {
  for (size_t i = 0; i < count; ++i)
    out.push_back(static_cast<char>((value >> (8 * i)) & 0xff));
}

failure bad(std::string what) {
  return {failure_kind::bad_input, "wav: " + std::move(what), false};
}

struct format {
  uint16_t tag = 0;
  uint16_t channels = 0;
  uint32_t rate = 0;
  uint16_t bits = 0;
};

result<format> read_format(std::string_view chunk) {
  if (chunk.size() < 16)
    return bad("the format chunk is shorter than 16 bytes");
  format f;
  f.tag = static_cast<uint16_t>(little_endian(chunk, 0, 2));
  f.channels = static_cast<uint16_t>(little_endian(chunk, 2, 2));
  f.rate = little_endian(chunk, 4, 4);
  f.bits = static_cast<uint16_t>(little_endian(chunk, 14, 2));
  if (f.tag == format_extensible && chunk.size() >= 26)
    f.tag = static_cast<uint16_t>(little_endian(chunk, 24, 2));
  const bool known = (f.tag == format_pcm && (f.bits == 16 || f.bits == 8)) ||
                     (f.tag == format_mulaw && f.bits == 8);
  if (!known)
    return bad("format " + std::to_string(f.tag) + " with " + std::to_string(f.bits) +
               " bits is not supported; use PCM 16 bit or mu-law");
  if (f.channels < 1 || f.channels > 8)
    return bad(std::to_string(f.channels) + " channels; 1 to 8 are supported");
  if (f.rate < 1000 || f.rate > 192000)
    return bad("a rate of " + std::to_string(f.rate) + " Hz is out of range");
  return f;
}

std::vector<int16_t> read_samples(std::string_view data, const format& f) {
  std::vector<int16_t> samples;
  const size_t width = f.bits / 8u;
  const size_t frames = data.size() / (width * f.channels);
  samples.reserve(frames * f.channels);
  for (size_t i = 0; i < frames * f.channels; ++i) {
    if (f.tag == format_mulaw)
      samples.push_back(mulaw_decode(static_cast<uint8_t>(data[i])));
    else if (width == 1)
      samples.push_back(static_cast<int16_t>((static_cast<uint8_t>(data[i]) - 128) * 256));
    else
      samples.push_back(static_cast<int16_t>(little_endian(data, 2 * i, 2)));
  }
  return samples;
}

std::string header(uint16_t channels, uint32_t rate, size_t sample_count) {
  const auto bytes = static_cast<uint32_t>(sample_count * 2);
  std::string out = "RIFF";
  put(out, 36 + bytes, 4);
  out += "WAVEfmt ";
  put(out, 16, 4);
  put(out, format_pcm, 2);
  put(out, channels, 2);
  put(out, rate, 4);
  put(out, rate * channels * 2, 4);
  put(out, channels * 2u, 2);
  put(out, 16, 2);
  out += "data";
  put(out, bytes, 4);
  out.reserve(out.size() + bytes);
  return out;
}

} // namespace

result<pcm_audio> read_wav(std::string_view bytes) {
  if (bytes.size() < 12 || bytes.substr(0, 4) != "RIFF" || bytes.substr(8, 4) != "WAVE")
    return bad("not a RIFF/WAVE file");
  format f;
  size_t at = 12;
  while (bytes.size() - at >= 8) {
    const auto id = bytes.substr(at, 4);
    size_t size = little_endian(bytes, at + 4, 4);
    at += 8;
    const size_t left = bytes.size() - at;
    if (id == "data") {
      if (f.tag == 0)
        return bad("the data comes before its format");
      if (size == 0 || size > left) // a stream's size is unknown when its head is written
        size = left;
      return pcm_audio{f.rate, f.channels, read_samples(bytes.substr(at, size), f)};
    }
    if (size > left)
      return bad("a chunk is longer than the file");
    if (id == "fmt ") {
      auto read = read_format(bytes.substr(at, size));
      if (!read)
        return read.error();
      f = *read;
    }
    at += std::min(size + (size & 1), left);
  }
  return bad("there is no data chunk");
}

std::string write_wav_mono(std::span<const int16_t> samples, uint32_t rate) {
  auto out = header(1, rate, samples.size());
  for (auto sample : samples)
    put(out, static_cast<uint16_t>(sample), 2);
  return out;
}

std::string write_wav_stereo(std::span<const int16_t> left, std::span<const int16_t> right,
                             uint32_t rate) {
  const auto frames = std::max(left.size(), right.size());
  auto out = header(2, rate, frames * 2);
  for (size_t i = 0; i < frames; ++i) {
    put(out, static_cast<uint16_t>(i < left.size() ? left[i] : 0), 2);
    put(out, static_cast<uint16_t>(i < right.size() ? right[i] : 0), 2);
  }
  return out;
}

// Formats other than PCM have a longer format chunk, and say how many frames there are.
std::string wav_header_mulaw_stereo(uint32_t bytes) {
  constexpr uint32_t rate = 8000;
  constexpr uint16_t channels = 2;
  std::string out = "RIFF";
  put(out, static_cast<uint32_t>(wav_header_mulaw_bytes - 8) + bytes, 4);
  out += "WAVEfmt ";
  put(out, 18, 4);
  put(out, format_mulaw, 2);
  put(out, channels, 2);
  put(out, rate, 4);
  put(out, rate * channels, 4);
  put(out, channels, 2);
  put(out, 8, 2);
  put(out, 0, 2);
  out += "fact";
  put(out, 4, 4);
  put(out, bytes / channels, 4);
  out += "data";
  put(out, bytes, 4);
  return out;
}

std::vector<int16_t> mixed_down(const pcm_audio& audio) {
  const size_t channels = std::max<size_t>(audio.channels, 1);
  std::vector<int16_t> mono(audio.samples.size() / channels);
  for (size_t i = 0; i < mono.size(); ++i) {
    int sum = 0;
    for (size_t c = 0; c < channels; ++c)
      sum += audio.samples[i * channels + c];
    mono[i] = static_cast<int16_t>(sum / static_cast<int>(channels));
  }
  return mono;
}

} // namespace trunkline
