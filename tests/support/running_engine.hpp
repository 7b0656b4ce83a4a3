#pragma once

#include "actors/engine/embedded_providers.hpp"
#include "actors/engine/engine.hpp"
#include "actors/engine/provider_factory.hpp"
#include "bench/carrier/rest_stand_in.hpp"
#include "bench/carrier/simulated_call.hpp"
#include "tests/support/carrier_peer.hpp"
#include "tests/support/fake_speech.hpp"
#include "tests/support/paths.hpp"

#include <nlohmann/json_fwd.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace trunkline::testing {

/// An engine in this process on free loopback ports, with SQLite in a directory of its own, the
/// sample practice, told speech and the embedded agent (or embedded speech, or the services that
/// the configuration lists), and the carrier that calls it. Its clock starts on Saturday, 21
/// November 2026, 10:00 in New York. The carrier's side runs on the test's thread.
class running_engine : public carrier_peer {
public:
  enum class speech { told, embedded, services };
  using change = std::function<void(engine_config&)>;

  /// `carrier_rest`: live calls can be updated through a stand-in of the carrier's REST API.
  explicit running_engine(const change& configure = {}, speech kind = speech::told,
                          ladder rungs = {}, bool carrier_rest = false);
  ~running_engine();

  std::string public_url(const std::string& path) const;
  std::string admin_url(const std::string& path) const;
  http_response get(const std::string& admin_path);
  /// Parsed body of an admin page that must be 200; discarded value otherwise.
  nlohmann::json get_json(const std::string& admin_path);
  nlohmann::json call(const std::string& call_sid);
  /// Waits until the database has all that was acknowledged: what the journal has is
  /// answered for, and the lists read the database.
  bool delivered();
  /// The rows of `/api/v1/LIST` once all is delivered; throws when they cannot be had.
  nlohmann::json stored(const std::string& list);
  /// The call as stored, once its outcome is known and delivered; at most 10 s.
  nlohmann::json ended_call(const std::string& call_sid);

  /// A caller who says these lines one after the other, each when the agent has been silent.
  static call_plan says(const std::vector<std::string>& lines);
  std::shared_ptr<simulated_call> place(call_plan plan,
                                        std::function<void(const call_event&)> observer = {});
  bool wait_for_end(const std::shared_ptr<simulated_call>& call,
                    std::chrono::milliseconds limit = 30s);

  /// Waits until the services' voices have said all fixed phrases once.
  bool phrases_are_rendered();

  carrier_settings carrier;
  std::shared_ptr<told_stt> stt = std::make_shared<told_stt>();
  std::shared_ptr<humming_tts> tts = std::make_shared<humming_tts>();
  std::shared_ptr<holding_llm> llm = std::make_shared<holding_llm>();
  std::shared_ptr<provider_board> board = std::make_shared<provider_board>();
  std::unique_ptr<engine> running;
  std::atomic<int> lag_ms{0}; ///< that its event loops are taken to be late

private:
  engine_parts parts_for(speech kind);

  temp_dir dir_;
  engine_config config_;
  std::unique_ptr<rest_stand_in> rest_;
  std::unique_ptr<embedded_providers> speech_;
  std::unique_ptr<provider_factory> factory_;
  std::vector<std::weak_ptr<phrase_renderer>> renderers_; ///< the engine's
  std::vector<std::shared_ptr<simulated_call>> calls_, finished_;
};

} // namespace trunkline::testing
