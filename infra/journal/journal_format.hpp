#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

/// The bytes of a journal, pure. A segment is
///
///   head     "TLJRNL1\n"  first sequence: u64  CRC-32C of both: u32
///   record   length of body: u32  CRC-32C of length and body: u32
///            body: value u8, type u8, payload
///   record   ...
///
/// all little endian. Records are numbered from the segment's first sequence. Whatever follows the
/// first record that is not whole was never acknowledged: it is torn off.
namespace trunkline {

/// What a record is worth when there is no room for all.
enum class journal_value : uint8_t {
  text = 1,     ///< what was said; shed first
  progress = 2, ///< how a call stands; shed when there is no room at all
  always = 3    ///< audit, consent, bookings, messages: never shed
};

struct journal_record {
  uint64_t sequence = 0;
  journal_value value = journal_value::always;
  uint8_t type = 0; ///< whose meaning is the writer's; 0 is the journal's own
  std::string_view payload;
};

constexpr size_t journal_payload_max = 1u << 20;
constexpr size_t journal_head_bytes = 20;
constexpr size_t journal_frame_bytes = 10; ///< of a record, beside its payload

std::string journal_head(uint64_t first_sequence);
/// Expects a payload of at most journal_payload_max.
void append_record(std::string& to, journal_value value, uint8_t type, std::string_view payload);

/// The first sequence of a segment; nothing when its head is torn or another file's.
std::optional<uint64_t> read_head(std::string_view segment);

/// How far all is released by this record; 0 when it is not of that kind.
uint64_t released_by(const journal_record& record);
/// Whether it is one of these files, in a format that this version does not know.
bool is_newer_segment(std::string_view segment);

struct journal_scan {
  size_t good_bytes = 0;      ///< head and whole records; the rest is to be cut off
  uint64_t next_sequence = 0; ///< the number of the record that would come next
};
/// Reads every whole record of a segment with a good head, in order.
journal_scan scan_segment(std::string_view segment,
                          const std::function<void(const journal_record&)>& each);

} // namespace trunkline
