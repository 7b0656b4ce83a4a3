#pragma once

#include "infra/privacy/master_keys.hpp"
#include "infra/store/sql_session.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

namespace trunkline {

/// A caller of a tenant, as rows name it.
struct person {
  std::string id; ///< "p_" and 32 hexadecimal digits; never made from the number
  std::string number;
  std::optional<secret_key> key; ///< nothing: destroyed
};

/// Keys of one database: those of persons (table `persons`) and those of the whole (`data_keys`),
/// each sealed by a master key. Uses the session of a repository, on its thread. Persons are
/// remembered by their id for a minute, and never by their number: one who calls again a moment
/// after the erasure is somebody new.
///
/// Failures: the session's; `unauthorized` when the master key that seals a row is not known.
class person_keys {
public:
  using clock = std::function<std::chrono::steady_clock::time_point()>;
  static constexpr std::chrono::seconds remembered{60};

  person_keys(sql_session& db, shared_master_keys keys, clock now = std::chrono::steady_clock::now)
      : db_(db), keys_(std::move(keys)), now_(std::move(now)) {}

  /// Whoever calls from `number`; made when `make` and unknown. A caller without a number is
  /// another one with every `call_sid`.
  result<std::optional<person>> of_caller(const std::string& tenant_id, const std::string& number,
                                          const std::string& call_sid, bool make);
  /// not_found: there is no such person.
  result<person> by_id(const std::string& id);

  /// The key of the whole for `purpose`: lookup, audit, rows. Made when it is not there.
  result<secret_key> key_for(const std::string& purpose);
  /// Nothing when it is not there.
  result<std::optional<secret_key>> stored_key(const std::string& purpose);

  /// Destroys key, number and lookup.
  result<void> destroy(const std::string& id, int64_t at_ms);
  /// Seals every key that another master key has sealed by the current one; how many.
  result<size_t> reseal();

  /// What was read or made since may not be in the database: a transaction was rolled back.
  void forget();

private:
  struct remembered_person {
    person who;
    std::chrono::steady_clock::time_point until;
  };
  result<std::optional<person>> find(const std::string& column, const std::string& value);
  result<secret_key> open_key(const std::string& master_id, const std::string& sealed,
                              const std::string& bound_to) const;
  result<void> make_person(const std::string& tenant_id, const std::string& number,
                           const std::string& lookup);
  void remember(const person& who);

  sql_session& db_;
  const shared_master_keys keys_;
  const clock now_;
  std::unordered_map<std::string, secret_key> whole_;          ///< by purpose
  std::unordered_map<std::string, remembered_person> persons_; ///< by id
};

/// Digits make a number; "anonymous", "" and the like are nobody's.
bool is_a_number(const std::string& number);
/// Whether a row's caller is a person's id rather than a number.
inline bool is_person_id(std::string_view caller) {
  return caller.starts_with("p_");
}

} // namespace trunkline
