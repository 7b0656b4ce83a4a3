#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace trunkline {

/// Cuts a streamed reply into sentences to be spoken, as early as that is safe. A full stop ends a
/// sentence only when it is not part of an abbreviation (Dr., a.m.), an initial, a number, money or
/// an address (ava@example.com), which needs the character after it. The first sentence of a reply
/// may be cut at a comma after 40 bytes, so that speech starts soon. A sentence without an end is
/// cut at a blank after 300 bytes. Sentences come trimmed and never empty. Pure; one per reply.
class sentence_splitter {
public:
  /// Sentences that `delta` completed.
  std::vector<std::string> feed(std::string_view delta);
  /// What is left, when the reply is over.
  std::vector<std::string> flush();

private:
  size_t cut_position(bool at_end) const;

  std::string pending_;
  size_t spoken_ = 0; ///< sentences handed out
};

} // namespace trunkline
