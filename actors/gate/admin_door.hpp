#pragma once

#include "actors/actor_slot.hpp"
#include "actors/call/assistant_directory.hpp"
#include "actors/interfaces.hpp"
#include "actors/providers/provider_board.hpp"
#include "infra/net/http_server.hpp"
#include "infra/recording/recordings.hpp"
#include "infra/store/store.hpp"

#include <functional>
#include <memory>
#include <string>

namespace trunkline {

struct admin_door_setup {
  std::string user, password; ///< both empty: no credentials asked (loopback only)
  bool test_hooks = false;
  std::shared_ptr<actor_slot<calls_actor>> calls;
  std::shared_ptr<trunkline::store> rows;
  std::shared_ptr<provider_board> board;
  std::function<std::string()> metrics;
  std::function<bool(std::string& why)> ready;
  std::function<timestamp()> wall_clock;
  std::shared_ptr<trunkline::recordings> recordings; ///< null: there are none
  std::string state_dir;                             ///< of their files
  std::shared_ptr<const assistant_roster> assistants;
};

/// The admin listener: probes, metrics and the API as JSON.
///
///   GET  /healthz /ready /metrics
///   GET  /api/v1/calls            live ones, then the last 100
///   GET  /api/v1/calls/{sid}      with turns and latencies; live: children, else summary,
///   extraction GET  /api/v1/calls/{sid}/recording?part=N   audio/wav, also by Range; part 1 when
///   not told GET  /api/v1/appointments /api/v1/messages /api/v1/incidents GET  /api/v1/assistants
///   those that take calls now; /{id}: with its configuration GET  /api/v1/providers        every
///   service with its breaker POST /api/v1/providers/trip?name=N  /api/v1/providers/reset?name=N
///   POST /api/v1/calls/{sid}/children/{role}/kill?how=exit|throw|hang   (test hook, off by
///   default)
///
/// Whoever looks at calls, appointments or messages, hears a recording, or turns a breaker, is in
/// the audit log before he is answered.
class admin_door : public http_application {
public:
  explicit admin_door(admin_door_setup setup) : setup_(std::move(setup)) {}

  void on_request(http_request request, http_respond respond) override;
  upgrade_decision on_upgrade(const http_request& head) override;
  std::shared_ptr<web_socket_handler> on_open(http_request, std::shared_ptr<web_socket>) override {
    return nullptr; // never accepted
  }

private:
  bool allowed(const http_request& request) const;
  bool note(const std::string& action, const std::string& call_sid, const std::string& detail);
  void on_api(const http_request& request, http_respond respond);
  void list_calls(http_respond respond);
  void show_call(const std::string& call_sid, http_respond respond);
  void show_assistant(const std::string& id, const http_respond& respond);
  void play_recording(const http_request& request, http_respond respond);
  void list_rows(bool appointments, http_respond respond);
  void list_incidents(http_respond respond);
  void turn_breaker(const http_request& request, http_respond respond);
  void kill_child(const http_request& request, http_respond respond);

  admin_door_setup setup_;
};

} // namespace trunkline
