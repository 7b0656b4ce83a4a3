#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace trunkline {

/// All but letters, digits and `-._~` becomes %XX (RFC 3986), so it may stand in a path as well as
/// in a query. Bytes of UTF-8 are encoded one by one.
std::string percent_encoded(std::string_view text);

/// Path and query of a request to a service. Names may be repeated; the path is taken as it is.
std::string with_query(std::string_view path,
                       const std::vector<std::pair<std::string, std::string>>& fields);

} // namespace trunkline
