#pragma once

#include "infra/privacy/person_keys.hpp"

#include <string>
#include <string_view>

namespace trunkline {

/// Texts of rows, sealed: "s1.<whose>.<base64>", where whose is a person's id, or "rows" for those
/// of nobody. A place is "table.column:key of the row".
class sealed_text {
public:
  static constexpr std::string_view unreadable = "[unreadable: changed in the database]";

  explicit sealed_text(person_keys& keys) : keys_(keys) {}

  /// Empty texts stay empty, and so do those of a person who was erased.
  static std::string seal_for(const person& who, std::string_view text, std::string_view place);
  result<std::string> seal_for_rows(std::string_view text, std::string_view place);

  /// Replaces `text` by what is sealed in it: empty when its key is destroyed, `unreadable` when it
  /// was changed or comes from another place. Texts that are not sealed stay.
  result<void> open(std::string& text, std::string_view place);

private:
  person_keys& keys_;
};

} // namespace trunkline
