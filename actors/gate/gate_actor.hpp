#pragma once

#include "actors/actor_slot.hpp"
#include "actors/call/calls_actor.hpp"
#include "actors/gate/rate_limiter.hpp"
#include "actors/gate/twiml_answers.hpp"
#include "actors/interfaces.hpp"
#include "infra/caf/compat.hpp"

#include <unordered_map>
#include <unordered_set>

namespace trunkline {

struct gate_setup {
  std::shared_ptr<actor_slot<calls_actor>> calls;
  std::shared_ptr<const assistant_roster> assistants;
  std::shared_ptr<trunkline::store> rows;
  std::shared_ptr<engine_metrics> metrics;
  std::function<timestamp()> wall_clock;
  public_urls urls;
  unsigned calls_per_second = 100;
  unsigned calls_per_minute_per_source = 20;
};

/// The entry for verified webhooks. Decides the TwiML and always answers: what does not answer
/// within 450 ms (call manager, store) is answered by message taking.
struct gate_state {
  static inline const char* name = "gate";
  static constexpr std::chrono::milliseconds answer_within{450};
  /// What the database has not said by then is answered from memory.
  static constexpr std::chrono::milliseconds database_within{250};
  /// A turn by <Gather> may wait for its reply (gather_state::answer_within); no longer than that
  /// can it wait for whoever answers it.
  static constexpr std::chrono::milliseconds page_within{4000};

  gate_state(gate_actor::pointer self, gate_setup setup);

  gate_actor::behavior_type make_behavior();

private:
  void on_webhook(webhook&& request);
  void on_incoming(uint64_t serial);
  void on_announced(uint64_t serial, const announced_call& answer);
  void on_after(uint64_t serial);
  // gate_gather_actor.cpp: turns by <Gather>
  void on_gathered(uint64_t serial);
  void ask_for_page(uint64_t serial, gather_turn turn);
  void on_page(page_ready&& ready);
  gather_turn turn_of(const webhook& request) const;
  void on_partial(webhook&& request);
  void load_call(uint64_t serial);
  void on_loaded(after_loaded&& loaded);
  void resume(uint64_t serial, after_loaded&& loaded, std::string say);
  std::optional<recording_row> recording_of(const webhook& request) const;
  void keep_recording(uint64_t serial);
  void on_kept(webhook_kept news);
  void on_status(webhook&& request);
  void overflow(uint64_t serial);
  void answer(uint64_t serial, std::string twiml);
  std::shared_ptr<const assistant> assistant_of(const webhook& request,
                                                const std::optional<call_record>& call = {}) const;

  gate_actor::pointer self;
  actor_guard guard;
  gate_setup setup;
  token_bucket new_calls;
  keyed_rate_limiter per_source;
  std::unordered_map<uint64_t, webhook> open; ///< not answered yet
  std::unordered_set<uint64_t> loading;       ///< of them: the store is asked
  uint64_t serial = 0;
};

/// A webhook's field; empty when it has none of that name.
const std::string& field(const webhook& request, std::string_view name);

} // namespace trunkline
