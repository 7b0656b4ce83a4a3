#pragma once

#include <string>
#include <string_view>

namespace trunkline {

/// UTF-8 without the accents of Western European letters, for comparing: "¿Cómo está?" as
/// " Como esta?". Recognisers write them or leave them out.
std::string unaccented(std::string_view text);

} // namespace trunkline
