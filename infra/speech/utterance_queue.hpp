#pragma once

#include "infra/speech/embedded_stt.hpp"
#include "infra/speech/sphinx_decoder.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

namespace trunkline {

struct decoder_pair {
  std::unique_ptr<sphinx_decoder> grammar;
  std::unique_ptr<sphinx_decoder> trigram;
};

struct speech_stream;

/// One stretch of a caller's speech on its way through the decoders. Guarded by the queue's mutex,
/// except for what `progress` holds: only the job that decodes touches that.
struct utterance {
  std::shared_ptr<speech_stream> stream;
  uint64_t number = 0;
  std::vector<uint8_t> pending; // mu-law not yet decoded
  size_t taken_bytes = 0;       // accepted so far, bounded
  milliseconds audio_end{0};
  bool ended = false;
  bool scheduled = false; // a job is queued or runs
  std::unique_ptr<decoder_pair> decoders;

  struct {
    bool started = false;
    size_t heard_bytes = 0;
    size_t interim_at_bytes = 0;
    std::string interim;
  } progress;
};

/// What the utterances of one session share. They are decoded one after the other, so finals come
/// in order and what one taught about the line helps the next.
struct speech_stream {
  explicit speech_stream(stt_sink s) : sink(std::move(s)) {}
  const stt_sink sink;
  std::deque<std::shared_ptr<utterance>> line; // the front one is decoded or waits for decoders
  bool abandoned = false;
  // Written by jobs, of which a stream has one at a time.
  bool line_known = false;
  channel_mean mean{}; // of the line, as far as known
  float mean_frames = 0;
};

/// Hands utterances to decoders and decodes on the pool.
///
///   begin -> [first of its stream] -> free decoders? -> decoding, slice by slice -> final
///                                  -> waits (bounded; full: rejected)      end, drained ^
///
/// Thread safe. A pool that refuses a job makes the utterance rejected, never stuck.
class utterance_queue : public std::enable_shared_from_this<utterance_queue> {
public:
  utterance_queue(worker_pool& pool, const embedded_stt_settings& settings);

  const embedded_stt_settings& settings() const { return settings_; }
  /// One more utterance at a time; who waits longest gets them.
  void add_decoders(std::unique_ptr<sphinx_decoder> grammar,
                    std::unique_ptr<sphinx_decoder> trigram);

  std::shared_ptr<utterance> begin(std::shared_ptr<speech_stream> stream, uint64_t number,
                                   std::vector<uint8_t> before, milliseconds clock);
  void append(const std::shared_ptr<utterance>& spoken, std::span<const uint8_t> bytes,
              milliseconds clock);
  void end(const std::shared_ptr<utterance>& spoken);
  /// The session is gone: nothing of it is decoded or told any more.
  void abandon(const std::shared_ptr<speech_stream>& stream);

private:
  using pointer = std::shared_ptr<utterance>;
  struct told {
    pointer spoken;
    transcript what;
  };

  void admit(const pointer& spoken, std::vector<told>& out);
  void kick(const pointer& spoken, std::vector<told>& out);
  void serve_waiting(std::vector<told>& out);
  void leave(const pointer& spoken, std::vector<told>& out);
  void work(const pointer& spoken);
  void decode(utterance& spoken, const std::vector<uint8_t>& slice);
  void interim(utterance& spoken, milliseconds clock);
  transcript conclude(utterance& spoken);
  static transcript rejection(const utterance& spoken);
  static void tell(const std::vector<told>& all);

  worker_pool& pool_;
  const embedded_stt_settings settings_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<decoder_pair>> free_;
  std::deque<pointer> waiting_;
};

} // namespace trunkline
