#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace trunkline {

/// "+15551234567" -> "+1555***4567": what may be logged. Short or odd input shows at most its last
/// two characters.
std::string mask_number(std::string_view number);

/// A plus, a first digit that is not 0, 7 to 15 digits in all.
bool is_e164(std::string_view number);

/// Digits to be spoken one by one, grouped as people say them: "five five five, one two three, four
/// five six seven". A leading +1 is left out. Empty when there is no digit.
std::string spoken_digits(std::string_view number);

/// A number as a caller says it ("five five five twelve thirty four", "555-1234", "double two") to
/// E.164. National numbers of ten digits take `country` ("1"). Nothing when it is no phone number.
std::optional<std::string> parse_spoken_number(std::string_view words,
                                               std::string_view country = "1");

} // namespace trunkline
