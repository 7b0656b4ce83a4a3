#pragma once

#include "protocol/phrases/phrase.hpp"

namespace trunkline {

inline constexpr phrase_row english_phrases[] = {
    {phrase::working, "One moment, I am checking that for you."},
    {phrase::one_moment, "One moment, please."},
    {phrase::still_there, "Thank you for waiting, I am still working on it."},
    {phrase::ask_again, "I am sorry, that took too long. Could you say that again, please?"},
    {phrase::cut_off, "I am sorry, we were cut off."},
    {phrase::say_again, "Could you say that again, please?"},
    {phrase::was_booked, "Your appointment is booked."},
    {phrase::how_can_i_help, "How can I help you?"},
    {phrase::cannot_answer,
     "I am sorry, I am having trouble right now. Let me take a message for you."},
    {phrase::keypad_menu, "I am sorry, I am having trouble hearing you. Please press one to leave "
                          "a message, or press two to speak with our staff."},
    {phrase::keypad_message, "I am sorry, I am having trouble hearing you. Please press one to "
                             "leave a message."},
    {phrase::voice_lost, "I am sorry, there is a problem with my voice. One moment, please."},
    {phrase::decline, "I am sorry, I cannot help you with that."},
    {phrase::silent_goodbye,
     "I cannot hear you, so I will hang up now. Please call again any time. Goodbye."},
    {phrase::may_we_record, "May we record this call? Please say yes or no."},
    {phrase::is_recorded, "Thank you. How can I help you?"},
    {phrase::not_recorded, "All right, this call is not recorded. How can I help you?"},
    {phrase::emergency, "If this is a life threatening emergency, please hang up and dial nine one "
                        "one. I am connecting you to our emergency line now."},
    {phrase::leave_message, "I am sorry, I cannot help you further right now. Please leave your "
                            "name, your number and a message after the tone."},
    {phrase::nobody_answered, "I am sorry, nobody could take your call. Please leave your name, "
                              "your number and a message after the tone."},
    {phrase::message_saved, "Thank you. Your message was saved. Goodbye."},
    {phrase::no_message_heard, "I did not hear a message. Goodbye."},
    {phrase::all_lines_busy,
     "Thank you for calling {business}. All our lines are busy right now. Please leave your name, "
     "your number and a message after the tone, and we will call you back."},
    {phrase::not_in_service, "This number is not in service. Goodbye."},
};

} // namespace trunkline
