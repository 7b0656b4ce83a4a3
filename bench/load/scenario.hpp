#pragma once

#include "bench/carrier/call_channel.hpp"
#include "bench/load/threshold.hpp"
#include "schema/failure.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace trunkline {

/// Which server is called, and how it sees itself.
struct load_target {
  std::string url = "http://127.0.0.1:8080";     ///< where webhooks and sockets are connected to
  std::string public_url{};                      ///< the server's name for itself; empty: `url`
  std::string stream_url{};                      ///< not empty: no webhooks, calls are this socket
  std::string incoming_path = "/voice/incoming"; ///< media_stream
  std::string relay_path = "/api/v1/voice/conversation-relay";
  std::string gather_path = "/call/incoming";
  std::string status_path = "/voice/status"; ///< empty: no status callbacks
  std::string admin_url{}; ///< engine's admin API, for who owns the waiting; empty: not known
  std::string token{};     ///< signs; empty: from the environment or the state directory
  std::string account_sid{};
  std::string from = "+15550100001", to = "+15550100000";
  int64_t server_pid = 0;    ///< of this machine; its CPU and memory are sampled; 0: none
  std::string metrics_url{}; ///< they are read there instead, in Prometheus' format; empty: none
};

/// How calls arrive for a while.
struct load_stage {
  enum class arrival {
    constant, ///< open: evenly spaced, whatever the server does
    poisson,  ///< open: independent callers
    closed    ///< so many callers; each call's end begins the next
  };
  std::string name{};
  arrival how = arrival::poisson;
  double seconds = 0;
  double calls_per_s = 0; ///< open; 0: nobody new
  unsigned callers = 0;   ///< closed
  double ramp_s = -1;     ///< closed: until all have called first; below 0: 100 a second
};

/// A kind of caller and its share of the calls.
struct load_caller {
  enum class habit { talk, barge_in, silent, hang_up, dtmf, talkative, echo };
  habit kind = habit::talk;
  call_channel channel = call_channel::media_stream;
  double weight = 1;
  std::vector<std::string> lines{}; ///< spoken in this order, again and again; empty: our own
  std::string keys{};               ///< dtmf
  /// What services and settings of the server are known to take of each answer; nothing: unknown.
  std::optional<unsigned> injected_ms{};
};

/// A load test as data; bench/scenarios/*.toml and docs/bench.md.
struct load_scenario {
  enum class ending {
    wait,   ///< for calls to last as long as they were to
    hang_up ///< callers hang up when the last stage is over
  };
  std::string name{}, about{};
  uint64_t seed = 1;
  load_target target;
  double call_seconds = 60;                      ///< how long a caller stays
  double call_seconds_spread = 0;                ///< share either way
  unsigned think_ms = 700;                       ///< of silence before the caller speaks
  unsigned speak_anyway_ms = 5000;               ///< without an answer
  unsigned barge_in_ms = 600;                    ///< after the agent is first heard
  std::optional<unsigned> barge_in_decided_ms{}; ///< of voice, as the server is set: clear_ms
  std::string voice = "kal16";
  bool must_last = false; ///< a call that the server ends early has failed
  ending at_end = ending::wait;
  std::vector<load_stage> stages{};
  std::vector<load_caller> callers{};
  std::vector<threshold> thresholds{};
  std::string hash{}; ///< of the text, 16 hex digits
};

/// Unknown keys, wrong kinds, values out of range: bad_input as "name:line:column: what".
result<load_scenario> parse_load_scenario(std::string_view toml, const std::string& name);

/// A file's path, or the name of a scenario that ships with the binary ("hold").
result<load_scenario> load_load_scenario(const std::string& name_or_file);

/// Whether anybody calls on that channel.
bool has_channel(const load_scenario& scenario, call_channel channel);

std::string_view to_string(load_stage::arrival how);
std::string_view to_string(load_caller::habit kind);

} // namespace trunkline
