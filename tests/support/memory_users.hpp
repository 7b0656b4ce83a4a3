#pragma once

#include "infra/store/user_rows.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>

namespace trunkline {

/// Users in memory, with the rules the real ones keep. Tests read and write the rows directly.
class memory_users : public user_rows {
public:
  std::map<std::pair<std::string, std::string>, user_record> users; ///< by tenant and number
  std::map<std::string, call_note_record> notes;
  std::optional<failure> broken;

  result<void> put_note(const call_note_record& note) override {
    if (broken)
      return *broken;
    const auto key = std::pair{note.tenant_id, note.caller_number};
    const auto known = users.find(key);
    if (known != users.end() && !known->second.remember)
      return {};
    const bool first = notes.insert_or_assign(note.call_sid, note).second;
    if (!note.remember)
      return {};
    auto& user = users[key];
    user.tenant_id = note.tenant_id;
    user.caller_number = note.caller_number;
    user.calls += first ? 1 : 0;
    user.last_seen = note.at;
    if (!note.caller_name.empty())
      user.caller_name = note.caller_name;
    if (!note.preferences.empty())
      user.preferences = note.preferences;
    return {};
  }
  result<std::optional<call_note_record>> note_of(const std::string& call_sid) override {
    const auto found = notes.find(call_sid);
    return found == notes.end() ? std::nullopt : std::optional{found->second};
  }
  result<std::optional<known_caller>> find_user(const std::string& tenant_id,
                                                const std::string& caller_number) override {
    if (broken)
      return *broken;
    const auto found = users.find({tenant_id, caller_number});
    if (found == users.end())
      return std::nullopt;
    known_caller known{found->second, {}};
    for (const auto& [_, note] : notes)
      if (note.tenant_id == tenant_id && note.caller_number == caller_number)
        known.notes.push_back(note);
    return std::optional{std::move(known)};
  }
  result<void> forget(const forget_row& who) override {
    if (broken)
      return *broken;
    std::erase_if(notes, [&](const auto& one) {
      return one.second.tenant_id == who.tenant_id && one.second.caller_number == who.caller_number;
    });
    users[{who.tenant_id, who.caller_number}] = {
        who.tenant_id, who.caller_number, {}, {}, 0, false, who.at, who.at};
    return {};
  }
};

} // namespace trunkline
