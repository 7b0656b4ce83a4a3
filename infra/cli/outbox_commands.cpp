#include "infra/cli/outbox_commands.hpp"

#include "infra/cli/operator_options.hpp"
#include "infra/outbox/row_codec.hpp"
#include "infra/store/open_store.hpp"
#include "infra/store/record_json.hpp"
#include "infra/time/wall_clock.hpp"

#include <nlohmann/json.hpp>

namespace trunkline {

namespace {

constexpr size_t list_max = 1000;

int report(const failure& why, std::ostream& err) {
  err << "trunkline: " << why.context << "\n";
  return why.retryable ? exit_unreachable : exit_failed;
}

void list(const std::vector<dead_letter_record>& all, bool as_json, std::ostream& out) {
  using nlohmann::json;
  auto rows = json::array();
  for (const auto& one : all) {
    if (!as_json)
      out << one.id << "  " << one.kind << "  " << iso_time(one.failed_at) << "  " << one.error
          << "\n";
    rows.push_back({{"id", one.id},
                    {"kind", one.kind},
                    {"failed_at", iso_time(one.failed_at)},
                    {"error", one.error},
                    {"row", json::parse(one.payload, nullptr, false)}});
  }
  if (as_json)
    out << rows.dump(-1, ' ', false, json::error_handler_t::replace) << "\n";
  else if (all.empty())
    out << "no row is dead\n";
}

// A call has gone on since one of its states failed.
result<bool> is_out_of_date(repository& in, const store_row& row) {
  const auto* call = std::get_if<call_record>(&row);
  if (!call)
    return false;
  const auto stored = in.find_call(call->call_sid);
  if (!stored)
    return stored.error();
  return *stored && is_older(*call, **stored);
}

result<void> deliver(repository& to, const dead_letter_record& dead) {
  const auto row = decode(row_type(dead.kind), dead.payload);
  if (!row)
    return failure{failure_kind::bad_input, "a row of another version", false};
  return to.together([&]() -> result<void> {
    const auto late = is_out_of_date(to, *row);
    if (!late)
      return late.error();
    if (!*late)
      if (auto done = apply(to, *row); !done)
        return done;
    return to.remove_dead_letter(dead.id);
  });
}

} // namespace

int show_outbox(const outbox_command& command, const engine_config& config, std::ostream& out,
                std::ostream& err) {
  const auto rows = open_repository(config, session_use::write);
  if (!rows)
    return report(rows.error(), err);
  if (command.what == outbox_command::action::list && command.json)
    if (const auto noted = note_view(**rows, "outbox.viewed"); !noted)
      return report(noted.error(), err);
  const auto all = (*rows)->list_dead_letters(list_max);
  if (!all)
    return report(all.error(), err);
  if (command.what == outbox_command::action::list) {
    list(*all, command.json, out);
    return exit_ok;
  }
  size_t tried = 0, taken = 0;
  for (const auto& dead : *all) {
    if (!command.id.empty() && dead.id != command.id)
      continue;
    ++tried;
    if (const auto done = deliver(**rows, dead))
      ++taken;
    else
      out << dead.id << "  " << dead.kind << "  " << to_string(done.error()) << "\n";
  }
  out << taken << " of " << tried << " delivered\n";
  return taken == tried && (tried > 0 || command.id.empty()) ? exit_ok : exit_failed;
}

} // namespace trunkline
