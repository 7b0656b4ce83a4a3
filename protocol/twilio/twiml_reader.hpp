#pragma once

#include "schema/failure.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace trunkline::twiml {

/// A verb or noun of a TwiML document, as a carrier reads it.
struct element {
  std::string name; ///< "Connect"
  std::string text; ///< its own text and that of children such as SSML, outer white space trimmed
  std::vector<std::pair<std::string, std::string>> attributes;
  std::vector<element> children;

  std::string_view attribute(std::string_view name) const; ///< empty when absent
  const element* child(std::string_view name) const;       ///< first one, or null
};

/// The verbs of a `<Response>` in order. Fails with `bad_input` for anything that is not one
/// well-formed document of at most 64 kB and 8 levels.
result<std::vector<element>> parse(std::string_view document);

} // namespace trunkline::twiml
