#pragma once

#include "actors/interfaces.hpp"
#include "infra/caf/compat.hpp"

namespace trunkline {

/// Joins one recogniser session to its call. A session that fails ends this actor with
/// ec::provider_lost; the supervisor restarts it or degrades.
struct stt_state {
  static inline const char* name = "stt";

  stt_state(stt_actor::pointer self, std::shared_ptr<stt_provider> provider, call_actor call);

  stt_actor::behavior_type make_behavior();

private:
  void report(stt_event event);

  stt_actor::pointer self;
  actor_guard guard;
  std::shared_ptr<stt_provider> provider;
  call_actor call;
  std::unique_ptr<stt_session> session;
};

} // namespace trunkline
