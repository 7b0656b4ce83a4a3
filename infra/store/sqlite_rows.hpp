#pragma once

#include "infra/store/sqlite.hpp"
#include "schema/records.hpp"

#include <string>
#include <string_view>
#include <vector>

/// Records to and from the columns of schema/sql.
namespace trunkline::rows {

inline int64_t ms(timestamp when) { return when.time_since_epoch().count(); }
int64_t now_ms();

/// Carrier statuses after which nothing more comes.
bool is_final_status(std::string_view status);

std::string select_call(const char* rest);
std::string select_appointment(const char* rest);

sqlite::statement& bind(sqlite::statement& to, const call_record& call);
sqlite::statement& bind(sqlite::statement& to, const turn_record& turn);
sqlite::statement& bind(sqlite::statement& to, const caller_message_record& message);
sqlite::statement& bind(sqlite::statement& to, const appointment_record& appointment);

call_record read_call(const sqlite::statement& row);
turn_record read_turn(const sqlite::statement& row);
sqlite::statement& bind(sqlite::statement& to, const incident_record& incident);
incident_record read_incident(const sqlite::statement& row);
caller_message_record read_message(const sqlite::statement& row);
appointment_record read_appointment(const sqlite::statement& row);

template <class T>
result<std::vector<T>> read_all(sqlite::statement& from, T (*read)(const sqlite::statement&)) {
  std::vector<T> all;
  for (;;) {
    auto row = from.step();
    if (!row)
      return row.error();
    if (!*row)
      return all;
    all.push_back(read(from));
  }
}

} // namespace trunkline::rows
