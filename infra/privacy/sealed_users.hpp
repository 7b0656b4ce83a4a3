#pragma once

#include "infra/privacy/person_keys.hpp"
#include "infra/privacy/sealed_text.hpp"
#include "infra/store/user_rows.hpp"

#include <functional>
#include <utility>

namespace trunkline {

/// Users with name, preferences and summaries sealed by their person's key. Who was remembered
/// before there was a key stays known, and who asked to be forgotten then stays forgotten.
class sealed_users : public user_rows {
public:
  /// Of the repository: a row and the person it makes are written together.
  using transaction = std::function<result<void>(const std::function<result<void>()>&)>;

  sealed_users(user_rows& inner, person_keys& keys, transaction together)
      : inner_(inner), keys_(keys), together_(std::move(together)) {}

  result<void> put_note(const call_note_record& note) override;
  result<std::optional<call_note_record>> note_of(const std::string& call_sid) override;
  result<std::optional<known_caller>> find_user(const std::string& tenant_id,
                                                const std::string& caller_number) override;
  result<void> forget(const forget_row& who) override;

private:
  result<void> open(known_caller& known, const person& who);

  user_rows& inner_;
  person_keys& keys_;
  const transaction together_;
  sealed_text texts_{keys_};
};

} // namespace trunkline
