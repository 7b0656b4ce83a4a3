#include "bench/providers/deepgram_stand_in.hpp"

#include "protocol/audio/mulaw.hpp"
#include "protocol/text/json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace trunkline {

namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr milliseconds interim_every{100};
constexpr milliseconds flux_eager{160}, flux_end{420}; // of silence

double seconds(milliseconds time) {
  return static_cast<double>(time.count()) / 1000;
}

milliseconds query_ms(std::string_view query, std::string_view name, milliseconds otherwise) {
  const auto at = query.find(std::string{name} + "=");
  return at == std::string_view::npos
             ? otherwise
             : milliseconds{std::atoi(query.substr(at + name.size() + 1).data())};
}

/// What both sockets share: audio in, the utterance being spoken, results out in order.
class listening_socket : public stand_in_socket {
public:
  listening_socket(const deepgram_stand_in_settings& settings, milliseconds silence)
      : settings_(settings), random_(settings.seed), input_(silence) {}

protected:
  /// One latency an utterance, so that results keep their order.
  void begin_utterance() {
    text_ = settings_.words->take();
    latency_ = settings_.latency.draw(random_);
    open_ = true;
  }
  /// More was heard of the utterance: what it is may be clearer now.
  void listen_on() {
    if (auto known = settings_.words->recognise(input_.prints()); open_ && known)
      text_ = std::move(*known);
  }
  std::string present_words() const {
    // Nobody knows how long the utterance will be: about two and a half words a second.
    const auto whole = milliseconds{std::max<size_t>(text_.size(), 1) * 66};
    const auto said = (input_.voice() ? input_.heard() : input_.voice_to()) - input_.voice_from();
    return input_.voice() ? words_so_far(text_, said, whole) : text_;
  }
  std::string final_words() const {
    return settings_.last_word_changes.empty() ? text_ : text_ + " " + settings_.last_word_changes;
  }
  void say(json message) { out_.send(latency_, to_text(message), false); }

  const deepgram_stand_in_settings& settings_;
  std::mt19937_64 random_;
  spoken_input input_;
  std::string text_;
  milliseconds latency_{0};
  bool open_ = false;
  milliseconds last_interim_{0};
};

class nova_socket : public listening_socket {
public:
  using listening_socket::listening_socket;

  void on_message(std::string_view bytes, bool binary) override {
    if (binary)
      on_audio({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()});
    else
      on_order(string_member(json::parse(bytes, nullptr, false), "type"));
  }

private:
  void on_audio(std::span<const uint8_t> audio) {
    for (const auto& change : input_.feed(audio)) {
      if (change.voice && !open_) {
        begin_utterance();
      } else if (!change.voice && open_) {
        listen_on();
        settle(true, false);
      }
    }
    listen_on();
    if (open_ && input_.heard() - last_interim_ >= interim_every) {
      last_interim_ = input_.heard();
      result_message(present_words(), false, false, false);
    }
  }

  void on_order(const std::string& type) {
    if (type == "Finalize") {
      if (!open_)
        latency_ = settings_.latency.draw(random_);
      settle(false, true);
    } else if (type == "CloseStream") {
      if (open_)
        settle(false, false);
      say({{"type", "Metadata"},
           {"request_id", "stand-in"},
           {"duration", seconds(input_.heard())}});
      out_.close(1000, "");
    }
  }

  void settle(bool speech_final, bool from_finalize) {
    result_message(open_ ? final_words() : "", true, speech_final, from_finalize);
    settled_to_ = input_.heard();
    open_ = false;
  }

  void result_message(const std::string& words, bool is_final, bool speech_final,
                      bool from_finalize) {
    json alternative{{"transcript", words},
                     {"confidence", words.empty() ? 0.0 : 0.97},
                     {"words", json::array()}};
    say({{"type", "Results"},
         {"channel_index", {0, 1}},
         {"start", seconds(settled_to_)},
         {"duration", seconds(input_.heard() - settled_to_)},
         {"is_final", is_final},
         {"speech_final", speech_final},
         {"from_finalize", from_finalize},
         {"channel", {{"alternatives", json::array({std::move(alternative)})}}},
         {"metadata", {{"request_id", "stand-in"}}}});
  }

  milliseconds settled_to_{0};
};

class flux_socket : public listening_socket {
public:
  flux_socket(const deepgram_stand_in_settings& settings) : listening_socket(settings, flux_end) {}

  void on_open() override {
    out_.send(milliseconds{0},
              to_text({{"type", "Connected"}, {"request_id", "stand-in"}, {"sequence_id", 0}}),
              false);
  }

