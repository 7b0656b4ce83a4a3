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

// Of a female voice: between the 1.10 and 1.20 at which fewer of its words arrive.
constexpr const char* lowered_by = "1.15";

// The library scales its scores down by this before it stores them.
constexpr int score_shift = 10;

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
  float language_weight = 1;
  channel_mean started_with{};
  ~state() {
    if (decoder)
      ps_free(decoder);
  }
};

sphinx_decoder::sphinx_decoder(std::unique_ptr<state> s) : state_(std::move(s)) {}
sphinx_decoder::~sphinx_decoder() = default;

result<std::unique_ptr<sphinx_decoder>> sphinx_decoder::make(ear how, const speech_model& model,
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
  if (dictionary.empty())
    return unavailable("cannot write to " + scratch.string());
  std::unique_ptr<cmd_ln_t, drop_config> config{
      cmd_ln_init(nullptr, ps_args(), TRUE, "-hmm", acoustic.c_str(), "-dict", dictionary.c_str(),
                  "-samprate", "16000", "-remove_silence", "no", "-cmn", "live", nullptr)};
  if (!config)
    return unavailable("the recogniser's options were refused");
  if (how == ear::lowered) {
    cmd_ln_set_str_r(config.get(), "-warp_type", "inverse_linear");
    cmd_ln_set_str_r(config.get(), "-warp_params", lowered_by);
  }
  auto made = std::make_unique<state>();
  made->decoder = ps_init(config.get());
  if (!made->decoder)
    return unavailable("the recogniser could not be made");
  made->language_weight = static_cast<float>(cmd_ln_float_r(config.get(), "-lw"));
  for (size_t i = 0; i < expected_answers; ++i) {
    const auto trigram = files.write("calls.arpa", model.trigrams[i]);
    if (trigram.empty())
      return unavailable("cannot write to " + scratch.string());
    if (ps_set_lm_file(made->decoder, expected_answer_names[i].data(), trigram.c_str()) != 0)
      return unavailable("a trigram was refused");
  }
  return std::unique_ptr<sphinx_decoder>{new sphinx_decoder{std::move(made)}};
}

void sphinx_decoder::start(const channel_mean& mean, expected_answer expected) {
  if (std::exchange(state_->running, true))
    ps_end_utt(state_->decoder); // the one before was given up
  state_->started_with = mean;
  ps_set_search(state_->decoder, expected_answer_names[static_cast<size_t>(expected)].data());
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

hypothesis sphinx_decoder::finish() {
  if (std::exchange(state_->running, false))
    ps_end_utt(state_->decoder);
  hypothesis heard;
  heard.text = text();
  // Posteriors are weighted by the length of their words.
  double sure = 0, sure_frames = 0, acoustic = 0, language = 0, words = 0;
  auto* log = ps_get_logmath(state_->decoder);
  const double nepers = std::log(logmath_get_base(log)) * (1 << score_shift);
  for (auto* it = ps_seg_iter(state_->decoder); it; it = ps_seg_next(it)) {
    int begin = 0, end = 0;
    ps_seg_frames(it, &begin, &end);
    const auto frames = std::max(0, end - begin + 1);
    int32 fit = 0, following = 0, history = 0;
    const double posterior = logmath_exp(log, ps_seg_prob(it, &fit, &following, &history));
    acoustic += fit;
    heard.frames += static_cast<size_t>(frames);
    const std::string_view word = ps_seg_word(it);
    if (word == "</s>" || (word[0] != '<' && word[0] != '[')) {
      language += following;
      words += 1;
    }
    if (word[0] == '<' || word[0] == '[')
      continue;
    sure += posterior * frames;
    sure_frames += frames;
  }
  heard.confidence = static_cast<float>(sure_frames > 0 ? sure / sure_frames : 0);
  heard.acoustic = static_cast<float>(
      heard.frames > 0 ? acoustic * nepers / static_cast<double>(heard.frames) : 0);
  heard.language =
      static_cast<float>(words > 0 ? language * nepers / state_->language_weight / words : 0);
  return heard;
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
