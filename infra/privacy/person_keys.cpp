#include "infra/privacy/person_keys.hpp"

#include "infra/privacy/random.hpp"
#include "infra/store/person_rows.hpp"
#include "infra/store/sql_rows.hpp"
#include "protocol/text/base64.hpp"
#include "protocol/text/digest.hpp"

#include <vector>

namespace trunkline {

namespace {

constexpr size_t remembered_max = 20000;

std::string text_of(const secret_key& key) {
  return {reinterpret_cast<const char*>(key.bytes.data()), key.bytes.size()};
}

std::string unbased(const std::string& base64) {
  std::vector<uint8_t> raw;
  if (!base64_decode(base64, raw))
    return {};
  return {raw.begin(), raw.end()};
}

failure damaged(const std::string& what) {
  return {failure_kind::internal, what + " cannot be opened: it was changed", false};
}

std::string bound_to_person(const std::string& id) {
  return "persons.key:" + id;
}
std::string bound_to_number(const std::string& id) {
  return "persons.number:" + id;
}
// The same for every call from a number; of callers without one, other for each call.
std::string lookup_of(const secret_key& key, const std::string& tenant_id,
                      const std::string& number, const std::string& call_sid) {
  const auto who = is_a_number(number) ? "number:" + number : "call:" + call_sid;
  return to_hex(keyed_hash(key, std::to_string(tenant_id.size()) + ":" + tenant_id + who));
}
std::string bound_to_purpose(const std::string& purpose) {
  return "data_keys.key:" + purpose;
}

} // namespace

bool is_a_number(const std::string& number) {
  return number.find_first_of("0123456789") != number.npos;
}

result<secret_key> person_keys::open_key(const std::string& master_id, const std::string& sealed,
                                         const std::string& bound_to) const {
  const auto* master = keys_->find(master_id);
  if (!master)
    return failure{failure_kind::unauthorized,
                   db_.name() + ": data key " + master_id +
                       " is needed to read what it sealed; add it to store.data_key",
                   false};
  const auto raw = unseal(*master, unbased(sealed), bound_to);
  secret_key key;
  if (!raw || raw->size() != key.bytes.size())
    return damaged("the key of " + bound_to.substr(bound_to.find(':') + 1));
  std::copy(raw->begin(), raw->end(), key.bytes.begin());
  return key;
}

result<std::optional<secret_key>> person_keys::stored_key(const std::string& purpose) {
  std::string master_id, sealed;
  const auto read = db_.run("SELECT master_id, sealed_key FROM data_keys WHERE id = $1",
                            {std::string_view{purpose}}, [&](const sql_row& row) {
                              master_id = row.text(0);
                              sealed = row.text(1);
                            });
  if (!read)
    return read.error();
  if (*read == 0)
    return std::optional<secret_key>{};
  auto key = open_key(master_id, sealed, bound_to_purpose(purpose));
  if (!key)
    return key.error();
  return std::optional{*key};
}

result<secret_key> person_keys::key_for(const std::string& purpose) {
  if (const auto known = whole_.find(purpose); known != whole_.end())
    return known->second;
  auto stored = stored_key(purpose);
  if (!stored)
    return stored.error();
  if (!*stored) {
    const auto& master = keys_->current();
    const auto sealed =
        base64_encode(seal(master.key, text_of(random_key()), bound_to_purpose(purpose)));
    const auto made = db_.run("INSERT INTO data_keys (id, master_id, sealed_key, created_at)"
                              " VALUES ($1,$2,$3,$4) ON CONFLICT DO NOTHING",
                              {std::string_view{purpose}, std::string_view{master.id},
                               std::string_view{sealed}, rows::now_ms()});
    if (!made)
      return made.error();
    stored = stored_key(purpose); // another engine may have been faster
    if (!stored)
      return stored.error();
    if (!*stored)
      return failure{failure_kind::internal, "data key for " + purpose + " is not kept", true};
  }
  whole_.insert_or_assign(purpose, **stored);
  return **stored;
}

result<std::optional<person>> person_keys::find(const std::string& column,
                                                const std::string& value) {
  std::string id, master_id, sealed_key, sealed_number;
  const auto read = db_.run("SELECT id, master_id, sealed_key, sealed_number FROM persons WHERE " +
                                column + " = $1",
                            {std::string_view{value}}, [&](const sql_row& row) {
                              id = row.text(0);
                              master_id = row.text(1);
                              sealed_key = row.text(2);
                              sealed_number = row.text(3);
                            });
  if (!read)
    return read.error();
  if (*read == 0)
    return std::optional<person>{};
  person who{id, erased_number, {}};
  if (sealed_key.empty())
    return std::optional{who};
  const auto key = open_key(master_id, sealed_key, bound_to_person(id));
  if (!key)
    return key.error();
  auto number = unseal(*key, unbased(sealed_number), bound_to_number(id));
  if (!number)
    return damaged("the number of " + id);
  return std::optional{person{id, std::move(*number), *key}};
}

void person_keys::remember(const person& who) {
  if (persons_.size() >= remembered_max)
    forget();
  persons_.insert_or_assign(who.id, remembered_person{who, now_() + remembered});
}

void person_keys::forget() {
  whole_.clear();
  persons_.clear();
}

result<person> person_keys::by_id(const std::string& id) {
  if (const auto known = persons_.find(id); known != persons_.end()) {
    if (now_() < known->second.until)
      return known->second.who;
    persons_.erase(known);
  }
  auto found = find("id", id);
  if (!found)
    return found.error();
  if (!*found)
    return failure{failure_kind::not_found, "there is no person " + id, false};
  remember(**found);
  return **found;
}

result<void> person_keys::make_person(const std::string& tenant_id, const std::string& number,
                                      const std::string& lookup) {
  const auto& master = keys_->current();
  const auto id = "p_" + random_hex(16);
  const auto key = random_key();
  const auto sealed_key = base64_encode(seal(master.key, text_of(key), bound_to_person(id)));
  const auto sealed_number = base64_encode(seal(key, number, bound_to_number(id)));
  const auto made =
      db_.run("INSERT INTO persons (id, tenant_id, lookup, master_id, sealed_key, sealed_number, "
              "created_at)"
              " VALUES ($1,$2,$3,$4,$5,$6,$7) ON CONFLICT DO NOTHING",
              {std::string_view{id}, std::string_view{tenant_id}, std::string_view{lookup},
               std::string_view{master.id}, std::string_view{sealed_key},
               std::string_view{sealed_number}, rows::now_ms()});
  if (!made)
    return made.error();
  return {};
}

result<std::optional<person>> person_keys::of_caller(const std::string& tenant_id,
                                                     const std::string& number,
                                                     const std::string& call_sid, bool make) {
  if (!make && !whole_.contains("lookup")) { // one who only reads makes no keys
    const auto stored = stored_key("lookup");
    if (!stored || !*stored)
      return stored ? result<std::optional<person>>{std::nullopt} : stored.error();
  }
  const auto key = key_for("lookup");
  if (!key)
    return key.error();
  const auto lookup = lookup_of(*key, tenant_id, number, call_sid);
  auto found = find("lookup", lookup);
  if (found && !*found && make) {
    if (auto made = make_person(tenant_id, number, lookup); !made)
      return made.error();
    found = find("lookup", lookup); // or the one that another engine made
  }
  if (found && *found)
    remember(**found);
  return found;
}

result<void> person_keys::destroy(const std::string& id, int64_t at_ms) {
  const auto done = db_.run("UPDATE persons SET lookup = NULL, sealed_key = '', sealed_number = '',"
                            " erased_at = $1 WHERE id = $2",
                            {at_ms, std::string_view{id}});
  forget();
  if (!done)
    return done.error();
  return {};
}

result<size_t> person_keys::reseal() {
  struct sealed_row {
    std::string id, master_id, sealed;
  };
  const auto& current = keys_->current();
  size_t changed = 0;
  for (const std::string table : {"data_keys", "persons"}) {
    std::vector<sealed_row> old;
    const auto read = db_.run("SELECT id, master_id, sealed_key FROM " + table +
                                  " WHERE master_id <> $1 AND sealed_key <> ''",
                              {std::string_view{current.id}}, [&](const sql_row& row) {
                                old.push_back({row.text(0), row.text(1), row.text(2)});
                              });
    if (!read)
      return read.error();
    for (const auto& one : old) {
      const auto bound = table == "persons" ? bound_to_person(one.id) : bound_to_purpose(one.id);
      const auto key = open_key(one.master_id, one.sealed, bound);
      if (!key)
        return key.error();
      const auto sealed = base64_encode(seal(current.key, text_of(*key), bound));
      // Unless it was erased meanwhile.
      const auto done = db_.run(
          "UPDATE " + table +
              " SET master_id = $1, sealed_key = $2 WHERE id = $3 AND"
              " sealed_key <> ''",
          {std::string_view{current.id}, std::string_view{sealed}, std::string_view{one.id}});
      if (!done)
        return done.error();
      changed += *done;
    }
  }
  return changed;
}

} // namespace trunkline
