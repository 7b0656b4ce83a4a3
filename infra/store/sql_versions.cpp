#include "infra/store/sql_versions.hpp"

#include "infra/store/sql_read.hpp"
#include "infra/store/sql_rows.hpp"
#include "protocol/text/phone_number.hpp"

#include <string_view>

namespace trunkline {

namespace {

using rows::ms;

constexpr std::chrono::hours call_length_max{4}; // of those that are looked at

const rows::table heads{"assistant_heads",
                        {"id", "tenant_id", "version", "is_default", "retired", "changed_at"},
                        {"id"}};
const rows::table versions{"assistants",
                           {"id", "version", "tenant_id", "configuration", "created_at", "text"},
                           {"id", "version"}};

struct statements {
  const std::string put_tenant =
      "INSERT INTO tenants (id, created_at) VALUES ($1,$2) ON CONFLICT DO NOTHING";
  // A version of a file that is put as it was gets its text.
  const std::string put_version = versions.insert() +
                                  " ON CONFLICT (id, version) DO UPDATE SET text = excluded.text"
                                  " WHERE assistants.text = ''";
  const std::string put_head =
      heads.insert() + " ON CONFLICT (id) DO UPDATE SET version = excluded.version, is_default ="
                       " excluded.is_default, retired = 0, changed_at = excluded.changed_at WHERE"
                       " assistant_heads.tenant_id = excluded.tenant_id";
  const std::string other_default =
      "SELECT id FROM assistant_heads WHERE is_default = 1 AND retired = 0 AND id <> $1";
  const std::string number_owner =
      "SELECT n.assistant_id FROM numbers n JOIN assistant_heads h ON h.id = n.assistant_id AND"
      " h.retired = 0 WHERE n.number = $1 AND n.assistant_id <> $2";
  const std::string free_numbers = "DELETE FROM numbers WHERE assistant_id = $1";
  const std::string put_number = rows::numbers.upsert();
  const std::string retire =
      "UPDATE assistant_heads SET retired = 1, changed_at = $1 WHERE tenant_id = $2 AND id = $3 AND"
      " retired = 0";
  const std::string find = heads.select("WHERE tenant_id = $1 AND id = $2");
  const std::string list = heads.select("WHERE tenant_id = $1 ORDER BY id");
  const std::string all_current = heads.select("WHERE retired = 0 ORDER BY id");
  const std::string tenants = "SELECT DISTINCT tenant_id FROM assistant_heads ORDER BY tenant_id";
  const std::string find_version =
      versions.select("WHERE tenant_id = $1 AND id = $2 AND version = $3 AND text <> ''");
  const std::string of_late_calls = versions.select(
      "WHERE text <> '' AND EXISTS (SELECT 1 FROM calls c WHERE c.started_at >= $1 AND"
      " (c.ended_at IS NULL OR c.ended_at >= $2) AND c.assistant_id = assistants.id AND"
      " c.assistant_version = assistants.version AND c.tenant_id = assistants.tenant_id)");
  const std::string versions_of =
      versions.select("WHERE tenant_id = $1 AND id = $2 AND text <> '' ORDER BY created_at DESC,"
                      " version LIMIT $3");
};

timestamp time_of(int64_t ms) {
  return timestamp{std::chrono::milliseconds{ms}};
}

assistant_head_record read_head(const sql_row& row) {
  return {row.text(0),        row.text(1),        row.text(2),
          row.number(3) != 0, row.number(4) != 0, time_of(row.number(5))};
}

assistant_version_record read_version(const sql_row& row) {
  return {row.text(0), row.text(1), row.text(2), row.text(3), row.text(5), time_of(row.number(4))};
}

failure taken(std::string what) {
  return {failure_kind::conflict, std::move(what), false};
}

class sql_versions : public assistant_versions {
public:
  explicit sql_versions(sql_session& session) : session_(session) {}

  result<void> put(const assistant& who, const assistant_version_record& row) override {
    return session_.transaction([&]() -> result<void> {
      const std::string_view tenant = who.tenant_id;
      if (auto done = run_only(session_, sql_.put_tenant, {tenant, ms(row.created_at)}); !done)
        return done;
      if (auto done = put_head(who, row.created_at); !done)
        return done;
      return run_only(session_, sql_.put_version,
                      {std::string_view{who.id}, std::string_view{who.version}, tenant,
                       std::string_view{row.configuration}, ms(row.created_at),
                       std::string_view{row.text}});
    });
  }

