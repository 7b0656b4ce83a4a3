#pragma once

#include <string>
#include <string_view>

namespace trunkline {

/// Takes out of a streamed reply what local models think aloud: all between <think> and </think>,
/// or <thinking> and </thinking>, with the blanks that follow; one is left between words. Fed as
/// the text comes, cut anywhere. Thoughts that never end take the rest of the reply with them.
class thought_filter {
public:
  /// What of the text so far is to be said; a beginning that may become a tag waits.
  std::string feed(std::string_view text);
  /// The reply is over: what had waited and was no tag.
  std::string end();

private:
  bool take_tag(std::string& to);

  std::string waiting_;        ///< not looked at yet, or the beginning of a tag
  std::string_view closed_by_; ///< empty: not thinking
  bool after_thought_ = false; ///< blanks are left out
  bool ends_in_blank_ = true;  ///< what was said so far, if anything was
};

} // namespace trunkline
