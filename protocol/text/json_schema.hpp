#pragma once

#include "schema/failure.hpp"

#include <nlohmann/json_fwd.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace trunkline {

/// A JSON Schema of an object, in the part of the language that structured answers need. What is
/// not of that part is refused rather than ignored. Immutable, cheap to copy.
class json_schema {
public:
  static constexpr size_t bytes_max = 16'384;
  /// As people are told.
  static constexpr std::string_view supported =
      "type, properties, required, additionalProperties, items, enum, const, minimum, maximum, "
      "minLength, maxLength, minItems, maxItems, title, description, $schema";

  /// A failure is one line: what is wrong and, of an unknown keyword, what is supported.
  static result<json_schema> parse(std::string_view text);

  /// Where and how `value` does not fit; empty: it does. May name members of it, quotes none
  /// of their values.
  std::string mismatch(const nlohmann::json& value) const;

private:
  struct compiled;
  explicit json_schema(std::shared_ptr<const compiled> of) : compiled_(std::move(of)) {}
  std::shared_ptr<const compiled> compiled_;
};

} // namespace trunkline
