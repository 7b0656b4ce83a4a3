#include "infra/speech/sphinx_decoder.hpp"

#include <pocketsphinx/pocketsphinx.h>
#include <sphinxbase/err.h>

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <mutex>
#include <system_error>
#include <utility>

namespace trunkline {

namespace {

// The library would write pages to stderr; what matters comes back as a failure.
void say_nothing(void*, err_lvl_t, const char*, ...) {}

// Making decoders touches statics of the library (its parser, its option tables).
std::mutex making;

// What the library takes its starting mean for: 5 s of audio.
constexpr int start_frames = 500;

class scratch_files {
public:
  explicit scratch_files(const std::filesystem::path& parent) {
    auto name = (parent / "trunkline-speech-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr)
      path_ = name;
  }
  ~scratch_files() {
    std::error_code ignored;
    if (!path_.empty())
      std::filesystem::remove_all(path_, ignored);
  }
  scratch_files(const scratch_files&) = delete;
  scratch_files& operator=(const scratch_files&) = delete;

  std::string write(const char* name, const std::string& text) const {
    if (path_.empty())
      return {};
    const auto file = path_ / name;
    std::ofstream out{file, std::ios::binary};
    out << text;
    out.close();
    return out ? file.string() : std::string{};
  }

private:
  std::filesystem::path path_;
};

failure unavailable(std::string what) {
  return {failure_kind::unavailable, "speech: " + std::move(what), false};
}

struct drop_config {
  void operator()(cmd_ln_t* config) const { cmd_ln_free_r(config); }
};

} // namespace

channel_mean telephone_mean(float level) {
  // Measured over three voices, far from the model's own wide-band mean: without it the first words
  // of a call are lost while the decoder adapts. The first number follows loudness.
  channel_mean mean = {55.3f, 0.9f,   11.7f, 18.1f, 6.8f, -1.2f, 3.7f,
                       0.7f,  -10.7f, 8.7f,  -3.3f, 8.4f, -1.0f};
  constexpr float measured_level = 6800;
  constexpr float per_neper = 9.6f;
  if (level > 0)
    mean[0] += per_neper * std::log(std::clamp(level, 100.0f, 20000.0f) / measured_level);
  return mean;
}

struct sphinx_decoder::state {
  ps_decoder_t* decoder = nullptr;
  bool running = false;
  channel_mean started_with{};
  ~state() {
    if (decoder)
      ps_free(decoder);
  }
};

sphinx_decoder::sphinx_decoder(std::unique_ptr<state> s) : state_(std::move(s)) {}
sphinx_decoder::~sphinx_decoder() = default;

result<std::unique_ptr<sphinx_decoder>> sphinx_decoder::make(search how, const speech_model& model,
                                                             const std::filesystem::path& scratch) {
  std::lock_guard lock{making};
  err_set_callback(say_nothing, nullptr);
  err_set_logfp(nullptr);
  const auto acoustic = sphinx_model_dir / "en-us";
  // The library ends the process over a missing model file, so look first.
  for (const auto* file : {"mdef", "means", "variances", "sendump", "transition_matrices"})
    if (!std::filesystem::exists(acoustic / file))
      return unavailable("no acoustic model at " + acoustic.string() +
                         "; install pocketsphinx-en-us");
  const scratch_files files{scratch};
  const auto dictionary = files.write("words.dict", model.dictionary);
  const auto trigram = how == search::trigram ? files.write("calls.arpa", model.trigram) : "-";
  if (dictionary.empty() || trigram.empty())
    return unavailable("cannot write to " + scratch.string());
  std::unique_ptr<cmd_ln_t, drop_config> config{
      cmd_ln_init(nullptr, ps_args(), TRUE, "-hmm", acoustic.c_str(), "-dict", dictionary.c_str(),
                  "-samprate", "16000", "-remove_silence", "no", "-cmn", "live", nullptr)};
  if (!config)
    return unavailable("the recogniser's options were refused");
  if (how == search::grammar) {
    // It judges, the trigram writes: narrow beams halve its cost and keep its verdict.
    cmd_ln_set_float_r(config.get(), "-beam", 1e-30);
    cmd_ln_set_float_r(config.get(), "-pbeam", 1e-30);
    cmd_ln_set_float_r(config.get(), "-wbeam", 1e-18);
    cmd_ln_set_int_r(config.get(), "-maxhmmpf", 3000);
  }
  auto made = std::make_unique<state>();
  made->decoder = ps_init(config.get());
  if (!made->decoder)
    return unavailable("the recogniser could not be made");
  const int loaded = how == search::grammar
                         ? ps_set_jsgf_string(made->decoder, "calls", model.grammar.c_str())
                         : ps_set_lm_file(made->decoder, "calls", trigram.c_str());
  if (loaded != 0 || ps_set_search(made->decoder, "calls") != 0)
    return unavailable(how == search::grammar ? "the grammar was refused"
                                              : "the trigram was refused");
  return std::unique_ptr<sphinx_decoder>{new sphinx_decoder{std::move(made)}};
}

void sphinx_decoder::start(const channel_mean& mean) {
  if (std::exchange(state_->running, true))
    ps_end_utt(state_->decoder); // the one before was given up
  state_->started_with = mean;
  cmn_live_set(ps_get_feat(state_->decoder)->cmn_struct, mean.data());
  ps_start_stream(state_->decoder); // forgets the noise of another call
  ps_start_utt(state_->decoder);
}

void sphinx_decoder::hear(std::span<const int16_t> samples) {
  if (!samples.empty())
    ps_process_raw(state_->decoder, samples.data(), samples.size(), FALSE, FALSE);
}

std::string sphinx_decoder::text() const {
  int32 score = 0;
  const char* text = ps_get_hyp(state_->decoder, &score);
  return text ? text : "";
}

std::string sphinx_decoder::finish() {
  if (std::exchange(state_->running, false))
    ps_end_utt(state_->decoder);
  return text();
}

float sphinx_decoder::confidence() const {
  // Posteriors of the words, weighted by their length.
  double sum = 0, frames = 0;
  auto* log = ps_get_logmath(state_->decoder);
  for (auto* it = ps_seg_iter(state_->decoder); it; it = ps_seg_next(it)) {
    const std::string word = ps_seg_word(it);
    if (word[0] == '<' || word[0] == '[')
      continue;
    int begin = 0, end = 0;
    ps_seg_frames(it, &begin, &end);
    int32 a = 0, l = 0, b = 0;
    const double p = logmath_exp(log, ps_seg_prob(it, &a, &l, &b));
    sum += p * (end - begin + 1);
    frames += end - begin + 1;
  }
  return static_cast<float>(frames > 0 ? sum / frames : 0);
}

size_t sphinx_decoder::heard_frames() const {
  // Counted by the library without frames of digital silence; it starts over beyond 800.
  const auto counted = ps_get_feat(state_->decoder)->cmn_struct->nframe - start_frames;
  return static_cast<size_t>(std::max(0, counted));
}

// The library mixes what it hears into what it started with, which weighs as much as 5 s of audio.
channel_mean sphinx_decoder::heard_mean() const {
  channel_mean mixed{};
  cmn_live_get(ps_get_feat(state_->decoder)->cmn_struct, mixed.data());
  const auto heard = static_cast<float>(heard_frames());
  if (heard < 1)
    return state_->started_with;
  for (size_t i = 0; i < mixed.size(); ++i)
    mixed[i] += (mixed[i] - state_->started_with[i]) * start_frames / heard;
  return mixed;
}

} // namespace trunkline