  result<void> use(const assistant& who, timestamp at) override {
    return session_.transaction([&]() -> result<void> {
      const auto kept = find_version(who.tenant_id, who.id, who.version);
      if (!kept)
        return kept.error();
      if (!*kept)
        return failure{failure_kind::not_found, "no such version", false};
      return put_head(who, at);
    });
  }

  result<bool> retire(const std::string& tenant_id, const std::string& id, timestamp at) override {
    bool was_there = false;
    const auto done = session_.transaction([&]() -> result<void> {
      const auto changed =
          session_.run(sql_.retire, {ms(at), std::string_view{tenant_id}, std::string_view{id}});
      if (!changed)
        return changed.error();
      was_there = *changed > 0;
      return was_there ? run_only(session_, sql_.free_numbers, {std::string_view{id}})
                       : result<void>{};
    });
    return done ? result<bool>{was_there} : done.error();
  }

  result<std::optional<assistant_head_record>> find(const std::string& tenant_id,
                                                    const std::string& id) override {
    return read_first(session_, sql_.find, {std::string_view{tenant_id}, std::string_view{id}},
                      read_head);
  }
  result<std::vector<assistant_head_record>> list(const std::string& tenant_id) override {
    return read_all(session_, sql_.list, {std::string_view{tenant_id}}, read_head);
  }
  result<std::optional<assistant_version_record>>
  find_version(const std::string& tenant_id, const std::string& id,
               const std::string& version) override {
    return read_first(
        session_, sql_.find_version,
        {std::string_view{tenant_id}, std::string_view{id}, std::string_view{version}},
        read_version);
  }
  result<std::vector<assistant_version_record>>
  versions_of(const std::string& tenant_id, const std::string& id, size_t limit) override {
    return read_all(
        session_, sql_.versions_of,
        {std::string_view{tenant_id}, std::string_view{id}, static_cast<int64_t>(limit)},
        read_version);
  }
  result<std::vector<assistant_head_record>> all_current() override {
    return read_all(session_, sql_.all_current, {}, read_head);
  }
  result<std::vector<assistant_version_record>> of_late_calls(timestamp since) override {
    return read_all(session_, sql_.of_late_calls, {ms(since - call_length_max), ms(since)},
                    read_version);
  }
  result<std::vector<std::string>> tenants() override {
    return read_all(session_, sql_.tenants, {}, [](const sql_row& row) { return row.text(0); });
  }

private:
  result<void> put_head(const assistant& who, timestamp at) {
    const std::string_view id = who.id, tenant = who.tenant_id, version = who.version;
    if (auto good = check_default(who); !good)
      return good;
    const auto put = session_.run(
        sql_.put_head, {id, tenant, version, int64_t{who.is_default}, int64_t{0}, ms(at)});
    if (!put)
      return put.error();
    if (*put == 0)
      return taken("the id '" + who.id + "' is another tenant's; choose another one");
    if (auto freed = run_only(session_, sql_.free_numbers, {id}); !freed)
      return freed;
    for (const auto& number : who.numbers) {
      const auto owner = read_first(session_, sql_.number_owner, {std::string_view{number}, id},
                                    [](const sql_row& row) { return row.text(0); });
      if (!owner)
        return owner.error();
      if (*owner)
        return taken("the number " + mask_number(number) + " is taken by the assistant '" +
                     **owner + "'; a number has one assistant");
      if (auto done = run_only(session_, sql_.put_number, {std::string_view{number}, tenant, id});
          !done)
        return done;
    }
    return {};
  }

  result<void> check_default(const assistant& who) {
    if (!who.is_default)
      return {};
    const auto other = read_first(session_, sql_.other_default, {std::string_view{who.id}},
                                  [](const sql_row& row) { return row.text(0); });
    if (!other)
      return other.error();
    if (*other)
      return taken("`default` is set for the assistant '" + **other +
                   "' already; only one can take the other calls");
    return {};
  }

  sql_session& session_;
  const statements sql_;
};

} // namespace

std::unique_ptr<assistant_versions> make_assistant_versions(sql_session& session) {
  return std::make_unique<sql_versions>(session);
}

} // namespace trunkline
