#pragma once

#include "infra/providers/tts_provider.hpp"
#include "infra/speech/phrase_cache.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace trunkline {

/// Renders fixed phrases in an outside voice into the cache, one after the other, in the
/// background: what was kept on disk is taken from there, what failed is tried again later, after
/// the others. Until a phrase is there, the embedded voice says it. On the voice's loop; keep it
/// while it works.
class phrase_renderer : public std::enable_shared_from_this<phrase_renderer> {
public:
  static constexpr std::chrono::seconds retry_after{30};

  phrase_renderer(boost::asio::io_context& io, std::shared_ptr<tts_provider> voice,
                  std::string voice_name, std::string voice_key,
                  std::shared_ptr<phrase_cache> cache,
                  std::chrono::milliseconds again_after = retry_after);

  /// From any thread, before the loop's sessions.
  void start(std::vector<std::string> phrases);
  /// On the loop's thread, or when it has ended.
  void stop();
  /// From any thread.
  size_t missing() const { return left_; }

private:
  void next();
  void on_event(tts_event event);
  void later(const failure& why);

  boost::asio::io_context& io_;
  const std::shared_ptr<tts_provider> voice_;
  const std::string voice_name_, voice_key_;
  const std::shared_ptr<phrase_cache> cache_;
  const std::chrono::milliseconds again_after_;
  boost::asio::steady_timer timer_;
  std::deque<std::string> missing_;
  std::atomic<size_t> left_{0}; ///< of missing_
  std::unique_ptr<tts_session> session_;
  std::shared_ptr<std::vector<uint8_t>> sound_;
  uint64_t sentence_ = 0;
  bool stopped_ = false;
};

} // namespace trunkline
