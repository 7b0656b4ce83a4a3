#pragma once

#include "schema/failure.hpp"
#include "schema/records.hpp"

#include <optional>
#include <string>
#include <vector>

namespace trunkline {

/// A user with the notes of their last calls, newest first.
struct known_caller {
  user_record user;
  std::vector<call_note_record> notes;
};
inline constexpr size_t known_notes_max = 3;

/// A caller said that nothing shall be remembered of them.
struct forget_row {
  std::string call_sid;
  std::string tenant_id;
  std::string caller_number;
  timestamp at{};
};

/// What is remembered of callers between calls. Every question is bound to one tenant, and the same
/// number at another tenant is a stranger there. Part of a repository, and as it: blocks, one
/// thread, idempotent writes.
class user_rows {
public:
  virtual ~user_rows() = default;

  /// Inserts the note or replaces it; the first one of a call counts the call for its user. Of who
  /// asked to be forgotten nothing is written, and that is well.
  virtual result<void> put_note(const call_note_record& note) = 0;
  virtual result<std::optional<call_note_record>> note_of(const std::string& call_sid) = 0;

  /// Nothing: a stranger, or nobody in particular (a withheld number).
  virtual result<std::optional<known_caller>> find_user(const std::string& tenant_id,
                                                        const std::string& caller_number) = 0;
  /// Empties the user, deletes the notes, and keeps that nothing is to be noted any more.
  virtual result<void> forget(const forget_row& who) = 0;
};

} // namespace trunkline
