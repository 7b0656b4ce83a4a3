#pragma once

#include "infra/journal/journal_format.hpp"
#include "infra/store/store_row.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace trunkline {

/// A row as the journal and the table of dead letters keep it: JSON, with a type byte that never
/// changes its meaning.
struct encoded_row {
  journal_value value = journal_value::always;
  uint8_t type = 0;
  std::string json;
};

encoded_row encode(const store_row& row);
/// Nothing when the type is of a newer version, or the text is not of it.
std::optional<store_row> decode(uint8_t type, std::string_view json);
/// Of a dead letter's kind: "turn". 0: unknown.
uint8_t row_type(std::string_view kind);

/// A journal record is a row with the time it was taken.
std::string journal_payload(std::string_view json, timestamp taken_at);
struct journal_content {
  timestamp taken_at{};
  std::string_view json;
};
journal_content content_of(std::string_view payload);

} // namespace trunkline
