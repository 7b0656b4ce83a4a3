#pragma once

#include <string>
#include <string_view>

namespace trunkline {

/// Text for the inside of an XML element or attribute: only characters that XML 1.0 allows, the
/// five special ones as entities.
std::string xml_escaped(std::string_view text);

} // namespace trunkline
