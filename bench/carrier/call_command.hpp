#pragma once

#include "bench/carrier/caller_script.hpp"

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

namespace trunkline {

/// What `trunkline call` takes from its command line.
struct call_options {
  std::string url = "http://127.0.0.1:8080"; ///< base of the server under test
  std::string incoming_path = "/voice/incoming";
  std::string status_path = "/voice/status";
  std::string admin_url{}; ///< engine's admin API; empty: words are unknown, lines follow in order
  std::string script{};    ///< name or file; empty: typed on stdin
  std::string voice = "rms"; ///< of the caller: kal16 rms slt awb
  uint64_t seed = 1;         ///< draws paraphrases; call n of several uses seed + n
  paraphrases which = paraphrases::seen;
  std::string from = "+15550100001", to = "+15550100000", caller_name;
  std::string
      token; ///< signs webhooks; empty: $TWILIO_AUTH_TOKEN, else the state directory's dev-token
  std::string account_sid{};  ///< empty: $TWILIO_ACCOUNT_SID, else a made-up one
  std::string state_dir{};    ///< empty: $TRUNKLINE_STATE_DIR
  std::string fallback_url{}; ///< of the called number
  std::string dial_status = "completed";
  std::vector<std::string> expect{}; ///< regexes the agent must have said, besides the script's
  bool json = false;                 ///< only a JSON document on stdout
  std::string wav{};                 ///< stereo recording; with several calls only the first's
  unsigned calls = 1;                ///< at the same time
  unsigned noise_level = 0;
  std::chrono::seconds duration_max{300};
  uint16_t rest_port = 0; ///< REST stand-in for TWILIO_BASE_URL on this loopback port; 0: none
};

/// Places the calls, prints the dialogue as it happens and a summary. 0: expectations hold; 1: they
/// do not, or a call was lost; 2: options or script are wrong; 69: nobody answers at the URL.
/// Blocks until all calls are over.
int run_call(const call_options& options, std::ostream& out, std::ostream& err);

} // namespace trunkline
