#pragma once

#include "schema/assistant.hpp"
#include "schema/failure.hpp"
#include "schema/records.hpp"

#include <optional>
#include <string>
#include <vector>

namespace trunkline {

/// Row of `assistants`: one version, which never changes.
struct assistant_version_record {
  std::string id;
  std::string version;
  std::string tenant_id;
  std::string configuration; ///< canonical JSON; see assistant_json()
  std::string text;          ///< TOML as it was put; empty: of a file, kept for operators only
  timestamp created_at{};
};

/// Row of `assistant_heads`: an assistant that belongs to the database. An id without such a row
/// belongs to whatever file configures it.
struct assistant_head_record {
  std::string id;
  std::string tenant_id;
  std::string version; ///< new calls get it
  bool is_default = false;
  bool retired = false; ///< takes no calls; its versions stay
  timestamp changed_at{};
};

/// The assistants of the database. Every question of an operator is bound to one tenant, and
/// another tenant's assistant is not there. Part of a repository, and as it: blocks, one thread,
/// idempotent writes.
class assistant_versions {
public:
  virtual ~assistant_versions() = default;

  /// Keeps `row` unless that version is there, and makes it the current one of `who`, with its
  /// numbers. conflict: the id is another tenant's, or a number or `default` another assistant's;
  /// the context names it.
  virtual result<void> put(const assistant& who, const assistant_version_record& row) = 0;
  /// Makes a version that is kept the current one; `who` is what it says. Failures as put, and
  /// not_found.
  virtual result<void> use(const assistant& who, timestamp at) = 0;
  /// Its numbers are free again. False: there is none, or it is retired already.
  virtual result<bool> retire(const std::string& tenant_id, const std::string& id,
                              timestamp at) = 0;

  virtual result<std::optional<assistant_head_record>> find(const std::string& tenant_id,
                                                            const std::string& id) = 0;
  virtual result<std::vector<assistant_head_record>> list(const std::string& tenant_id) = 0;
  virtual result<std::optional<assistant_version_record>>
  find_version(const std::string& tenant_id, const std::string& id, const std::string& version) = 0;
  /// Of the database only, newest first.
  virtual result<std::vector<assistant_version_record>>
  versions_of(const std::string& tenant_id, const std::string& id, size_t limit) = 0;

  /// For an engine, which serves all tenants: those that take calls, by id.
  virtual result<std::vector<assistant_head_record>> all_current() = 0;
  /// The versions of calls that are live or ended after `since`, and so may come back.
  virtual result<std::vector<assistant_version_record>> of_late_calls(timestamp since) = 0;
  /// All who have an assistant here.
  virtual result<std::vector<std::string>> tenants() = 0;
};

} // namespace trunkline
