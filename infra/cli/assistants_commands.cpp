#include "infra/cli/assistants_commands.hpp"

#include "infra/cli/operator_options.hpp"
#include "infra/config/assistant_checks.hpp"
#include "infra/config/assistant_config.hpp"
#include "infra/config/environment.hpp"
#include "infra/config/presets.hpp"
#include "infra/config/stored_assistant.hpp"
#include "infra/store/record_json.hpp"
#include "infra/time/wall_clock.hpp"
#include "protocol/text/json.hpp"
#include "protocol/text/utf8.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iomanip>

namespace trunkline {

namespace {

using nlohmann::json;
using action = assistants_command::action;

constexpr size_t versions_max = 1000;

/// One line of `ls`.
struct listed {
  std::string id, version, source, state, changed;
};

/// One command on the assistants of one tenant.
class assistants_run {
public:
  assistants_run(const assistants_command& command, const engine_config& config, repository& rows,
                 std::ostream& out, std::ostream& err)
      : command_(command), config_(config), rows_(rows), out_(out), err_(err) {}

  int run() {
    if (command_.what == action::put)
      return put();
    auto tenant = tenant_of(command_.tenant, config_, rows_);
    if (!tenant) {
      (void)report(tenant.error());
      return exit_usage;
    }
    tenant_ = std::move(*tenant);
    switch (command_.what) {
    case action::show:
      return show();
    case action::versions:
      return versions();
    case action::use:
      return use();
    case action::remove:
      return remove();
    default:
      return list();
    }
  }

private:
  int report(const failure& why) { return refuse(why.context, why.retryable); }
  int refuse(const std::string& why, bool unreachable = false) {
    err_ << "trunkline: " << why << "\n";
    return unreachable ? exit_unreachable : exit_failed;
  }
  int unknown() {
    if (const auto owned = owner_file_of(command_.id, config_))
      return refuse(*owned);
    return refuse("there is no assistant '" + clean_text(command_.id, 100) + "' of the tenant " +
                  tenant_ + " in the database; see 'trunkline assistants ls'");
  }
  int unknown_version() {
    return refuse("there is no version '" + clean_text(command_.version, 100) + "' of " +
                  command_.id + "; see 'trunkline assistants versions " + command_.id + "'");
  }

  int list();
  int show();
  int put();
  int versions();
  int use();
  int remove();
  const assistant* of_file() const;
  int keep(const assistant& who, const assistant_version_record& row,
           const std::optional<assistant_head_record>& before);
  result<void> note(const std::string& what, const std::string& tenant, const std::string& id,
                    const std::string& version);
  std::string when() const {
    return "; engines take it within " + std::to_string(config_.store.assistants_every.count()) +
           " s";
  }

