#include "protocol/vosk/recognition.hpp"
#include "tests/fuzz/recogniser_fuzz.hpp"

// Whatever a server answers, in whatever number, utterances stay bounded and are covered once.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  trunkline::vosk_recognition codec{{}};
  codec.opening();
  codec.audio(std::vector<uint8_t>(size % 4000, 0xff));
  codec.flush();
  trunkline::fuzz::run_recogniser(codec, {reinterpret_cast<const char*>(data), size});
  return 0;
}