  void on_message(std::string_view bytes, bool binary) override {
    if (!binary) {
      if (string_member(json::parse(bytes, nullptr, false), "type") == "CloseStream")
        out_.close(1000, "");
      return;
    }
    for (const auto& change :
         input_.feed({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()})) {
      if (change.voice) {
        begin_utterance();
        turn_info("StartOfTurn", "");
      } else if (open_) {
        listen_on();
        turn_info("EndOfTurn", final_words());
        ++turn_;
        open_ = eager_ = false;
      }
    }
    listen_on();
    if (!open_)
      return;
    const auto silent = input_.heard() - input_.voice_to();
    if (!eager_ && silent >= flux_eager) {
      eager_ = true;
      turn_info("EagerEndOfTurn", text_);
    } else if (eager_ && silent < flux_eager) {
      eager_ = false;
      turn_info("TurnResumed", text_);
    } else if (input_.heard() - last_interim_ >= 2 * interim_every) {
      last_interim_ = input_.heard();
      turn_info("Update", present_words());
    }
  }

private:
  void turn_info(const char* event, const std::string& words) {
    say({{"type", "TurnInfo"},
         {"request_id", "stand-in"},
         {"sequence_id", ++sequence_},
         {"event", event},
         {"turn_index", turn_},
         {"audio_window_start", 0},
         {"audio_window_end", seconds(input_.heard())},
         {"transcript", words},
         {"words", json::array()},
         {"end_of_turn_confidence", 0.8}});
  }

  uint64_t sequence_ = 0;
  unsigned turn_ = 0;
  bool eager_ = false;
};

class deepgram_service : public stand_in_service {
public:
  explicit deepgram_service(deepgram_stand_in_settings settings)
      : settings_(std::move(settings)), random_(settings_.seed) {
    if (!settings_.words)
      settings_.words = std::make_shared<told_words>();
  }

  std::string name() const override { return "deepgram"; }

  stand_in_answer answer(const http_request& request) override {
    if (request.method != "POST" || request.path() != "/v1/speak")
      return refusal(404);
    const auto body = json::parse(request.body, nullptr, false);
    stand_in_answer spoken;
    spoken.content_type = "audio/mulaw;rate=8000";
    const auto sound = humming(string_member(body, "text"));
    auto after = settings_.voice.draw(random_);
    for (size_t at = 0; at < sound.size(); at += 1600) {
      const auto end = std::min(at + 1600, sound.size());
      spoken.body.push_back({std::exchange(after, milliseconds{5}),
                             std::string{sound.begin() + static_cast<ptrdiff_t>(at),
                                         sound.begin() + static_cast<ptrdiff_t>(end)}});
    }
    return spoken;
  }

  stand_in_answer refusal(unsigned status) const override {
    const auto* code = status == 400   ? "INVALID_QUERY_PARAMETER"
                       : status == 401 ? "INVALID_AUTH"
                       : status == 403 ? "INSUFFICIENT_PERMISSIONS"
                       : status == 429 ? "TOO_MANY_REQUESTS"
                       : status == 402 ? "ASR_PAYMENT_REQUIRED"
                                       : "INTERNAL_SERVER_ERROR";
    stand_in_answer answer;
    answer.status = status;
    answer.body.push_back({milliseconds{0}, to_text({{"err_code", code},
                                                     {"err_msg", "stand-in trouble"},
                                                     {"request_id", "stand-in"}})});
    return answer;
  }

  std::unique_ptr<stand_in_socket> open(const http_request& head) override {
    if (head.path() == "/v1/listen")
      return std::make_unique<nova_socket>(settings_,
                                           query_ms(head.query(), "endpointing", milliseconds{10}));
    if (head.path() == "/v2/listen")
      return std::make_unique<flux_socket>(settings_);
    return nullptr;
  }

private:
  deepgram_stand_in_settings settings_;
  std::mt19937_64 random_;
};

// 220 Hz at 8 kHz, until the samples repeat.
std::array<uint8_t, 400> eleven_cycles() {
  std::array<uint8_t, 400> cycles{};
  for (size_t i = 0; i < cycles.size(); ++i)
    cycles[i] = mulaw_encode(static_cast<int16_t>(
        7000 * std::sin(static_cast<double>(i) * 2 * 3.14159265 * 220 / 8000)));
  return cycles;
}

} // namespace

std::unique_ptr<stand_in_service> deepgram_stand_in(deepgram_stand_in_settings settings) {
  return std::make_unique<deepgram_service>(std::move(settings));
}

std::vector<uint8_t> humming(const std::string& text) {
  const auto ms = std::clamp<size_t>(text.size() * 66, 200, 30000);
  static const auto cycles = eleven_cycles();
  std::vector<uint8_t> sound(ms * mulaw_bytes_per_ms);
  for (size_t i = 0; i < sound.size(); ++i)
    sound[i] = cycles[i % cycles.size()];
  return sound;
}

} // namespace trunkline
