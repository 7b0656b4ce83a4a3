#include "protocol/deepgram/flux.hpp"
#include "protocol/deepgram/listen.hpp"
#include "tests/fuzz/recogniser_fuzz.hpp"

// Whatever both listening sockets are told, utterances stay bounded and are covered once.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  trunkline::deepgram_listen listen{{}};
  trunkline::fuzz::run_recogniser(listen, input);
  trunkline::deepgram_flux flux{{}};
  trunkline::fuzz::run_recogniser(flux, input);
  listen.closed(1008, input);
  trunkline::service_error answer;
  answer.body = input;
  flux.refused(answer);
  return 0;
}
