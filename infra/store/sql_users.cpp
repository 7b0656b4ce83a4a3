#include "infra/store/sql_users.hpp"

#include "infra/privacy/person_keys.hpp"
#include "infra/store/sql_read.hpp"
#include "infra/store/sql_rows.hpp"

#include <string_view>

namespace trunkline {

namespace {

using rows::ms;

struct statements {
  const std::string find = rows::users.select("WHERE tenant_id = $1 AND caller_number = $2");
  const std::string notes = rows::notes.select(
      "WHERE tenant_id = $1 AND caller_number = $2 ORDER BY at DESC, call_sid LIMIT $3");
  const std::string note_of = rows::notes.select("WHERE call_sid = $1");
  // A call is its tenant's, whoever else may name it.
  const std::string put_note =
      rows::notes.insert() +
      " ON CONFLICT (call_sid) DO UPDATE SET summary = excluded.summary, at = excluded.at WHERE"
      " call_notes.tenant_id = excluded.tenant_id AND call_notes.caller_number ="
      " excluded.caller_number";
  const std::string put_user =
      rows::users.insert() +
      " ON CONFLICT (tenant_id, caller_number) DO UPDATE SET"
      " caller_name = CASE WHEN excluded.caller_name <> '' THEN excluded.caller_name"
      " ELSE users.caller_name END, preferences = CASE WHEN excluded.preferences <> ''"
      " THEN excluded.preferences ELSE users.preferences END,"
      " calls = users.calls + excluded.calls, last_seen = CASE WHEN excluded.last_seen >"
      " users.last_seen THEN excluded.last_seen ELSE users.last_seen END";
  const std::string forget_notes =
      "DELETE FROM call_notes WHERE tenant_id = $1 AND caller_number = $2";
  const std::string forget_user = rows::users.upsert();
};

class sql_users : public user_rows {
public:
  explicit sql_users(sql_session& session) : session_(session) {}

  result<void> put_note(const call_note_record& note) override {
    return session_.transaction([&]() -> result<void> {
      const auto user = read_user(note.tenant_id, note.caller_number);
      if (!user)
        return user.error();
      if (*user && !(*user)->remember)
        return {};
      const auto known = note_of(note.call_sid);
      if (!known)
        return known.error();
      const auto written = session_.run(sql_.put_note, rows::values(note));
      if (!written)
        return written.error();
      if (!note.remember || *written == 0 || !has_a_name(note.caller_number))
        return {};
      const user_record row{note.tenant_id,   note.caller_number,
                            note.caller_name, note.preferences,
                            *known ? 0 : 1,   true,
                            note.at,          note.at};
      return run_only(session_, sql_.put_user, rows::values(row));
    });
  }

  result<std::optional<call_note_record>> note_of(const std::string& call_sid) override {
    return read_first(session_, sql_.note_of, {std::string_view{call_sid}}, rows::read_note);
  }

  result<std::optional<known_caller>> find_user(const std::string& tenant_id,
                                                const std::string& caller_number) override {
    if (!has_a_name(caller_number))
      return std::nullopt;
    auto user = read_user(tenant_id, caller_number);
    if (!user)
      return user.error();
    if (!*user)
      return std::nullopt;
    auto notes = read_all(session_, sql_.notes,
                          {std::string_view{tenant_id}, std::string_view{caller_number},
                           static_cast<int64_t>(known_notes_max)},
                          rows::read_note);
    if (!notes)
      return notes.error();
    return std::optional{known_caller{std::move(**user), std::move(*notes)}};
  }

  result<void> forget(const forget_row& who) override {
    if (!has_a_name(who.caller_number))
      return {};
    return session_.transaction([&]() -> result<void> {
      if (auto gone =
              run_only(session_, sql_.forget_notes,
                       {std::string_view{who.tenant_id}, std::string_view{who.caller_number}});
          !gone)
        return gone;
      const user_record row{who.tenant_id, who.caller_number, {}, {}, 0, false, who.at, who.at};
      return run_only(session_, sql_.forget_user, rows::values(row));
    });
  }

private:
  // Who withholds the number is nobody in particular.
  static bool has_a_name(const std::string& caller) {
    return is_person_id(caller) || is_a_number(caller);
  }

  result<std::optional<user_record>> read_user(const std::string& tenant_id,
                                               const std::string& caller) {
    return read_first(session_, sql_.find, {std::string_view{tenant_id}, std::string_view{caller}},
                      rows::read_user);
  }

  sql_session& session_;
  const statements sql_;
};

} // namespace

std::unique_ptr<user_rows> make_user_rows(sql_session& session) {
  return std::make_unique<sql_users>(session);
}

} // namespace trunkline
