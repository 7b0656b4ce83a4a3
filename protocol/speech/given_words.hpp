#pragma once

#include <string>
#include <string_view>

namespace trunkline {

/// `text` without the words at its head that were given out before. A service may have changed
/// some of them since, so the best match is taken; when less than a third of `given` is found again
/// it is another text, and all of it comes back.
std::string without_given(std::string_view text, std::string_view given);

} // namespace trunkline
