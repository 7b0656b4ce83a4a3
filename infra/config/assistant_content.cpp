#include "infra/config/assistant_config.hpp"

#include "infra/config/config_table.hpp"
#include "protocol/text/digest.hpp"
#include "protocol/text/json.hpp"
#include "protocol/text/utf8.hpp"
#include "protocol/time/local_time.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace trunkline {

namespace {

using std::chrono::minutes;

std::optional<unsigned> weekday_from(std::string_view name) {
  constexpr std::array days{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
  const auto found = std::find(days.begin(), days.end(), name);
  return found == days.end() ? std::nullopt
                             : std::optional<unsigned>(unsigned(found - days.begin()));
}

std::optional<minutes> clock_from(std::string_view text) {
  return text == "24:00" ? std::optional<minutes>{minutes{1440}} : parse_iso_time(text);
}

std::string lower(std::string_view text) {
  std::string small{text};
  for (auto& c : small)
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return small;
}

// "mon-wed,fri" as weekdays; a failure names the word that is none.
result<std::vector<unsigned>> parse_days(std::string_view text) {
  std::vector<unsigned> days;
  while (!text.empty()) {
    const auto part = text.substr(0, text.find(','));
    text.remove_prefix(std::min(part.size() + 1, text.size()));
    const auto dash = std::min(part.find('-'), part.size());
    const auto from_name = part.substr(0, dash);
    const auto to_name = dash == part.size() ? from_name : part.substr(dash + 1);
    for (const auto name : {from_name, to_name})
      if (!weekday_from(name))
        return failure{failure_kind::bad_input, "has the unknown weekday '" +
                                                    shortened(clean_text(name, 60), 20) +
                                                    "'; use sun, mon, tue, wed, thu, fri or sat"};
    const auto last = *weekday_from(to_name);
    for (auto day = *weekday_from(from_name);; day = (day + 1) % 7) {
      days.push_back(day);
      if (day == last)
        break;
    }
  }
  return days;
}

struct json_writer {
  nlohmann::json operator()(listen_address* value) const { return to_string(*value); }
  nlohmann::json operator()(std::string* value) const { return *value; }
  nlohmann::json operator()(std::vector<std::string>* value) const { return *value; }
  nlohmann::json operator()(bool* value) const { return *value; }
  nlohmann::json operator()(unsigned* value) const { return *value; }
  nlohmann::json operator()(double* value) const { return *value; }
  nlohmann::json operator()(auto* value) const { return value->count(); }
};

template<class Record>
nlohmann::json record_json(const Record& record, std::span<const field_row<Record>> rows) {
  auto copy = record;
  auto object = nlohmann::json::object();
  for (const auto& row : rows)
    object[std::string{row.key}] = std::visit(json_writer{}, row.member(copy));
  return object;
}

template<class Record>
nlohmann::json list_json(const std::vector<Record>& list, std::span<const field_row<Record>> rows) {
  auto array = nlohmann::json::array();
  for (const auto& record : list)
    array.push_back(record_json(record, rows));
  return array;
}

} // namespace

result<std::vector<opening>> parse_hours(std::string_view text) {
  const failure malformed{failure_kind::bad_input,
                          "'" + shortened(clean_text(text, 120), 40) +
                              "' is not understood; write hours like 'mon-fri 08:00-17:00'"};
  const auto lowered = lower(text);
  const std::string_view all{lowered};
  const auto blank = all.find(' ');
  if (blank == all.npos || blank == 0)
    return malformed;
  const auto times = all.substr(std::min(all.find_first_not_of(' ', blank), all.size()));
  const auto dash = times.find('-');
  if (dash == times.npos)
    return malformed;
  const auto opens = clock_from(times.substr(0, dash));
  const auto closes = clock_from(times.substr(dash + 1));
  if (!opens || !closes)
    return malformed;
  const auto days = parse_days(all.substr(0, blank));
  if (!days)
    return days.error();
  if (*closes <= *opens)
    return failure{failure_kind::bad_input, "'" + shortened(clean_text(text, 120), 40) +
                                                "' closes before it opens; split hours that pass "
                                                "midnight in two"};
  std::vector<opening> stretches;
  for (const auto day : *days)
    stretches.push_back({day, *opens, *closes});
  return stretches;
}

std::string assistant_json(const assistant& who) {
  auto object = record_json(who, assistant_rows());
  object["faq"] = list_json(who.faq, faq_rows());
  if (!who.languages.empty()) // absent: the version is that of before there were any
    object["languages"] = list_json(who.languages, language_rows());
  object["services"] = list_json(who.services, service_rows());
  object["staff"] = list_json(who.staff, staff_rows());
  object["turns"] = record_json(who.turns, turn_rows());
  object["extraction"] = record_json(who.extraction, extraction_rows());
  auto& hours = object["hours"] = nlohmann::json::array();
  for (const auto& stretch : who.hours)
    hours.push_back({{"weekday", stretch.weekday},
                     {"opens_minute", stretch.opens.count()},
                     {"closes_minute", stretch.closes.count()}});
  return to_text(object);
}

std::string assistant_version(const assistant& who) {
  return to_hex(sha256(assistant_json(who)).substr(0, 6));
}

} // namespace trunkline
