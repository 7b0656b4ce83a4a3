#pragma once

#include "bench/carrier/call_channel.hpp"
#include "bench/carrier/lateness.hpp"
#include "bench/load/server_watch.hpp"
#include "bench/load/side_effects.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace trunkline {

/// What a sample measures, always on the caller's clock.
enum class load_metric : uint8_t {
  /// media_stream: the time of the last voiced frame to the first agent audio heard; relay: the
  /// final prompt to the first text; gather: the words' webhook to TwiML that answers them.
  response_gap,
  added,      ///< that, less what services and settings are known to take
  reply_done, ///< relay: the final prompt to the last text of the reply
  greeting,   ///< answered to the first agent audio heard; relay: to the first text
  dead_air,   ///< media_stream: unanswered words to anything audible
  barge_in_stop,
  clear, ///< media_stream: the voice has interrupted, to the clear
  round_trip,
  webhook,
  page_webhook, ///< gather: a webhook after the call's first
  stream_open,
  playout_gap,
  call_length
};
inline constexpr size_t load_metric_count = 13; ///< in the order of metric_names()

struct load_sample {
  load_metric what;
  double at_s = 0;  ///< since the run began
  double value = 0; ///< ms; call_length: s
  uint64_t call = 0;
  call_channel channel = call_channel::media_stream;
};

enum class call_end : uint8_t {
  completed,
  server_ended, ///< before the caller would have
  rejected,     ///< busy or refused by TwiML: the server's own decision
  failed,
  cut ///< by the end of the run
};
std::string_view to_string(call_end how);

struct placed_call {
  uint64_t number = 0;
  size_t caller = 0;
  double from_s = 0, to_s = 0;
  call_end how = call_end::completed;
  std::string reason{};
  uint64_t frames_sent = 0, media_received = 0;
  call_channel channel = call_channel::media_stream;
  std::string sid{};
};

/// The state of things once a second.
struct load_moment {
  double at_s = 0;
  uint64_t live = 0, streaming = 0, placed = 0, failed = 0;
  double generator_cpu_s = 0; ///< since the process began
  server_usage server;        ///< zero when nothing of it is known
};

/// All that a run leaves behind, raw.
struct load_record {
  std::vector<load_sample> samples;
  std::vector<placed_call> calls;
  std::vector<load_moment> moments;
  /// ms of each answer, by who owns them: "engine", "relay.engine"
  std::map<std::string, std::vector<double>> owners;
  uint64_t placed = 0, live_max = 0, turns_unanswered = 0, streams = 0;
  uint64_t fillers = 0; ///< gather: pages that only pass the time
  uint64_t messages_malformed = 0;
  std::optional<side_effects> effects; ///< nothing: not known
  lateness late;
  double seconds = 0;
  bool partial = false;
};

} // namespace trunkline
