#pragma once

#include "infra/store/assistant_versions.hpp"
#include "protocol/text/phone_number.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace trunkline {

/// Assistants of the database in memory, with the rules the real ones keep. Tests read and write
/// the rows directly.
class memory_versions : public assistant_versions {
public:
  std::map<std::string, assistant_head_record> heads;      ///< by id
  std::map<std::string, std::vector<std::string>> numbers; ///< by id
  std::vector<assistant_version_record> versions;
  std::optional<failure> broken;

  result<void> put(const assistant& who, const assistant_version_record& row) override {
    if (auto done = put_head(who, row.created_at); !done)
      return done;
    const bool known = std::any_of(versions.begin(), versions.end(), [&](const auto& one) {
      return one.id == row.id && one.version == row.version;
    });
    if (!known)
      versions.push_back(row);
    return {};
  }
  result<void> use(const assistant& who, timestamp at) override {
    const auto kept = find_version(who.tenant_id, who.id, who.version);
    if (!kept)
      return kept.error();
    if (!*kept)
      return failure{failure_kind::not_found, "no such version", false};
    return put_head(who, at);
  }
  result<bool> retire(const std::string& tenant, const std::string& id, timestamp at) override {
    if (broken)
      return *broken;
    const auto found = heads.find(id);
    if (found == heads.end() || found->second.tenant_id != tenant || found->second.retired)
      return false;
    found->second.retired = true;
    found->second.changed_at = at;
    numbers.erase(id);
    return true;
  }
  result<std::optional<assistant_head_record>> find(const std::string& tenant,
                                                    const std::string& id) override {
    if (broken)
      return *broken;
    const auto found = heads.find(id);
    if (found == heads.end() || found->second.tenant_id != tenant)
      return std::optional<assistant_head_record>{};
    return std::optional{found->second};
  }
  result<std::vector<assistant_head_record>> list(const std::string& tenant) override {
    return heads_where([&](const auto& head) { return head.tenant_id == tenant; });
  }
  result<std::optional<assistant_version_record>>
  find_version(const std::string& tenant, const std::string& id,
               const std::string& version) override {
    if (broken)
      return *broken;
    for (const auto& one : versions)
      if (one.tenant_id == tenant && one.id == id && one.version == version)
        return std::optional{one};
    return std::optional<assistant_version_record>{};
  }
  result<std::vector<assistant_version_record>>
  versions_of(const std::string& tenant, const std::string& id, size_t limit) override {
    if (broken)
      return *broken;
    std::vector<assistant_version_record> found;
    for (const auto& one : versions)
      if (one.tenant_id == tenant && one.id == id)
        found.push_back(one);
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
      return std::pair{b.created_at, a.version} < std::pair{a.created_at, b.version};
    });
    found.resize(std::min(found.size(), limit));
    return found;
  }
  result<std::vector<assistant_head_record>> all_current() override {
    return heads_where([](const auto& head) { return !head.retired; });
  }
  result<std::vector<assistant_version_record>> of_late_calls(timestamp) override {
    if (broken)
      return *broken;
    return late;
  }
  std::vector<assistant_version_record> late; ///< what of_late_calls() answers
  result<std::vector<std::string>> tenants() override {
    if (broken)
      return *broken;
    std::set<std::string> all;
    for (const auto& [_, head] : heads)
      all.insert(head.tenant_id);
    return std::vector<std::string>(all.begin(), all.end());
  }

private:
  template<class Wanted>
  result<std::vector<assistant_head_record>> heads_where(Wanted wanted) {
    if (broken)
      return *broken;
    std::vector<assistant_head_record> found;
    for (const auto& [_, head] : heads)
      if (wanted(head))
        found.push_back(head);
    return found;
  }
  result<void> put_head(const assistant& who, timestamp at) {
    if (broken)
      return *broken;
    const auto taken = [](const std::string& what) {
      return failure{failure_kind::conflict, what, false};
    };
    const auto known = heads.find(who.id);
    if (known != heads.end() && known->second.tenant_id != who.tenant_id)
      return taken("the id '" + who.id + "' is another tenant's; choose another one");
    for (const auto& [id, head] : heads) {
      if (id == who.id || head.retired)
        continue;
      if (who.is_default && head.is_default)
        return taken("`default` is set for the assistant '" + id +
                     "' already; only one can take the other calls");
      for (const auto& number : who.numbers)
        if (std::count(numbers[id].begin(), numbers[id].end(), number) > 0)
          return taken("the number " + mask_number(number) + " is taken by the assistant '" + id +
                       "'; a number has one assistant");
    }
    heads[who.id] = {who.id, who.tenant_id, who.version, who.is_default, false, at};
    numbers[who.id] = who.numbers;
    return {};
  }
};

} // namespace trunkline
