#pragma once

#include "schema/failure.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace trunkline {

using form_fields = std::vector<std::pair<std::string, std::string>>;

/// Limits of one form; beyond them it is refused as a whole.
struct form_limits {
  size_t bytes_max = 64 * 1024;
  size_t fields_max = 256;
};

/// A decoded application/x-www-form-urlencoded body. Names and values are the exact bytes sent,
/// which may be invalid UTF-8, because the signature is computed over them.
class form {
public:
  form() = default;
  explicit form(form_fields fields) : fields_(std::move(fields)) {}

  const form_fields& fields() const { return fields_; }
  /// First value of a name as sent; empty when absent.
  std::string_view bytes(std::string_view name) const;
  /// The same made valid UTF-8, safe for JSON, XML and the store.
  std::string text(std::string_view name) const;
  bool has(std::string_view name) const;

private:
  form_fields fields_;
};

/// A `%` without two hex digits stands for itself, as in browsers.
result<form> parse_form(std::string_view body, const form_limits& limits = {});

/// Percent-encodes all but letters, digits and `*-._`; a space becomes `+`.
std::string render_form(const form_fields& fields);

} // namespace trunkline
