#include "protocol/http/sse.hpp"

#include <utility>

namespace trunkline {

namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

} // namespace

sse_parser::sse_parser(size_t event_bytes_max) : event_bytes_max_(event_bytes_max) {}

result<void> sse_parser::feed(std::string_view bytes, std::vector<sse_event>& to) {
  while (!bytes.empty() && !broken_) {
    if (std::exchange(after_return_, false) && bytes.front() == '\n') {
      bytes.remove_prefix(1);
      continue;
    }
    const auto end = bytes.find_first_of("\r\n");
    line_ += bytes.substr(0, end);
    // Before the line is taken: whether the bound holds must not depend on how the body was cut.
    broken_ = over_bound();
    if (end == std::string_view::npos || broken_)
      break;
    after_return_ = bytes[end] == '\r';
    bytes.remove_prefix(end + 1);
    take_line(to);
  }
  if (broken_)
    return failure{failure_kind::bad_input,
                   "a streamed event is over " + std::to_string(event_bytes_max_) + " bytes"};
  return {};
}

std::optional<sse_event> sse_parser::end_of_body() {
  if (broken_)
    return std::nullopt;
  std::vector<sse_event> last;
  if (!line_.empty())
    take_line(last);
  line_.clear();
  take_line(last); // the empty line that did not come
  return last.empty() ? std::nullopt : std::optional{std::move(last.front())};
}

bool sse_parser::over_bound() const {
  return line_.size() + name_.size() + data_.size() + rest_.size() > event_bytes_max_;
}

void sse_parser::take_line(std::vector<sse_event>& to) {
  std::string_view line = line_;
  if (std::exchange(first_line_, false) && line.substr(0, 3) == byte_order_mark)
    line.remove_prefix(byte_order_mark.size());
  const auto colon = line.find(':');
  const auto field = line.substr(0, colon);
  auto value = colon == std::string_view::npos ? std::string_view{} : line.substr(colon + 1);
  if (!value.empty() && value.front() == ' ')
    value.remove_prefix(1);
  if (line.empty()) {
    if (has_data_) {
      to.push_back({std::move(name_), std::move(data_)});
      rest_.clear();
    }
    name_.clear();
    data_.clear();
    has_data_ = false;
  } else if (field == "data") {
    if (std::exchange(has_data_, true))
      data_ += '\n';
    data_ += value;
  } else if (field == "event") {
    name_ = value;
  } else if (!field.empty() && field != "id" && field != "retry") {
    rest_ += line;
    rest_ += '\n';
  }
  line_.clear();
}

} // namespace trunkline
