#include "infra/speech/utterance_queue.hpp"

#include "protocol/audio/mulaw.hpp"
#include "protocol/audio/resample.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

namespace trunkline {

namespace {

constexpr size_t slice_bytes = 100 * mulaw_bytes_per_ms;
constexpr size_t backlog_bytes = 400 * mulaw_bytes_per_ms; // one job's share when behind
// The first utterance of a call waits for this much, to learn how loud the line is.
constexpr size_t first_bytes = 600 * mulaw_bytes_per_ms;

// What was heard joins what was known; the start counts as 1.5 s of audio, the past as 15 s at
// most.
void learn(speech_stream::ear_mean& known, bool line_known, const sphinx_decoder& decoder) {
  constexpr float start_frames = 150;
  constexpr float past_frames_max = 1500;
  const auto heard = decoder.heard_mean();
  const auto frames = static_cast<float>(decoder.heard_frames());
  if (frames < 1)
    return;
  const auto past = line_known ? known.frames : start_frames;
  for (size_t i = 0; i < heard.size(); ++i)
    known.mean[i] = (known.mean[i] * past + heard[i] * frames) / (past + frames);
  known.frames = std::min(past + frames, past_frames_max);
}

// The ear that has fitted this caller's voice better.
const sphinx_decoder& ear_of(const utterance& spoken) {
  return spoken.stream->ears.second() ? *spoken.decoders->lowered : *spoken.decoders->plain;
}

float loudness(const std::vector<int16_t>& samples) {
  double sum = 0;
  size_t count = 0;
  for (int sample : samples)
    if (std::abs(sample) > 50) {
      sum += double(sample) * sample;
      ++count;
    }
  return count == 0 ? 0 : static_cast<float>(std::sqrt(sum / static_cast<double>(count)));
}

} // namespace

utterance_queue::utterance_queue(worker_pool& pool, const embedded_stt_settings& settings)
    : pool_(pool), settings_(settings) {}

void utterance_queue::add_decoders(decoder_pair pair) {
  std::lock_guard lock{mutex_};
  free_.push_back(std::make_unique<decoder_pair>(std::move(pair)));
}

// Sinks are called without the lock: they may call back.
void utterance_queue::tell(const std::vector<told>& all) {
  for (const auto& one : all)
    one.spoken->stream->sink(one.what);
}

transcript utterance_queue::rejection(const utterance& spoken) {
  transcript t;
  t.is_final = true;
  t.rejected = true;
  t.confidence = 0;
  t.utterance = spoken.number;
  t.audio_end = spoken.audio_end;
  return t;
}

std::shared_ptr<utterance> utterance_queue::begin(std::shared_ptr<speech_stream> stream,
                                                  uint64_t number, std::vector<uint8_t> before,
                                                  milliseconds clock) {
  auto spoken = std::make_shared<utterance>();
  spoken->stream = stream;
  spoken->number = number;
  spoken->expected = stream->expected;
  spoken->taken_bytes = before.size();
  spoken->pending = std::move(before);
  spoken->audio_end = clock;
  std::vector<told> out;
  {
    std::lock_guard lock{mutex_};
    stream->line.push_back(spoken);
    if (stream->line.size() == 1)
      admit(spoken, out);
  }
  tell(out);
  return spoken;
}

void utterance_queue::append(const pointer& spoken, std::span<const uint8_t> bytes,
                             milliseconds clock) {
  const auto bytes_max = static_cast<size_t>(settings_.utterance_max.count()) * mulaw_bytes_per_ms;
  std::vector<told> out;
  {
    std::lock_guard lock{mutex_};
    spoken->audio_end = clock;
    const auto room = bytes_max - std::min(bytes_max, spoken->taken_bytes);
    bytes = bytes.first(std::min(room, bytes.size()));
    spoken->pending.insert(spoken->pending.end(), bytes.begin(), bytes.end());
    spoken->taken_bytes += bytes.size();
    kick(spoken, out);
  }
  tell(out);
}

void utterance_queue::end(const pointer& spoken) {
  std::vector<told> out;
  {
    std::lock_guard lock{mutex_};
    spoken->ended = true;
    kick(spoken, out);
  }
  tell(out);
}

void utterance_queue::abandon(const std::shared_ptr<speech_stream>& stream) {
  std::vector<told> out;
  {
    std::lock_guard lock{mutex_};
    stream->abandoned = true;
    if (stream->line.empty())
      return;
    const auto front = stream->line.front();
    stream->line.resize(1);
    if (!front->scheduled) // else the job that runs sees it
      leave(front, out);
  }
  tell(out);
}

void utterance_queue::admit(const pointer& spoken, std::vector<told>& out) {
  if (!free_.empty()) {
    spoken->decoders = std::move(free_.back());
    free_.pop_back();
    kick(spoken, out);
  } else if (waiting_.size() < settings_.utterances_waiting_max) {
    waiting_.push_back(spoken);
  } else {
    out.push_back({spoken, rejection(*spoken)});
    leave(spoken, out);
  }
}

void utterance_queue::kick(const pointer& spoken, std::vector<told>& out) {
  if (!spoken->decoders || spoken->scheduled)
    return;
  const auto enough =
      spoken->progress.started || spoken->stream->line_known ? slice_bytes : first_bytes;
  if (!spoken->ended && spoken->pending.size() < enough)
    return;
  spoken->scheduled = pool_.post([self = shared_from_this(), spoken] { self->work(spoken); });
  if (spoken->scheduled)
    return;
  out.push_back({spoken, rejection(*spoken)});
  leave(spoken, out);
}

// Takes the utterance out of its stream; its decoders go to who waits longest.
void utterance_queue::leave(const pointer& spoken, std::vector<told>& out) {
  std::erase(waiting_, spoken);
  auto& line = spoken->stream->line;
  if (line.empty() || line.front() != spoken)
    return;
  line.pop_front();
  if (spoken->decoders)
    free_.push_back(std::move(spoken->decoders));
  while (!waiting_.empty() && !free_.empty()) {
    const auto next = waiting_.front();
    waiting_.pop_front();
    admit(next, out);
  }
  if (!line.empty() && !line.front()->decoders)
    admit(line.front(), out);
}

void utterance_queue::work(const pointer& spoken) {
  std::vector<uint8_t> slice;
  milliseconds clock{0};
  bool gone = false;
  {
    std::lock_guard lock{mutex_};
    gone = spoken->stream->abandoned;
    const auto count = std::min(spoken->pending.size(), backlog_bytes);
    const auto stop = spoken->pending.begin() + static_cast<std::ptrdiff_t>(count);
    slice.assign(spoken->pending.begin(), stop);
    spoken->pending.erase(spoken->pending.begin(), stop);
    clock = spoken->audio_end - milliseconds{spoken->pending.size() / mulaw_bytes_per_ms};
  }
  if (!gone) {
    decode(*spoken, slice);
    interim(*spoken, clock);
  }
  std::vector<told> out;
  bool finished = false;
  {
    std::lock_guard lock{mutex_};
    finished = spoken->ended && spoken->pending.empty();
    gone = spoken->stream->abandoned;
    if (!finished && !gone) {
      spoken->scheduled = false;
      kick(spoken, out);
    }
  }
  if (finished || gone) {
    if (!gone)
      spoken->stream->sink(conclude(*spoken));
    std::lock_guard lock{mutex_};
    spoken->scheduled = false;
    leave(spoken, out);
  }
  tell(out);
}

void utterance_queue::decode(utterance& spoken, const std::vector<uint8_t>& slice) {
  const auto samples = mulaw_decode(std::span<const uint8_t>{slice});
  auto& stream = *spoken.stream;
  if (!std::exchange(spoken.progress.started, true)) {
    if (!stream.line_known)
      stream.plain.mean = stream.lowered.mean = telephone_mean(loudness(samples));
    spoken.decoders->plain->start(stream.plain.mean, spoken.expected);
    spoken.decoders->lowered->start(stream.lowered.mean, spoken.expected);
  }
  const auto wide = doubled(samples);
  spoken.decoders->plain->hear(wide);
  spoken.decoders->lowered->hear(wide);
  spoken.progress.heard_bytes += slice.size();
}

void utterance_queue::interim(utterance& spoken, milliseconds clock) {
  auto& progress = spoken.progress;
  const auto step = static_cast<size_t>(settings_.interim_every.count()) * mulaw_bytes_per_ms;
  if (progress.heard_bytes < progress.interim_at_bytes + step)
    return;
  progress.interim_at_bytes = progress.heard_bytes;
  auto text = ear_of(spoken).text();
  if (text.empty() || text == progress.interim)
    return;
  progress.interim = text;
  transcript t;
  t.text = std::move(text);
  t.confidence = 0.5f;
  t.utterance = spoken.number;
  t.audio_end = clock;
  spoken.stream->sink(std::move(t));
}

transcript utterance_queue::conclude(utterance& spoken) {
  auto& stream = *spoken.stream;
  auto& decoders = *spoken.decoders;
  auto plain = decoders.plain->finish(), lowered = decoders.lowered->finish();
  if (!plain.text.empty() && !lowered.text.empty()) {
    learn(stream.plain, stream.line_known, *decoders.plain);
    learn(stream.lowered, stream.line_known, *decoders.lowered);
    stream.line_known = true;
  }
  const bool second = stream.ears.second_leads(plain, lowered);
  const auto& believed = second ? lowered : plain;
  transcript t;
  t.text = believed.text;
  t.confidence = believed.confidence;
  t.is_final = true;
  t.utterance = spoken.number;
  t.audio_end = spoken.audio_end;
  for (const auto* other : {&plain, &lowered})
    if (!other->text.empty())
      t.alternatives.push_back(other->text);
  // A cough is not worth asking for a repetition.
  const auto speech_bytes =
      static_cast<size_t>((settings_.pre_roll + milliseconds{700}).count()) * mulaw_bytes_per_ms;
  const bool trusted = std::max(trust(plain), trust(lowered)) >= settings_.trust_min;
  t.rejected = t.text.empty() ? spoken.progress.heard_bytes > speech_bytes : !trusted;
  if (t.rejected)
    t.text.clear();
  return t;
}

} // namespace trunkline
