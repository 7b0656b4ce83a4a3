#pragma once

#include "protocol/phrases/phrase.hpp"

namespace trunkline {

inline constexpr phrase_row spanish_phrases[] = {
    {phrase::working, "Un momento, lo estoy comprobando."},
    {phrase::one_moment, "Un momento, por favor."},
    {phrase::still_there, "Gracias por esperar, sigo trabajando en ello."},
    {phrase::ask_again, "Lo siento, he tardado demasiado. ¿Podría repetirlo, por favor?"},
    {phrase::cut_off, "Lo siento, se cortó la llamada."},
    {phrase::say_again, "¿Podría repetirlo, por favor?"},
    {phrase::was_booked, "Su cita está reservada."},
    {phrase::how_can_i_help, "¿En qué puedo ayudarle?"},
    {phrase::cannot_answer,
     "Lo siento, tengo un problema en este momento. Permítame tomar su mensaje."},
    {phrase::keypad_menu, "Lo siento, no le oigo bien. Pulse uno para dejar un mensaje, o pulse "
                          "dos para hablar con nuestro personal."},
    {phrase::keypad_message, "Lo siento, no le oigo bien. Pulse uno para dejar un mensaje."},
    {phrase::voice_lost, "Lo siento, hay un problema con mi voz. Un momento, por favor."},
    {phrase::decline, "Lo siento, no puedo ayudarle con eso."},
    {phrase::silent_goodbye,
     "No le oigo, así que voy a colgar. Vuelva a llamar cuando quiera. Adiós."},
    {phrase::may_we_record, "¿Podemos grabar esta llamada? Por favor, diga sí o no."},
    {phrase::is_recorded, "Gracias. ¿En qué puedo ayudarle?"},
    {phrase::not_recorded, "De acuerdo, esta llamada no se graba. ¿En qué puedo ayudarle?"},
    {phrase::emergency, "Si su vida corre peligro, cuelgue y marque el nueve uno uno. Le comunico "
                        "ahora con nuestra línea de emergencias."},
    {phrase::leave_message, "Lo siento, ahora no puedo ayudarle más. Deje su nombre, su número y "
                            "un mensaje después del tono."},
    {phrase::nobody_answered, "Lo siento, nadie ha podido atender su llamada. Deje su nombre, su "
                              "número y un mensaje después del tono."},
    {phrase::message_saved, "Gracias. Su mensaje se ha guardado. Adiós."},
    {phrase::no_message_heard, "No he oído ningún mensaje. Adiós."},
    {phrase::all_lines_busy,
     "Gracias por llamar a {business}. Todas nuestras líneas están ocupadas en este momento. Deje "
     "su nombre, su número y un mensaje después del tono, y le devolveremos la llamada."},
    {phrase::not_in_service, "Este número no está en servicio. Adiós."},
};

} // namespace trunkline
