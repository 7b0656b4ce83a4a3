#pragma once

#include "protocol/text/spoken_time.hpp"
#include "protocol/time/local_time.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace trunkline {

/// What the receptionist and the caller are doing.
enum class task { none, booking, looking, moving, cancelling, message };

/// What the caller was asked last and has not answered yet.
enum class question {
  how_can_i_help,
  wants_to_book, ///< nothing was understood twice: is it the usual?
  service,
  day,
  time, ///< one of the offered times, or another
  name,
  caller_name_right,
  booking_right,
  book_this, ///< after looking: shall it be booked?
  move_right,
  what_to_change,
  which_appointment,
  cancel_it,
  message_text,
  message_for,
  message_name,
  number_right,
  number,
  message_right,
  offer_message,
  anything_else
};

/// What check_availability said about a day.
struct known_day {
  date::local_days day{};
  std::string service_id;
  std::string status; ///< ok | closed | holiday | past | too_soon | too_far
  std::vector<local_minute> free;
  std::vector<local_minute> nearest;
};

/// One of the caller's appointments, from a tool's result.
struct own_appointment {
  std::string id;
  std::string service_id;
  local_minute start{};
  std::string name;
};

/// Where the conversation stands. Derived anew for each reply by folding over the context; nothing
/// here outlives a request.
struct dialog_state {
  task doing = task::none;
  question asked = question::how_can_i_help;
  question interrupted = question::how_can_i_help; ///< what offer_message put aside

  std::optional<size_t> service;
  std::optional<date::local_days> day;
  std::optional<clock_reading> clock; ///< as said; time is settled once the day is known
  std::optional<std::chrono::minutes> time;
  std::optional<day_part> part;
  bool earliest = false, latest = false;
  std::string name;
  std::optional<known_day> known;
  std::vector<local_minute> offered;
  std::optional<local_minute> agreed; ///< the time already said to be free

  std::vector<own_appointment> appointments;
  std::optional<size_t> appointment;

  std::string message_text;
  std::optional<size_t> message_staff;
  bool message_staff_settled = false;
  std::string callback_number;
  bool number_settled = false;
  bool closing = false; ///< after what is under way, the call ends

  int failures = 0;      ///< lines in a row that led nowhere
  int slot_failures = 0; ///< answers to the present question that led nowhere
  std::string last_reply;
};

} // namespace trunkline
