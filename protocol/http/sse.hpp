#pragma once

#include "schema/failure.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Server-sent events, a text stream of lines that end with \n, \r\n or \r:
//
//   event: NAME      the last one counts
//   data: TEXT       several join with \n; one blank after the colon is not part of the text
//   : TEXT           a comment, such as a keep-alive
//   id:, retry:      of no use to a reply
//   (empty line)     the event is complete; without data it is none
//
// Lines that are none of these are kept apart: servers were seen to answer 200 and then write an
// error as plain JSON, over several lines.

namespace trunkline {

/// What one event, or text that is no event, may take before the stream is given up.
inline constexpr size_t sse_event_bytes_max = 1024 * 1024;

struct sse_event {
  std::string name; ///< empty: none was given
  std::string data;
  bool operator==(const sse_event&) const = default;
};

/// Fed with a body as it arrives, cut anywhere.
class sse_parser {
public:
  explicit sse_parser(size_t event_bytes_max = sse_event_bytes_max);

  /// Appends the events that `bytes` complete. Failure, then and ever after: an event over the
  /// bound; the events before it were appended.
  result<void> feed(std::string_view bytes, std::vector<sse_event>& to);

  /// The body has ended: what came after the last empty line, if it is an event. It may have been
  /// cut; only its reader can tell.
  std::optional<sse_event> end_of_body();

  /// Text since the last event that was neither field nor comment, lines joined with \n.
  std::string_view rest() const { return rest_; }

private:
  void take_line(std::vector<sse_event>& to);
  bool over_bound() const;

  size_t event_bytes_max_;
  std::string line_; ///< not ended yet
  std::string name_, data_, rest_;
  bool has_data_ = false;
  bool first_line_ = true; ///< may open with a byte order mark
  bool after_return_ = false;
  bool broken_ = false;
};

} // namespace trunkline
