#include "infra/caf/compat.hpp"

#include "infra/log/log.hpp"

#include <caf/behavior.hpp>
#include <caf/detail/pretty_type_name.hpp>
#include <caf/skip.hpp>
#include <caf/unit.hpp>

#include <stdexcept>
#include <string>

namespace trunkline {

namespace {

// Never leaves its actor: what the test hook throws.
struct sabotage : std::runtime_error {
  sabotage() : std::runtime_error("sabotage") {}
};

caf::error on_exception(caf::scheduled_actor* self, std::exception_ptr& thrown) {
  std::string type = "unknown";
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& error) {
    type = caf::detail::pretty_type_name(typeid(error));
  } catch (...) { // NOLINT: whatever it is, it ends this actor only
  }
  log_event(log_level::error, "actor.exception", {{"actor", self->name()}, {"error", type}});
  return caf::make_error(ec::handler_threw, std::move(type));
}

// A hung actor keeps its mailbox and never looks at it again; exits still reach it.
void hang(caf::scheduled_actor* self) {
  self->set_default_handler(
      [](caf::scheduled_actor*, caf::message&) -> caf::skippable_result { return caf::skip; });
  self->do_become(caf::behavior{[](caf::unit_t) {}}, true);
}

void on_exit(caf::scheduled_actor* self, caf::exit_msg& message) {
  if (message.reason == ec::sabotage_throw)
    throw sabotage{};
  if (message.reason == ec::sabotage_hang) {
    hang(self);
    return;
  }
  self->quit(std::move(message.reason));
}

} // namespace

actor_guard::actor_guard(caf::scheduled_actor* self) {
  self->set_exception_handler(
      [self](std::exception_ptr& thrown) -> caf::error { return on_exception(self, thrown); });
  self->set_default_handler([](caf::scheduled_actor* ptr, caf::message&) -> caf::skippable_result {
    log_event(log_level::warn, "actor.unexpected_message", {{"actor", ptr->name()}});
    return caf::make_error(caf::sec::unexpected_message);
  });
  self->set_down_handler([](caf::scheduled_actor*, caf::down_msg&) {});
  self->set_error_handler([](caf::scheduled_actor* ptr, caf::error& why) {
    log_event(log_level::warn, "actor.unexpected_error",
              {{"actor", ptr->name()}, {"code", static_cast<int>(why.code())}});
  });
  self->set_exit_handler(on_exit);
}

child_watch::child_watch(caf::scheduled_actor* self, on_down callback) : self_(self) {
  self->set_down_handler(
      [callback = std::move(callback)](caf::scheduled_actor*, caf::down_msg& message) {
        callback(message.source.id(), message.reason);
      });
}

} // namespace trunkline
