#include "protocol/deepgram/speak.hpp"

#include "protocol/deepgram/errors.hpp"
#include "protocol/http/query.hpp"
#include "protocol/speech/audio_readers.hpp"
#include "protocol/text/json.hpp"

#include <nlohmann/json.hpp>

namespace trunkline {

service_request deepgram_speak::request(std::string_view voice, std::string_view text) const {
  // The default container's head would be heard as a click.
  std::vector<std::pair<std::string, std::string>> query{{"model", std::string{voice}},
                                                         {"encoding", "mulaw"},
                                                         {"sample_rate", "8000"},
                                                         {"container", "none"}};
  if (settings_.mip_opt_out)
    query.emplace_back("mip_opt_out", "true");
  return {"POST",
          with_query("/v1/speak", query),
          {{"Authorization", "Token " + settings_.api_key}, {"Content-Type", "application/json"}},
          to_text({{"text", text}})};
}

result<std::unique_ptr<audio_reader>> deepgram_speak::reader(std::string_view content_type) const {
  return audio_reader_for("deepgram", content_type, {.mulaw = true});
}

failure deepgram_speak::error_of(const service_error& answer) const {
  return deepgram_refused(answer);
}

} // namespace trunkline
