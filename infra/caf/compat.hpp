#pragma once

// The one file that knows how this version of CAF sends, asks, monitors and delays. Everything else
// uses these names, so a move to 1.x changes this folder alone. The forms below are 0.18's.

#include "infra/caf/error.hpp"
#include "infra/caf/live_system.hpp"

#include <caf/actor_system.hpp>
#include <caf/scheduled_actor.hpp>
#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <functional>
#include <utility>

namespace trunkline {

/// First member of every actor's state: replaces CAF's default handlers, which print message
/// contents (caller text, numbers) to stdout. An exception in a handler ends this actor only, with
/// ec::handler_threw and the exception's type, never its text. Also carries out the test hooks
/// ec::sabotage_throw and ec::sabotage_hang, which arrive as exit reasons.
struct actor_guard {
  explicit actor_guard(caf::scheduled_actor* self);
};

/// Asynchronous, from an actor. A full mailbox does not exist in CAF: senders are bounded instead
/// (frames per socket, jobs per pool).
template<class Self, class Handle, class... Ts>
void tell(Self* self, const Handle& to, Ts&&... xs) {
  if (to)
    self->send(to, std::forward<Ts>(xs)...);
}

/// Asynchronous, from any thread that is not an actor (sockets, worker pools). After the end of the
/// actor system it does nothing.
template<class Handle, class... Ts>
void tell_from_outside(const Handle& to, Ts&&... xs) {
  if (!to)
    return;
  if (const outside_pass pass{to->home_system()})
    caf::anon_send(to, std::forward<Ts>(xs)...);
}

/// Asks and expects an answer within `deadline`: `.then(on_value, on_error)`.
template<class Self, class Handle, class Rep, class Period, class... Ts>
auto ask(Self* self, const Handle& to, std::chrono::duration<Rep, Period> deadline, Ts&&... xs) {
  return self->request(to, deadline, std::forward<Ts>(xs)...);
}

/// Sends later, from an actor.
template<class Self, class Handle, class Rep, class Period, class... Ts>
void tell_later(Self* self, const Handle& to, std::chrono::duration<Rep, Period> delay,
                Ts&&... xs) {
  self->delayed_send(to, delay, std::forward<Ts>(xs)...);
}

/// A handle to itself, for timers and sinks.
template<class Handle, class Self>
Handle self_handle(Self* self) {
  return caf::actor_cast<Handle>(self);
}

/// Asks an actor to end for `reason`; works on a hung one too.
template<class Handle, class Reason>
void stop_actor(const Handle& handle, Reason reason) {
  if (auto target = caf::actor_cast<caf::strong_actor_ptr>(handle))
    target->enqueue(nullptr, caf::make_message_id(caf::message_priority::high),
                    caf::make_message(caf::exit_msg{{}, caf::make_error(reason)}), nullptr);
}

/// Tells a supervisor when a child ends, however it ends. One a supervisor.
class child_watch {
public:
  using on_down = std::function<void(caf::actor_id, const caf::error&)>;

  child_watch(caf::scheduled_actor* self, on_down callback);

  template<class Handle>
  void add(const Handle& child) {
    self_->monitor(caf::actor_cast<caf::actor_addr>(child));
  }
  template<class Handle>
  void remove(const Handle& child) {
    self_->demonitor(caf::actor_cast<caf::actor_addr>(child));
  }

private:
  caf::scheduled_actor* self_;
};

/// Exits that are part of a call's life rather than a failure.
inline bool is_clean(const caf::error& why) {
  return !why || why == caf::exit_reason::normal || why == caf::exit_reason::user_shutdown;
}

} // namespace trunkline
