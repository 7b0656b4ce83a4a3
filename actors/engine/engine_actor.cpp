#include "actors/engine/engine_actor.hpp"

#include "infra/log/log.hpp"

#include <utility>

namespace trunkline {

engine_root::engine_root(engine_actor::pointer self, engine_children given)
    : self(self), guard(self), children(std::move(given)),
      watch(self, [this](caf::actor_id id, const caf::error& why) { on_down(id, why); }) {}

engine_root::~engine_root() {
  for (auto& [_, one] : running)
    stop_actor(caf::actor_cast<caf::actor>(one.handle), caf::exit_reason::user_shutdown);
}

engine_actor::behavior_type engine_root::make_behavior() {
  for (const auto* which : {"providers", "calls", "gate", "ops"})
    start(which);
  children.on_started();
  tell_later(self, self_handle<engine_actor>(self), beat_every, beat_atom_v);
  return {
      [this](drain_atom) { children.drain_calls(); },
      [this](beat_atom) { on_beat(); },
      [](ping_atom) {},
  };
}

void engine_root::start(const std::string& which) {
  auto handle = which == "calls"       ? children.calls(self)
                : which == "gate"      ? children.gate(self)
                : which == "providers" ? children.providers(self)
                                       : children.ops(self);
  watch.add(caf::actor_cast<caf::actor>(handle));
  names[handle->id()] = which;
  running[which] = {std::move(handle), 0};
}

void engine_root::on_beat() {
  for (auto& [which, one] : running) {
    auto handle = caf::actor_cast<caf::actor>(one.handle);
    if (one.unanswered >= beats_missed_max) {
      log_event(log_level::error, "engine.child_hung", {{"actor", which}});
      stop_actor(handle, ec::hung);
      continue;
    }
    ++one.unanswered;
    ask(self, handle, beat_every * 3, ping_atom_v)
        .then(
            [this, which, id = handle.id()] {
              auto found = running.find(which);
              if (found != running.end() && found->second.handle->id() == id)
                found->second.unanswered = 0;
            },
            [](caf::error&) {}); // counted by the beats
  }
  tell_later(self, self_handle<engine_actor>(self), beat_every, beat_atom_v);
}

void engine_root::on_down(caf::actor_id id, const caf::error& why) {
  auto node = names.extract(id);
  if (node.empty())
    return;
  running.erase(node.mapped());
  const auto now = self->clock().now();
  while (!restarts.empty() && now - restarts.front() > restart_window)
    restarts.pop_front();
  log_event(log_level::error, "engine.child_down",
            {{"actor", node.mapped()}, {"code", static_cast<int>(why.code())}});
  if (restarts.size() >= restarts_max) {
    children.on_fatal(node.mapped() + " failed " + std::to_string(restarts_max + 1) +
                      " times in 300 s");
    self->quit(caf::make_error(ec::handler_threw));
    return;
  }
  restarts.push_back(now);
  start(node.mapped());
}

} // namespace trunkline
