// The admin listener's answers. Asks actors from a network thread, so it makes a small actor for
// each question; the answer is sent from there.

#include "actors/gate/admin_door.hpp"

#include "actors/gate/assistant_answer.hpp"
#include "actors/gate/recording_answer.hpp"
#include "actors/providers/provider_json.hpp"
#include "infra/caf/compat.hpp"
#include "infra/log/log.hpp"
#include "infra/store/record_json.hpp"
#include "protocol/text/base64.hpp"
#include "protocol/twilio/form.hpp"
#include "protocol/twilio/signature.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/scoped_execution_unit.hpp>

#include <cstdlib>
#include <optional>
#include <utility>
#include <vector>

namespace trunkline {

namespace {

using namespace std::chrono_literals;

constexpr size_t list_max = 100;
constexpr size_t call_sid_max = 100;
constexpr std::string_view calls_prefix = "/api/v1/calls/";
constexpr std::string_view assistants_prefix = "/api/v1/assistants/";
constexpr std::string_view recording_suffix = "/recording";
constexpr std::string_view providers_prefix = "/api/v1/providers/";

http_response text(unsigned status, std::string body) {
  return {status, "text/plain; charset=utf-8", std::move(body) + "\n", {}};
}

http_response json(std::string body) {
  return {200, "application/json", std::move(body) + "\n", {}};
}

http_response not_found() {
  return {404, "application/json", "{\"error\":\"not found\"}\n", {}};
}

http_response unavailable(const failure& why) {
  return {503,
          "application/json",
          "{\"error\":\"the store is " + std::string{to_string(why.kind)} + "\"}\n",
          {}};
}

/// One question to an actor from outside: lives until it is answered, at most 2 s.
template<class Answer, class Handle, class Message, class Then, class Else>
void ask_from_outside(const Handle& to, Message message, Then on_answer, Else on_error) {
  if (!to) {
    on_error();
    return;
  }
  to->home_system().spawn([to, message = std::move(message), on_answer = std::move(on_answer),
                           on_error = std::move(on_error)](caf::event_based_actor* self) mutable {
    actor_guard guard{self};
    ask(self, to, 2s, std::move(message))
        .then([on_answer = std::move(on_answer)](Answer& answer) mutable { on_answer(answer); },
              [on_error = std::move(on_error)](caf::error&) mutable { on_error(); });
  });
}

/// With its note; without, while the database is away.
void show_ended(store& rows, stored_call found, const http_respond& respond) {
  const auto view = std::make_shared<call_view>();
  view->extraction = extraction_of(found.tools);
  view->record = std::move(*found.call);
  view->turns = std::move(found.turns);
  const bool queued = rows.read([view, respond](repository& from) -> result<void> {
    if (const auto note = from.users().note_of(view->record.call_sid); note && *note)
      view->summary = (*note)->summary;
    respond(json(call_json(*view)));
    return {};
  });
  if (!queued)
    respond(json(call_json(*view)));
}

} // namespace

bool admin_door::allowed(const http_request& request) const {
  if (setup_.user.empty() && setup_.password.empty())
    return true;
  const auto expected = "Basic " + base64_encode(setup_.user + ":" + setup_.password);
  return equal_in_constant_time(expected, request.header("Authorization"));
}

void admin_door::on_request(http_request request, http_respond respond) {
  const auto path = request.path();
  if (path == "/healthz") {
    respond(text(200, "ok"));
    return;
  }
  if (path == "/ready") {
    std::string why;
    const bool ready = setup_.ready(why);
    respond(text(ready ? 200 : 503, ready ? "ready" : why));
    return;
  }
  if (!allowed(request)) {
    respond({401,
             "text/plain; charset=utf-8",
             "credentials are needed\n",
             {{"WWW-Authenticate", "Basic realm=\"trunkline\", charset=\"UTF-8\""}}});
    return;
  }
  if (request.method == "POST" && path.starts_with(providers_prefix)) {
    turn_breaker(request, std::move(respond));
    return;
  }
  if (request.method == "POST" && setup_.test_hooks) {
    kill_child(request, std::move(respond));
    return;
  }
  if (request.method != "GET" && request.method != "HEAD") {
    respond({405, "text/plain; charset=utf-8", "this is read-only\n", {{"Allow", "GET"}}});
    return;
  }
  if (path == "/metrics")
    respond({200, "text/plain; version=0.0.4; charset=utf-8", setup_.metrics(), {}});
  else
    on_api(request, std::move(respond));
}

upgrade_decision admin_door::on_upgrade(const http_request&) {
  return upgrade_refused{text(404, "not found")};
}

/// False: nobody may look, for it cannot be written down.
bool admin_door::note(const std::string& action, const std::string& call_sid,
                      const std::string& detail) {
  const auto who = setup_.user.empty() ? std::string{"operator"} : "operator:" + setup_.user;
  return setup_.rows->put(audit_record{{}, call_sid, who, action, detail, setup_.wall_clock()});
}

void admin_door::on_api(const http_request& request, http_respond respond) {
  const auto path = request.path();
  if (path.starts_with(calls_prefix) && path.ends_with(recording_suffix)) {
    play_recording(request, std::move(respond));
    return;
  }
  const bool one_call = path.starts_with(calls_prefix) &&
                        path.find('/', calls_prefix.size()) == std::string_view::npos;
  const bool calls = path == "/api/v1/calls", appointments = path == "/api/v1/appointments",
             messages = path == "/api/v1/messages";
  const auto call_sid = one_call ? std::string{path.substr(calls_prefix.size())} : std::string{};
  if (call_sid.size() > call_sid_max) {
    respond(not_found());
    return;
  }
  if (one_call || calls || appointments || messages) {
    const auto* action = one_call       ? "call.viewed"
                         : calls        ? "calls.viewed"
                         : appointments ? "appointments.viewed"
                                        : "messages.viewed";
    if (!note(action, call_sid, R"({"by":"api"})")) {
      respond(unavailable({failure_kind::overloaded, "", true}));
      return;
    }
  }
  if (calls)
    list_calls(std::move(respond));
  else if (appointments || messages)
    list_rows(appointments, std::move(respond));
  else if (one_call)
    show_call(call_sid, std::move(respond));
  else if (path == "/api/v1/incidents")
    list_incidents(std::move(respond));
  else if (path == "/api/v1/providers")
    respond(json(providers_json(setup_.board->list())));
  else if (path == "/api/v1/assistants" && setup_.assistants)
    respond(json(assistants_json(*setup_.assistants->now())));
  else if (path.starts_with(assistants_prefix) && setup_.assistants)
    show_assistant(std::string{path.substr(assistants_prefix.size())}, respond);
  else
    respond(not_found());
}

void admin_door::show_assistant(const std::string& id, const http_respond& respond) {
  auto found = assistant_details_json(*setup_.assistants->now(), id);
  respond(found ? json(std::move(*found)) : not_found());
}

void admin_door::list_calls(http_respond respond) {
  auto with_rows = [rows = setup_.rows, respond](std::vector<call_record> live) {
    const bool queued = rows->read([live, respond](repository& from) -> result<void> {
      auto ended = from.list_calls(list_max);
      respond(ended ? json(call_list_json(*ended, live)) : unavailable(ended.error()));
      return {};
    });
    if (!queued)
      respond(unavailable({failure_kind::overloaded, "", true}));
  };
  ask_from_outside<std::vector<call_row>>(
      setup_.calls->get(), list_atom_v,
      [with_rows](std::vector<call_row>& rows) {
        std::vector<call_record> live;
        for (auto& row : rows)
          live.push_back(std::move(row.record));
        with_rows(std::move(live));
      },
      [with_rows] { with_rows({}); });
}

void admin_door::show_call(const std::string& call_sid, http_respond respond) {
  auto from_store = [rows = setup_.rows, respond, call_sid] {
    const bool queued = rows->load_call(call_sid, [rows, respond](result<stored_call> found) {
      if (!found)
        respond(unavailable(found.error()));
      else if (!found->call)
        respond(not_found());
      else
        show_ended(*rows, std::move(*found), respond);
    });
    if (!queued)
      respond(unavailable({failure_kind::overloaded, "", true}));
  };
  ask_from_outside<std::string>(
      setup_.calls->get(), find_live{call_sid},
      [respond](std::string& body) { respond(json(std::move(body))); }, from_store);
}

/// /api/v1/calls/{sid}/recording?part=2
void admin_door::play_recording(const http_request& request, http_respond respond) {
  const auto path = request.path();
  if (!setup_.recordings || path.size() <= calls_prefix.size() + recording_suffix.size()) {
    respond(not_found());
    return;
  }
  const std::string sid{path.substr(calls_prefix.size(),
                                    path.size() - calls_prefix.size() - recording_suffix.size())};
  const auto fields = parse_form(request.query());
  const auto told = fields ? fields->text("part") : std::string{};
  const size_t part = told.empty() ? 1 : std::strtoul(told.c_str(), nullptr, 10);
  if (sid.size() > call_sid_max || sid.find('/') != sid.npos || part == 0) {
    respond(not_found());
    return;
  }
  if (!note("recording.played", sid, R"({"by":"api","part":)" + std::to_string(part) + "}")) {
    respond(unavailable({failure_kind::overloaded, "", true}));
    return;
  }
  const auto reading = setup_.recordings->listen();
  if (!reading) {
    respond(unavailable({failure_kind::overloaded, "", true}));
    return;
  }
  const auto play = [respond, reading, folder = setup_.state_dir,
                     range = std::string{request.header("Range")}](recording_record row) {
    reading([respond, reading, folder, range, row = std::move(row)] {
      auto file = open_recording(folder, row);
      if (!file)
        respond(recording_failed(file.error()));
      else
        respond(
            answer_recording(std::make_shared<recording_reader>(std::move(*file)), range, reading));
    });
  };
  const bool queued =
      setup_.rows->read([respond, sid, part, play](repository& from) -> result<void> {
        auto rows = from.recordings_of(sid);
        if (!rows)
          respond(unavailable(rows.error()));
        else if (rows->size() < part)
          respond(not_found());
        else
          play(std::move((*rows)[part - 1]));
        return {};
      });
  if (!queued)
    respond(unavailable({failure_kind::overloaded, "", true}));
}

void admin_door::list_rows(bool appointments, http_respond respond) {
  const bool queued = setup_.rows->read([appointments, respond](repository& from) -> result<void> {
    if (appointments) {
      auto rows = from.list_appointments(list_max);
      respond(rows ? json(appointments_json(*rows)) : unavailable(rows.error()));
    } else {
      auto rows = from.list_messages(list_max);
      respond(rows ? json(messages_json(*rows)) : unavailable(rows.error()));
    }
    return {};
  });
  if (!queued)
    respond(unavailable({failure_kind::overloaded, "", true}));
}

void admin_door::list_incidents(http_respond respond) {
  const bool queued = setup_.rows->read([respond](repository& from) -> result<void> {
    auto rows = from.list_incidents(list_max);
    respond(rows ? json(incidents_json(*rows)) : unavailable(rows.error()));
    return {};
  });
  if (!queued)
    respond(unavailable({failure_kind::overloaded, "", true}));
}

/// By hand: /api/v1/providers/trip?name=llm:openai
void admin_door::turn_breaker(const http_request& request, http_respond respond) {
  const auto order = request.path().substr(providers_prefix.size());
  const auto fields = parse_form(request.query());
  const auto name = fields ? fields->text("name") : std::string{};
  const bool trip = order == "trip";
  if ((!trip && order != "reset") || name.empty() ||
      !(trip ? setup_.board->trip(name) : setup_.board->reset(name))) {
    respond(not_found());
    return;
  }
  (void)note("provider." + std::string{order}, {}, R"({"provider":")" + name + R"("})");
  log_event(log_level::warn, "provider.by_hand", {{"provider", name}, {"action", order}});
  respond(json(providers_json(setup_.board->list())));
}

void admin_door::kill_child(const http_request& request, http_respond respond) {
  // /api/v1/calls/{sid}/children/{role}/kill?how=...
  std::vector<std::string> parts;
  auto path = std::string{request.path()};
  for (size_t at = 0; at != std::string::npos;) {
    const auto next = path.find('/', at + 1);
    parts.push_back(path.substr(at + 1, next == std::string::npos ? next : next - at - 1));
    at = next;
  }
  const auto query = request.query();
  if (parts.size() != 7 || parts[0] != "api" || parts[2] != "calls" || parts[4] != "children" ||
      parts[6] != "kill" || query.substr(0, 4) != "how=") {
    respond(not_found());
    return;
  }
  // A void answer arrives as an empty message, so the question is asked by hand.
  sabotage order{parts[3], parts[5], std::string{query.substr(4)}};
  auto calls = setup_.calls->get();
  if (!calls) {
    respond(not_found());
    return;
  }
  calls->home_system().spawn([calls, order, respond](caf::event_based_actor* self) {
    actor_guard guard{self};
    ask(self, calls, 2s, order)
        .then([respond] { respond(json(R"({"status":"done"})")); },
              [respond](caf::error&) { respond(not_found()); });
  });
}

} // namespace trunkline
