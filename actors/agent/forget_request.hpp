#pragma once

#include <span>
#include <string>

namespace trunkline {

/// Whether a line asks that nothing be remembered of its caller: "forget me", "please delete all my
/// data", "don't remember me". Not "don't forget me", and not "forget it".
bool asks_to_be_forgotten(std::span<const std::string> words);

} // namespace trunkline
