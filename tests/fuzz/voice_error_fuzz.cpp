#include "protocol/azure/synthesis.hpp"
#include "protocol/coqui/speech.hpp"
#include "protocol/deepgram/speak.hpp"
#include "protocol/elevenlabs/speech.hpp"
#include "protocol/openai/speech.hpp"
#include "protocol/polly/speech.hpp"
#include "protocol/text/utf8.hpp"

#include <cstdlib>

namespace {

using namespace trunkline;

// The context of a failure is one line of UTF-8, whatever a service says; any text can be asked.
void check(const voice_codec& codec, const service_error& answer) {
  const auto why = codec.error_of(answer);
  if (!is_valid_utf8(why.context) || why.context.size() > 1024 || why.retry_after.count() < 0 ||
      why.context.find('\n') != std::string::npos)
    std::abort();
  const auto asked = codec.request(answer.error_type, answer.body);
  if (asked.target.empty() || asked.target.find_first_of("\r\n ") != std::string::npos)
    std::abort();
  if (const auto reader = codec.reader(answer.content_type)) {
    (*reader)->feed(answer.body);
    (*reader)->end_of_body();
  }
}

} // namespace

// The first bytes are status and lengths of the headers; the rest is the body.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 4)
    return 0;
  std::string_view rest{reinterpret_cast<const char*>(data) + 4, size - 4};
  service_error answer;
  answer.status = 400 + data[0] % 200;
  for (auto* header : {&answer.content_type, &answer.retry_after, &answer.error_type}) {
    *header = rest.substr(0, data[header == &answer.content_type ? 1 : 2] % 48);
    rest.remove_prefix(header->size());
  }
  answer.body = rest;
  check(azure_synthesis{{}}, answer);
  check(coqui_speech{{}}, answer);
  check(deepgram_speak{{}}, answer);
  check(elevenlabs_speech{{}}, answer);
  check(openai_speech{{}}, answer);
  polly_speech_settings polly;
  polly.credentials = {"AKID", "secret", {}};
  polly.amz_date = [] { return std::string{"20150830T123600Z"}; };
  check(polly_speech{polly}, answer);
  return 0;
}
