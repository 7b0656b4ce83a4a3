#include "infra/privacy/audit_chain.hpp"

#include "protocol/text/digest.hpp"

#include <vector>

namespace trunkline {

namespace {

constexpr int64_t page_rows = 5000;

int64_t ms(timestamp when) {
  return when.time_since_epoch().count();
}

// Each part with its length, so that no two rows have the same text.
std::string content_of(const audit_record& row, const audit_head& before) {
  std::string text;
  for (const auto& part :
       {std::to_string(before.position + 1), before.hash, row.tenant_id, row.call_sid, row.actor,
        row.action, row.detail, std::to_string(ms(row.at))})
    (text += std::to_string(part.size())).append(":").append(part);
  return text;
}

struct chained_row {
  audit_record row;
  int64_t position = 0;
  std::string hash;
};

result<std::vector<chained_row>> page_after(sql_session& db, int64_t position) {
  std::vector<chained_row> page;
  const auto read =
      db.run("SELECT position, hash, tenant_id, call_sid, actor, action, detail, at"
             " FROM audit_logs WHERE position > $1 ORDER BY position LIMIT $2",
             {position, page_rows}, [&](const sql_row& row) {
               page.push_back({{row.text(2), row.text(3), row.text(4), row.text(5), row.text(6),
                                timestamp{std::chrono::milliseconds{row.number(7)}}},
                               row.number(0),
                               row.text(1)});
             });
  if (!read)
    return read.error();
  return page;
}

result<audit_head> read_head(sql_session& db) {
  audit_head head;
  const auto read =
      db.run("SELECT position, hash FROM audit_head WHERE id = 1", {}, [&](const sql_row& row) {
        head = {row.number(0), row.text(1)};
      });
  if (!read)
    return read.error();
  if (*read != 1)
    head.position = -1;
  return head;
}

// Rows that are in no place of the chain: those from before it, and none that came later.
result<void> count_unchained(sql_session& db, audit_verdict& verdict) {
  int64_t late = 0;
  const auto read = db.run(
      "SELECT COUNT(*), COUNT(CASE WHEN id > (SELECT MIN(id) FROM audit_logs WHERE position IS NOT"
      " NULL) THEN 1 END) FROM audit_logs WHERE position IS NULL OR position < 1",
      {}, [&](const sql_row& row) {
        verdict.unchained = row.number(0);
        late = row.number(1);
      });
  if (!read)
    return read.error();
  if (late > 0 && verdict.fault.empty())
    verdict.fault = std::to_string(late) + " row(s) were put in beside the chain";
  return {};
}

std::string row_name(int64_t position) {
  return "row " + std::to_string(position);
}

// What is wrong with the row that follows `end`; empty: nothing.
std::string fault_of(const chained_row& one, const audit_head& end, const secret_key* key) {
  if (one.position != end.position + 1)
    return row_name(end.position + 1) + " is missing";
  const bool with_key = one.hash.starts_with("hmac:");
  if (with_key && !key)
    return row_name(one.position) + " needs the data key to be checked";
  if (!with_key && end.hash.starts_with("hmac:"))
    return row_name(one.position) + " is hashed without the key, and the one before it with it";
  if (one.hash != audit_hash(one.row, end, with_key ? key : nullptr))
    return row_name(one.position) + " was changed, or was not written after the one before it";
  return {};
}

} // namespace

std::string audit_hash(const audit_record& row, const audit_head& before, const secret_key* key) {
  const auto content = content_of(row, before);
  return key ? "hmac:" + to_hex(keyed_hash(*key, content)) : "sha256:" + sha256_hex(content);
}

result<void> append_audit(sql_session& db, const audit_record& row, const secret_key* key) {
  audit_head head;
  // This locks the head until the transaction ends.
  auto done =
      db.run("UPDATE audit_head SET position = position WHERE id = 1 RETURNING position, hash", {},
             [&](const sql_row& found) {
               head = {found.number(0), found.text(1)};
             });
  if (!done)
    return done.error();
  if (*done != 1)
    return failure{failure_kind::internal, "the head of the audit chain is gone", false};
  const std::string_view tenant = row.tenant_id, sid = row.call_sid, actor = row.actor,
                         action = row.action, detail = row.detail;
  done = db.run("SELECT 1 FROM audit_logs WHERE call_sid = $1 AND at = $2 AND tenant_id = $3 AND"
                " actor = $4 AND action = $5 AND detail = $6",
                {sid, ms(row.at), tenant, actor, action, detail});
  if (!done)
    return done.error();
  if (*done > 0)
    return {};
  const auto hash = audit_hash(row, head, key);
  done = db.run(
      "INSERT INTO audit_logs (tenant_id, call_sid, actor, action, detail, at, position,"
      " hash) VALUES ($1,$2,$3,$4,$5,$6,$7,$8)",
      {tenant, sid, actor, action, detail, ms(row.at), head.position + 1, std::string_view{hash}});
  if (done)
    done = db.run("UPDATE audit_head SET position = $1, hash = $2 WHERE id = 1",
                  {head.position + 1, std::string_view{hash}});
  if (!done)
    return done.error();
  return {};
}

result<audit_verdict> verify_audit(sql_session& db, const secret_key* key,
                                   const std::optional<audit_head>& known) {
  // Read first: rows that are appended meanwhile are beyond it.
  const auto head = read_head(db);
  if (!head)
    return head.error();
  audit_verdict verdict;
  auto& end = verdict.head;
  bool met_known = !known || known->position == 0;
  while (verdict.fault.empty() && end.position < head->position) {
    const auto page = page_after(db, end.position);
    if (!page)
      return page.error();
    if (page->empty())
      verdict.fault = row_name(end.position + 1) + " is missing";
    for (const auto& one : *page) {
      if (verdict.fault = fault_of(one, end, key); !verdict.fault.empty())
        break;
      end = {one.position, one.hash};
      ++verdict.rows;
      met_known |= known && end.position == known->position && end.hash == known->hash;
      if (end.position == head->position)
        break;
    }
  }
  if (verdict.fault.empty() && (head->position < 0 || end.hash != head->hash))
    verdict.fault = "the head is not the last row's";
  if (verdict.fault.empty() && !met_known)
    verdict.fault = row_name(known->position) + " is not the one that was known";
  if (auto counted = count_unchained(db, verdict); !counted)
    return counted.error();
  return verdict;
}

} // namespace trunkline
