#include "actors/providers/phrase_renderer.hpp"

#include "infra/log/log.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace trunkline {

phrase_renderer::phrase_renderer(boost::asio::io_context& io, std::shared_ptr<tts_provider> voice,
                                 std::string voice_name, std::string voice_key,
                                 std::shared_ptr<phrase_cache> cache,
                                 std::chrono::milliseconds again_after)
    : io_(io), voice_(std::move(voice)), voice_name_(std::move(voice_name)),
      voice_key_(std::move(voice_key)), cache_(std::move(cache)), again_after_(again_after),
      timer_(io) {}

void phrase_renderer::start(std::vector<std::string> phrases) {
  for (auto& phrase : phrases)
    if (!cache_->find(voice_key_, phrase) && !cache_->restore(voice_key_, phrase))
      missing_.push_back(std::move(phrase));
  left_ = missing_.size();
  if (!missing_.empty())
    boost::asio::post(io_, [self = shared_from_this()] { self->next(); });
}

void phrase_renderer::stop() {
  stopped_ = true;
  timer_.cancel();
  session_.reset();
}

void phrase_renderer::next() {
  if (stopped_ || missing_.empty()) {
    session_.reset();
    return;
  }
  if (!session_)
    session_ = voice_->open(voice_name_, [weak = weak_from_this(), io = &io_](tts_event event) {
      boost::asio::post(*io, [weak, event = std::move(event)]() mutable {
        if (const auto self = weak.lock())
          self->on_event(std::move(event));
      });
    });
  sound_ = std::make_shared<std::vector<uint8_t>>();
  session_->speak(++sentence_, missing_.front());
}

void phrase_renderer::on_event(tts_event event) {
  if (stopped_ || event.sentence != sentence_)
    return;
  if (const auto* chunk = std::get_if<audio_chunk>(&event.what)) {
    if (chunk->bytes)
      sound_->insert(sound_->end(), chunk->bytes->begin(), chunk->bytes->end());
    return;
  }
  if (const auto* why = std::get_if<failure>(&event.what)) {
    later(*why);
    return;
  }
  if (sound_->empty()) { // kept, it would be a silence for ever
    later({failure_kind::unavailable, "no sound came", true});
    return;
  }
  cache_->keep(voice_key_, missing_.front(), sound_);
  missing_.pop_front();
  left_ = missing_.size();
  next();
}

void phrase_renderer::later(const failure& why) {
  log_event(log_level::warn, "phrase.not_rendered",
            {{"provider", voice_->name()}, {"error", to_string(why)}});
  session_.reset();
  ++sentence_; // whatever still comes of the old one is not wanted
  missing_.push_back(std::move(missing_.front()));
  missing_.pop_front();
  timer_.expires_after(again_after_);
  timer_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
    const auto self = weak.lock();
    if (self && !error)
      self->next();
  });
}

} // namespace trunkline
