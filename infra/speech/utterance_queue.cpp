#include "infra/speech/utterance_queue.hpp"

#include "protocol/audio/mulaw.hpp"
#include "protocol/audio/resample.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <sstream>
#include <utility>

namespace trunkline {

namespace {

constexpr size_t slice_bytes = 100 * mulaw_bytes_per_ms;
constexpr size_t backlog_bytes = 400 * mulaw_bytes_per_ms; // one job's share when behind
// The first utterance of a call waits for this much, to learn how loud the line is.
constexpr size_t first_bytes = 600 * mulaw_bytes_per_ms;

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream in{text};
  std::vector<std::string> words;
  for (std::string word; in >> word;)
    words.push_back(std::move(word));
  return words;
}

// What was heard joins what was known; the start counts as 1.5 s of audio, the past as 15 s at
// most.
void learn(speech_stream& stream, const sphinx_decoder& decoder) {
  constexpr float start_frames = 150;
  constexpr float past_frames_max = 1500;
  const auto heard = decoder.heard_mean();
  const auto frames = static_cast<float>(decoder.heard_frames());
  if (frames < 1)
    return;
  const auto known = stream.line_known ? stream.mean_frames : start_frames;
  for (size_t i = 0; i < heard.size(); ++i)
    stream.mean[i] = (stream.mean[i] * known + heard[i] * frames) / (known + frames);
  stream.mean_frames = std::min(known + frames, past_frames_max);
  stream.line_known = true;
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

// Longest common subsequence over the grammar's length.
float word_agreement(const std::string& grammar, const std::string& trigram) {
  const auto left = words_of(grammar), right = words_of(trigram);
  if (left.empty())
    return 0;
  std::vector<size_t> row(right.size() + 1, 0);
  for (const auto& word : left) {
    size_t diagonal = 0;
    for (size_t j = 1; j <= right.size(); ++j) {
      const auto above = row[j];
      row[j] = word == right[j - 1] ? diagonal + 1 : std::max(row[j], row[j - 1]);
      diagonal = above;
    }
  }
  return static_cast<float>(row.back()) / static_cast<float>(left.size());
}

utterance_queue::utterance_queue(worker_pool& pool, const embedded_stt_settings& settings)
    : pool_(pool), settings_(settings) {}

void utterance_queue::add_decoders(std::unique_ptr<sphinx_decoder> grammar,
                                   std::unique_ptr<sphinx_decoder> trigram) {
  std::vector<told> out;
  {
    std::lock_guard lock{mutex_};
    free_.push_back(
        std::make_unique<decoder_pair>(decoder_pair{std::move(grammar), std::move(trigram)}));
    serve_waiting(out);
  }
  tell(out);
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

void utterance_queue::serve_waiting(std::vector<told>& out) {
  while (!waiting_.empty() && !free_.empty()) {
    const auto next = waiting_.front();
    waiting_.pop_front();
    admit(next, out);
  }
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
  serve_waiting(out);
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
      stream.mean = telephone_mean(loudness(samples));
    spoken.decoders->grammar->start(stream.mean);
    spoken.decoders->trigram->start(stream.mean);
  }
  const auto wide = doubled(samples);
  spoken.decoders->grammar->hear(wide);
  spoken.decoders->trigram->hear(wide);
  spoken.progress.heard_bytes += slice.size();
}

void utterance_queue::interim(utterance& spoken, milliseconds clock) {
  auto& progress = spoken.progress;
  const auto step = static_cast<size_t>(settings_.interim_every.count()) * mulaw_bytes_per_ms;
  if (progress.heard_bytes < progress.interim_at_bytes + step)
    return;
  progress.interim_at_bytes = progress.heard_bytes;
  auto text = spoken.decoders->trigram->text();
  if (text.empty() || text == progress.interim)
    return;
  progress.interim = text;
  transcript t;
  t.text = std::move(text);
  t.confidence = 0.5f;
  t.utterance = spoken.number;
  t.audio_end = clock;
  if (auto other = spoken.decoders->grammar->text(); !other.empty())
    t.alternatives.push_back(std::move(other));
  spoken.stream->sink(std::move(t));
}

transcript utterance_queue::conclude(utterance& spoken) {
  const auto grammar = spoken.decoders->grammar->finish();
  transcript t;
  t.text = spoken.decoders->trigram->finish();
  t.confidence = spoken.decoders->trigram->confidence();
  t.is_final = true;
  t.utterance = spoken.number;
  t.audio_end = spoken.audio_end;
  for (const auto& other : {t.text, grammar})
    if (!other.empty())
      t.alternatives.push_back(other);
  const bool accepted = word_agreement(grammar, t.text) >= settings_.agreement_min ||
                        t.confidence >= settings_.confidence_min;
  // A cough is not worth asking for a repetition.
  const auto speech_bytes =
      static_cast<size_t>((settings_.pre_roll + milliseconds{700}).count()) * mulaw_bytes_per_ms;
  t.rejected = t.text.empty() ? spoken.progress.heard_bytes > speech_bytes : !accepted;
  if (!t.text.empty())
    learn(*spoken.stream, *spoken.decoders->trigram);
  if (t.rejected)
    t.text.clear();
  return t;
}

} // namespace trunkline