  const assistants_command& command_;
  const engine_config& config_;
  repository& rows_;
  std::ostream& out_;
  std::ostream& err_;
  std::string tenant_;
};

result<void> assistants_run::note(const std::string& what, const std::string& tenant,
                                  const std::string& id, const std::string& version) {
  return rows_.put_audit({tenant,
                          {},
                          operator_name(),
                          what,
                          to_text({{"assistant", id}, {"version", version}}),
                          wall_now()});
}

int assistants_run::list() {
  const auto heads = rows_.versions().list(tenant_);
  if (!heads)
    return report(heads.error());
  std::vector<listed> all;
  for (const auto& who : config_.assistants)
    if (who.tenant_id == tenant_)
      all.push_back({who.id, who.version,
                     config_.assistants_are_sample ? std::string{"sample"} : config_.file,
                     "current", "-"});
  for (const auto& head : *heads)
    all.push_back({head.id, head.version, "database",
                   head.retired                      ? "retired"
                   : owner_file_of(head.id, config_) ? "not taken"
                                                     : "current",
                   iso_time(head.changed_at)});
  auto value = json::array();
  if (!command_.json)
    out_ << std::left << std::setw(20) << "ID" << std::setw(14) << "VERSION" << std::setw(11)
         << "STATE" << std::setw(26) << "CHANGED"
         << "SOURCE\n";
  for (const auto& one : all) {
    value.push_back({{"id", one.id},
                     {"tenant_id", tenant_},
                     {"version", one.version},
                     {"state", one.state},
                     {"changed_at", one.changed},
                     {"source", one.source}});
    if (!command_.json)
      out_ << std::left << std::setw(19) << one.id << " " << std::setw(14) << one.version
           << std::setw(11) << one.state << std::setw(26) << one.changed << one.source << "\n";
  }
  if (command_.json)
    out_ << to_text(value) << "\n";
  return exit_ok;
}

const assistant* assistants_run::of_file() const {
  for (const auto& who : config_.assistants)
    if (who.id == command_.id && who.tenant_id == tenant_)
      return &who;
  return nullptr;
}

int assistants_run::show() {
  if (const auto* who = of_file(); who && command_.version.empty()) {
    out_ << assistant_json(*who) << "\n";
    return exit_ok;
  }
  const auto head = rows_.versions().find(tenant_, command_.id);
  if (!head)
    return report(head.error());
  if (!*head)
    return unknown();
  const auto row = rows_.versions().find_version(
      tenant_, command_.id, command_.version.empty() ? (*head)->version : command_.version);
  if (!row)
    return report(row.error());
  if (!*row)
    return unknown_version();
  if (command_.json) {
    out_ << (*row)->configuration << "\n";
    return exit_ok;
  }
  out_ << "# " << (*row)->id << " " << (*row)->version << ", tenant " << tenant_ << ", put "
       << iso_time((*row)->created_at)
       << ((*row)->version != (*head)->version ? ", not the current version"
           : (*head)->retired                  ? ", retired"
                                               : "")
       << "\n"
       << (*row)->text << ((*row)->text.ends_with('\n') ? "" : "\n");
  return exit_ok;
}

int assistants_run::put() {
  const auto text = read_small_file(command_.file, config_bytes_max);
  if (!text)
    return refuse(text.error().context);
  std::vector<config_problem> problems;
  const auto who = read_assistant(*text, command_.file, command_.tenant, problems);
  for (const auto& problem : problems)
    err_ << problem.line << "\n";
  if (!who)
    return exit_usage;
  const auto before = rows_.versions().find(who->tenant_id, who->id);
  if (!before)
    return report(before.error());
  return keep(*who, stored_version(*who, *text, wall_now()), *before);
}

int assistants_run::keep(const assistant& who, const assistant_version_record& row,
                         const std::optional<assistant_head_record>& before) {
  const auto conflicts = conflicts_of(who, config_);
  for (const auto& line : conflicts)
    (void)refuse(line);
  if (!conflicts.empty())
    return exit_failed;
  const bool same = before && !before->retired && before->version == who.version;
  if (same) {
    out_ << "unchanged  " << who.id << "  " << who.version << "\n";
    return exit_ok;
  }
  const bool put = command_.what == action::put;
  const auto done = rows_.together([&]() -> result<void> {
    auto& all = rows_.versions();
    if (auto kept = put ? all.put(who, row) : all.use(who, wall_now()); !kept)
      return kept;
    return note(put ? "assistant.put" : "assistant.used", who.tenant_id, who.id, who.version);
  });
  if (!done)
    return report(done.error());
  out_ << (before ? "changed  " : "added  ") << who.id << "  " << who.version << "  tenant "
       << who.tenant_id << (before ? ", was " + before->version : std::string{}) << when() << "\n";
  return exit_ok;
}

int assistants_run::versions() {
  const auto head = rows_.versions().find(tenant_, command_.id);
  if (!head)
    return report(head.error());
  if (!*head)
    return unknown();
  const auto all = rows_.versions().versions_of(tenant_, command_.id, versions_max);
  if (!all)
    return report(all.error());
  auto value = json::array();
  for (const auto& row : *all) {
    const bool current = row.version == (*head)->version && !(*head)->retired;
    const auto good = read_stored(row);
    value.push_back({{"version", row.version},
                     {"created_at", iso_time(row.created_at)},
                     {"current", current},
                     {"problem", good ? "" : good.error().context}});
    if (!command_.json)
      out_ << row.version << "  " << iso_time(row.created_at) << (current ? "  current" : "")
           << (good ? "" : "  not valid any more: " + good.error().context) << "\n";
  }
  if (command_.json)
    out_ << to_text(value) << "\n";
  return exit_ok;
}

int assistants_run::use() {
  const auto head = rows_.versions().find(tenant_, command_.id);
  if (!head)
    return report(head.error());
  if (!*head)
    return unknown();
  const auto row = rows_.versions().find_version(tenant_, command_.id, command_.version);
  if (!row)
    return report(row.error());
  if (!*row)
    return unknown_version();
  const auto who = read_stored(**row);
  if (!who)
    return refuse(who.error().context + "; put a version that is right");
  return keep(*who, **row, *head);
}

int assistants_run::remove() {
  const auto head = rows_.versions().find(tenant_, command_.id);
  if (!head)
    return report(head.error());
  if (!*head || (*head)->retired)
    return unknown();
  const auto done = rows_.together([&]() -> result<void> {
    const auto gone = rows_.versions().retire(tenant_, command_.id, wall_now());
    if (!gone)
      return gone.error();
    if (!*gone)
      return failure{failure_kind::conflict, "'" + command_.id + "' was changed meanwhile", false};
    return note("assistant.retired", tenant_, command_.id, (*head)->version);
  });
  if (!done)
    return report(done.error());
  out_ << "retired  " << command_.id << "  " << (*head)->version << when()
       << "; live calls end as they are, and its versions are kept\n";
  return exit_ok;
}

} // namespace

int assistants_command_main(const assistants_command& command, const engine_config& config,
                            std::ostream& out, std::ostream& err) {
  int status = exit_ok;
  const auto rows = open_migrated(config, err, status);
  return rows ? assistants_run{command, config, *rows, out, err}.run() : status;
}

int list_presets(bool as_json, std::ostream& out) {
  auto value = json::array();
  for (const auto& one : presets()) {
    value.push_back({{"name", one.name}, {"summary", one.summary}});
    if (!as_json)
      out << std::left << std::setw(11) << one.name << one.summary << "\n";
  }
  if (as_json)
    out << to_text(value) << "\n";
  return exit_ok;
}

} // namespace trunkline
