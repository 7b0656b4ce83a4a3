#include "protocol/audio/wav_stream.hpp"

#include <algorithm>

namespace trunkline {

// RIFF <size> WAVE, then chunks of four letters, a little-endian size and that many bytes, padded
// to even. "fmt " tells how to read "data"; others are skipped.

namespace {

constexpr size_t head_bytes_max = 64 * 1024;
// Programs that do not know the length write the greatest they can, or nearly.
constexpr uint32_t believable_max = 1u << 30;
constexpr uint32_t format_pcm = 1, format_mulaw = 7, format_extensible = 0xfffe;

failure bad(std::string what) {
  return {failure_kind::bad_input, "wav: " + std::move(what)};
}

uint32_t little_endian(std::string_view bytes, size_t at, size_t count) {
  uint32_t value = 0;
  for (size_t i = 0; i < count; ++i)
    value |= static_cast<uint32_t>(static_cast<uint8_t>(bytes[at + i])) << (8 * i);
  return value;
}

result<wav_head> read_format(std::string_view chunk) {
  if (chunk.size() < 16)
    return bad("the format chunk is shorter than 16 bytes");
  auto tag = little_endian(chunk, 0, 2);
  if (tag == format_extensible && chunk.size() >= 26)
    tag = little_endian(chunk, 24, 2);
  wav_head head;
  head.channels = little_endian(chunk, 2, 2);
  head.rate = little_endian(chunk, 4, 4);
  head.bits = little_endian(chunk, 14, 2);
  head.mulaw = tag == format_mulaw;
  const bool known = (tag == format_pcm && head.bits == 16) || (head.mulaw && head.bits == 8);
  if (!known)
    return bad("format " + std::to_string(tag) + " with " + std::to_string(head.bits) +
               " bits; PCM of 16 bit is needed");
  return head;
}

} // namespace

result<std::string_view> wav_stream::feed(std::string_view bytes) {
  if (head_)
    return sound(bytes);
  buffer_ += bytes;
  const std::string_view magic = "RIFF";
  if (!magic.starts_with(std::string_view{buffer_}.substr(0, 4)))
    return bad("not a RIFF file");
  if (buffer_.size() < 12)
    return std::string_view{};
  if (std::string_view{buffer_}.substr(8, 4) != "WAVE")
    return bad("a RIFF file, but not of sound");
  at_ = std::max<size_t>(at_, 12);
  while (!head_) {
    const auto more = read_chunk();
    if (!more)
      return more.error();
    if (!*more)
      return std::string_view{};
  }
  return sound(std::string_view{buffer_}.substr(at_));
}

// False: the chunk has not come yet.
result<bool> wav_stream::read_chunk() {
  if (at_ > head_bytes_max)
    return bad("no sound within " + std::to_string(head_bytes_max) + " bytes");
  if (buffer_.size() < at_ + 8)
    return false;
  const auto id = std::string_view{buffer_}.substr(at_, 4);
  const auto size = little_endian(buffer_, at_ + 4, 4);
  if (id == "data") {
    if (!format_)
      return bad("the data comes before its format");
    if (size > 0 && size <= believable_max)
      left_ = size;
    head_ = format_;
    at_ += 8;
    return true;
  }
  if (size > head_bytes_max)
    return bad("a chunk of " + std::to_string(size) + " bytes before the sound");
  if (buffer_.size() < at_ + 8 + size)
    return false;
  if (id == "fmt ") {
    auto format = read_format(std::string_view{buffer_}.substr(at_ + 8, size));
    if (!format)
      return format.error();
    format_ = *format;
  }
  at_ += 8 + size + (size & 1);
  return true;
}

std::string_view wav_stream::sound(std::string_view bytes) {
  if (!left_)
    return bytes;
  const auto part = bytes.substr(0, static_cast<size_t>(std::min<uint64_t>(*left_, bytes.size())));
  *left_ -= part.size();
  return part;
}

} // namespace trunkline
