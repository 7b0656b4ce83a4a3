#pragma once

#include <array>
#include <string>

namespace trunkline::phrases {

// What the agent says without a model. Rendered into memory at start (L2), so it needs nothing
// outside. docs/operations.md lists when each is heard.
inline constexpr const char* working = "One moment, I am checking that for you.";
inline constexpr const char* one_moment = "One moment, please.";
inline constexpr const char* still_there = "Thank you for waiting, I am still working on it.";
inline constexpr const char* ask_again =
    "I am sorry, that took too long. Could you say that again, please?";
inline constexpr const char* cut_off = "I am sorry, we were cut off.";
inline constexpr const char* say_again = "Could you say that again, please?"; // by the carrier
inline constexpr const char* was_booked = "Your appointment is booked.";
inline constexpr const char* how_can_i_help = "How can I help you?";
inline constexpr const char* cannot_answer =
    "I am sorry, I am having trouble right now. Let me take a message for you.";
inline constexpr const char* keypad_menu =
    "I am sorry, I am having trouble hearing you. Please press one to leave a message, or press "
    "two to speak with our staff.";
inline constexpr const char* keypad_message =
    "I am sorry, I am having trouble hearing you. Please press one to leave a message.";
inline constexpr const char* voice_lost =
    "I am sorry, there is a problem with my voice. One moment, please.";
inline constexpr const char* decline = "I am sorry, I cannot help you with that.";
inline constexpr const char* silent_goodbye =
    "I cannot hear you, so I will hang up now. Please call again any time. Goodbye.";

inline constexpr const char* is_recorded = "Thank you. How can I help you?";
inline constexpr const char* not_recorded =
    "All right, this call is not recorded. How can I help you?";

inline constexpr std::array all = {
    working,       one_moment,  still_there,    ask_again,  cut_off, was_booked,    how_can_i_help,
    cannot_answer, keypad_menu, keypad_message, voice_lost, decline, silent_goodbye};

} // namespace trunkline::phrases
