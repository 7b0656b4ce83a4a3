#include "infra/cli/kb_commands.hpp"

#include "infra/cli/operator_options.hpp"
#include "infra/knowledge/document_file.hpp"
#include "infra/store/record_json.hpp"
#include "infra/store/sql_rows.hpp"
#include "protocol/text/json.hpp"
#include "protocol/text/utf8.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <iomanip>
#include <set>

namespace trunkline {

namespace {

using nlohmann::json;
using action = kb_command::action;

constexpr size_t shown_bytes = 400;

/// One command on one tenant's knowledge.
class kb_run {
public:
  kb_run(const kb_command& command, std::string tenant, knowledge_rows& rows, std::ostream& out,
         std::ostream& err)
      : command_(command), tenant_(std::move(tenant)), rows_(rows), out_(out), err_(err) {}

  int run() {
    switch (command_.what) {
    case action::import:
      return import_all();
    case action::list:
      return list();
    case action::show:
      return show();
    case action::search:
      return search();
    case action::remove:
      return remove();
    case action::unanswered:
      break;
    }
    return unanswered();
  }

private:
  int report(const failure& why) {
    err_ << "trunkline: " << why.context << "\n";
    return why.retryable ? exit_unreachable : exit_failed;
  }
  int unknown_document() {
    err_ << "trunkline: there is no document '" << clean_text(command_.arguments[0], 100)
         << "' of the tenant " << tenant_ << "; see 'trunkline kb ls'\n";
    return exit_failed;
  }

  int import_all();
  result<void> import_one(const std::filesystem::path& file, json& done);
  int list();
  int show();
  int search();
  int remove();
  int unanswered();
  result<std::optional<knowledge_document>> named_document();

