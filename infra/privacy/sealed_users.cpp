#include "infra/privacy/sealed_users.hpp"

#include "infra/privacy/sealed_fields.hpp"

namespace trunkline {

result<void> sealed_users::put_note(const call_note_record& note) {
  return together_([&]() -> result<void> {
    const auto before = inner_.find_user(note.tenant_id, note.caller_number);
    if (!before)
      return before.error();
    if (*before && !(*before)->user.remember)
      return {};
    const auto who = keys_.of_caller(note.tenant_id, note.caller_number, note.call_sid, true);
    if (!who)
      return who.error();
    auto row = note;
    row.remember = note.remember && is_a_number(note.caller_number);
    row.caller_number = (*who)->id;
    user_record user{
        row.tenant_id, row.caller_number, row.caller_name, row.preferences, 0, true, {}, {}};
    for (auto& [text, place] : fields_of(user))
      *text = sealed_text::seal_for(**who, *text, place);
    for (auto& [text, place] : fields_of(row))
      *text = sealed_text::seal_for(**who, *text, place);
    row.caller_name = std::move(user.caller_name);
    row.preferences = std::move(user.preferences);
    return inner_.put_note(row);
  });
}

result<std::optional<call_note_record>> sealed_users::note_of(const std::string& call_sid) {
  auto note = inner_.note_of(call_sid);
  if (!note || !*note)
    return note;
  for (auto& [text, place] : fields_of(**note))
    if (auto done = texts_.open(*text, place); !done)
      return done.error();
  if (is_person_id((*note)->caller_number)) {
    const auto who = keys_.by_id((*note)->caller_number);
    if (!who && who.error().kind != failure_kind::not_found)
      return who.error();
    (*note)->caller_number = who ? who->number : "unknown";
  }
  return note;
}

result<void> sealed_users::open(known_caller& known, const person& who) {
  for (auto& [text, place] : fields_of(known.user))
    if (auto done = texts_.open(*text, place); !done)
      return done;
  known.user.caller_number = who.number;
  for (auto& note : known.notes) {
    for (auto& [text, place] : fields_of(note))
      if (auto done = texts_.open(*text, place); !done)
        return done;
    note.caller_number = who.number;
  }
  return {};
}

result<std::optional<known_caller>> sealed_users::find_user(const std::string& tenant_id,
                                                            const std::string& caller_number) {
  if (!is_a_number(caller_number))
    return std::nullopt;
  auto before = inner_.find_user(tenant_id, caller_number);
  if (!before || (*before && !(*before)->user.remember))
    return before;
  const auto who = keys_.of_caller(tenant_id, caller_number, {}, false);
  if (!who)
    return who.error();
  if (!*who)
    return before;
  auto known = inner_.find_user(tenant_id, (*who)->id);
  if (!known)
    return known.error();
  if (!*known)
    return before;
  if (auto done = open(**known, **who); !done)
    return done.error();
  return known;
}

result<void> sealed_users::forget(const forget_row& who) {
  if (!is_a_number(who.caller_number))
    return {};
  return together_([&]() -> result<void> {
    const auto before = inner_.find_user(who.tenant_id, who.caller_number);
    if (!before)
      return before.error();
    if (*before)
      if (auto done = inner_.forget(who); !done)
        return done;
    const auto person = keys_.of_caller(who.tenant_id, who.caller_number, who.call_sid, true);
    if (!person)
      return person.error();
    auto row = who;
    row.caller_number = (*person)->id;
    return inner_.forget(row);
  });
}

} // namespace trunkline
