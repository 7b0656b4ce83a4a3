#include "protocol/text/utf8.hpp"
#include "protocol/twilio/media_message.hpp"

#include <algorithm>
#include <cstdlib>

namespace {

using namespace trunkline;

bool same_media(const stream_media& media, const stream_message& other, std::string_view audio) {
  const auto* again = std::get_if<stream_media>(&other);
  return again && again->stream_sid == media.stream_sid &&
         std::equal(again->audio.begin(), again->audio.end(), audio.begin(), audio.end(),
                    [](uint8_t a, char b) { return a == static_cast<uint8_t>(b); });
}

} // namespace

// What was read is written and read again as it was; the quick way and the slow one agree.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  stream_message_parser parser, other;
  const auto message = parser.parse(input);
  // A blank in front is unusual enough for the slow way.
  const auto slowly = other.parse(" " + std::string{input});
  if (static_cast<bool>(message) != static_cast<bool>(slowly) &&
      input.size() < media_message_bytes_max)
    std::abort();
  if (!message)
    return 0;
  if (slowly && message->index() != slowly->index())
    std::abort();
  if (const auto* media = std::get_if<stream_media>(&*message)) {
    const std::string audio{media->audio.begin(), media->audio.end()};
    const stream_media copy = *media;
    if (slowly && !same_media(copy, *slowly, audio))
      std::abort();
    const auto rendered = render_media(media->stream_sid, media->audio);
    const auto again = other.parse(rendered);
    if (is_valid_utf8(copy.stream_sid) && rendered.size() <= media_message_bytes_max &&
        (!again || !same_media(copy, *again, audio)))
      std::abort();
  } else if (const auto* digit = std::get_if<stream_digit>(&*message)) {
    if (std::string_view{"0123456789*#ABCD"}.find(digit->digit) == std::string_view::npos)
      std::abort();
  } else if (const auto* mark = std::get_if<stream_mark>(&*message)) {
    const auto again = other.parse(render_mark(mark->stream_sid, mark->name));
    if (again && std::get<stream_mark>(*again).name != mark->name)
      std::abort();
  } else if (const auto* unknown = std::get_if<stream_unknown>(&*message)) {
    if (unknown->event.size() > 64)
      std::abort();
  }
  return 0;
}
