#include "infra/journal/journal_format.hpp"

#include "infra/journal/crc32c.hpp"

#include <cstring>

namespace trunkline {

namespace {

constexpr std::string_view magic = "TLJRNL1\n";

template<class T>
void put(std::string& to, T value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value); // little endian, see crc32c.cpp
  to.append(bytes, sizeof value);
}

template<class T>
T get(std::string_view from) {
  T value{};
  std::memcpy(&value, from.data(), sizeof value);
  return value;
}

bool is_value(uint8_t byte) {
  return byte >= static_cast<uint8_t>(journal_value::text) &&
         byte <= static_cast<uint8_t>(journal_value::always);
}

} // namespace

std::string journal_head(uint64_t first_sequence) {
  std::string head{magic};
  put(head, first_sequence);
  put(head, crc32c(head));
  return head;
}

void append_record(std::string& to, journal_value value, uint8_t type, std::string_view payload) {
  const auto start = to.size();
  put(to, static_cast<uint32_t>(payload.size() + 2));
  put(to, uint32_t{0});
  to += static_cast<char>(value);
  to += static_cast<char>(type);
  to += payload;
  const std::string_view record{to};
  const auto sum = crc32c(record.substr(start + 8), crc32c(record.substr(start, 4)));
  std::memcpy(to.data() + start + 4, &sum, sizeof sum);
}

std::optional<uint64_t> read_head(std::string_view segment) {
  if (segment.size() < journal_head_bytes || !segment.starts_with(magic) ||
      get<uint32_t>(segment.substr(16)) != crc32c(segment.substr(0, 16)))
    return std::nullopt;
  return get<uint64_t>(segment.substr(8));
}

uint64_t released_by(const journal_record& record) {
  uint64_t up_to = 0;
  if (record.type == 0 && record.payload.size() == sizeof up_to)
    std::memcpy(&up_to, record.payload.data(), sizeof up_to);
  return up_to;
}

bool is_newer_segment(std::string_view segment) {
  constexpr std::string_view family = magic.substr(0, 6);
  return segment.size() >= magic.size() && segment.starts_with(family) &&
         !segment.starts_with(magic);
}

journal_scan scan_segment(std::string_view segment,
                          const std::function<void(const journal_record&)>& each) {
  const auto first = read_head(segment);
  if (!first)
    return {};
  journal_scan scan{journal_head_bytes, *first};
  for (;;) {
    const auto rest = segment.substr(scan.good_bytes);
    if (rest.size() < journal_frame_bytes)
      return scan;
    const size_t body = get<uint32_t>(rest);
    if (body < 2 || body > journal_payload_max + 2 || body + 8 > rest.size())
      return scan;
    if (get<uint32_t>(rest.substr(4)) != crc32c(rest.substr(8, body), crc32c(rest.substr(0, 4))) ||
        !is_value(static_cast<uint8_t>(rest[8])))
      return scan;
    each({scan.next_sequence, static_cast<journal_value>(rest[8]), static_cast<uint8_t>(rest[9]),
          rest.substr(journal_frame_bytes, body - 2)});
    scan.good_bytes += body + 8;
    ++scan.next_sequence;
  }
}

} // namespace trunkline