  const kb_command& command_;
  const std::string tenant_;
  knowledge_rows& rows_;
  std::ostream& out_;
  std::ostream& err_;
};

json document_value(const knowledge_document& row) {
  return {{"id", row.id},
          {"title", row.title},
          {"source", row.source},
          {"kind", row.kind},
          {"bytes", row.bytes},
          {"passages", row.chunks},
          {"checksum", row.checksum},
          {"imported_at", iso_time(row.imported_at)}};
}

result<void> kb_run::import_one(const std::filesystem::path& file, json& done) {
  auto loaded = load_document(file, command_.title);
  if (!loaded)
    return loaded.error();
  auto& row = loaded->row;
  row.tenant_id = tenant_;
  row.imported_at = timestamp{std::chrono::milliseconds{rows::now_ms()}};
  const auto before = rows_.find_document(tenant_, row.id);
  if (!before)
    return before.error();
  const bool same = *before && (*before)->checksum == row.checksum &&
                    (*before)->title == row.title && (*before)->chunks == row.chunks;
  if (!same)
    if (auto put = rows_.put_document(row, loaded->chunks); !put)
      return put;
  const auto* what = same ? "unchanged" : *before ? "replaced" : "imported";
  auto value = document_value(row);
  value["result"] = what;
  done.push_back(std::move(value));
  if (!command_.json)
    out_ << what << "  " << row.id << "  " << row.chunks << " passages  " << row.title << "\n";
  return {};
}

int kb_run::import_all() {
  auto done = json::array();
  int status = exit_ok;
  for (const auto& path : command_.arguments) {
    const auto files = document_files(path);
    if (!files) {
      status = report(files.error());
      continue;
    }
    for (const auto& file : *files)
      if (auto imported = import_one(file, done); !imported)
        status = std::max(status, report(imported.error()));
  }
  if (command_.json)
    out_ << to_text(done) << "\n";
  return status;
}

int kb_run::list() {
  const auto all = rows_.documents(tenant_);
  if (!all)
    return report(all.error());
  if (command_.json) {
    auto value = json::array();
    for (const auto& row : *all)
      value.push_back(document_value(row));
    out_ << to_text(value) << "\n";
    return exit_ok;
  }
  out_ << std::left << std::setw(14) << "ID" << std::setw(10) << "KIND" << std::setw(10)
       << "PASSAGES" << std::setw(26) << "IMPORTED"
       << "TITLE\n";
  for (const auto& row : *all)
    out_ << std::left << std::setw(14) << row.id << std::setw(10) << row.kind << std::setw(10)
         << row.chunks << std::setw(26) << iso_time(row.imported_at) << row.title << "\n";
  return exit_ok;
}

// By id, or by the name of the file it came from.
result<std::optional<knowledge_document>> kb_run::named_document() {
  const auto& name = command_.arguments[0];
  auto found = rows_.find_document(tenant_, name);
  if (!found || *found)
    return found;
  const auto all = rows_.documents(tenant_);
  if (!all)
    return all.error();
  for (const auto& row : *all)
    if (row.source == name)
      return std::optional{row};
  return std::optional<knowledge_document>{};
}

int kb_run::show() {
  const auto row = named_document();
  if (!row)
    return report(row.error());
  if (!*row)
    return unknown_document();
  const auto chunks = rows_.chunks_of(tenant_, (*row)->id);
  if (!chunks)
    return report(chunks.error());
  auto value = document_value(**row);
  if (!command_.json)
    out_ << (*row)->title << "  (" << (*row)->source << ", " << (*row)->kind << ")\n";
  for (const auto& chunk : *chunks) {
    value["text"].push_back(
        {{"position", chunk.position}, {"title", chunk.title}, {"text", chunk.text}});
    if (!command_.json)
      out_ << "\n[" << chunk.position << "] " << chunk.title << "\n" << chunk.text << "\n";
  }
  if (command_.json)
    out_ << to_text(value) << "\n";
  return exit_ok;
}

int kb_run::search() {
  std::string question;
  for (const auto& word : command_.arguments)
    question += (question.empty() ? "" : " ") + word;
  const auto start = std::chrono::steady_clock::now();
  const auto found = rows_.search(tenant_, question, command_.limit);
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - start);
  if (!found)
    return report(found.error());
  auto value = json::array();
  for (const auto& one : *found) {
    value.push_back({{"document", one.document_id},
                     {"position", one.position},
                     {"title", one.title},
                     {"text", one.text},
                     {"rank", one.rank},
                     {"coverage", one.coverage}});
    if (!command_.json)
      out_ << std::fixed << std::setprecision(2) << one.coverage << "  " << one.title << "\n      "
           << clean_text(one.text, shown_bytes) << "\n";
  }
  if (command_.json)
    out_ << to_text({{"passages", value}, {"micros", took.count()}}) << "\n";
  else
    out_ << found->size() << " passages in " << took.count() / 1000 << "."
         << took.count() / 100 % 10 << " ms\n";
  return exit_ok;
}

int kb_run::remove() {
  const auto row = named_document();
  if (!row)
    return report(row.error());
  if (!*row)
    return unknown_document();
  if (const auto removed = rows_.remove_document(tenant_, (*row)->id); !removed)
    return report(removed.error());
  out_ << "removed  " << (*row)->id << "  " << (*row)->title << "\n";
  return exit_ok;
}

int kb_run::unanswered() {
  const auto all = rows_.unanswered(tenant_, command_.limit);
  if (!all)
    return report(all.error());
  auto value = json::array();
  if (!command_.json)
    out_ << "CALLS  LAST ASKED                QUESTION\n";
  for (const auto& one : *all) {
    value.push_back({{"question", one.question},
                     {"calls", one.calls},
                     {"last_asked", iso_time(one.last_asked)}});
    if (!command_.json)
      out_ << std::left << std::setw(7) << one.calls << std::setw(26) << iso_time(one.last_asked)
           << clean_text(one.question, shown_bytes) << "\n";
  }
  if (command_.json)
    out_ << to_text(value) << "\n";
  return exit_ok;
}

} // namespace

int knowledge_command_main(const kb_command& command, const engine_config& config,
                           std::ostream& out, std::ostream& err) {
  const auto complain = [&](const failure& why, int status) {
    err << "trunkline: " << why.context << "\n";
    return status;
  };
  int status = exit_ok;
  const auto rows = open_migrated(config, err, status);
  if (!rows)
    return status;
  auto tenant = tenant_of(command.tenant, config, *rows);
  if (!tenant)
    return complain(tenant.error(), exit_usage);
  if (command.what == kb_command::action::unanswered) // callers' own words
    if (const auto noted = note_view(*rows, "questions.viewed"); !noted)
      return complain(noted.error(), exit_failed);
  return kb_run{command, std::move(*tenant), rows->knowledge(), out, err}.run();
}

} // namespace trunkline
