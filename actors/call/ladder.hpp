#pragma once

#include "actors/call/call_policy.hpp"
#include "schema/failure.hpp"

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

namespace trunkline {

/// The fallback ladder of a call, from the least loss to the greatest. The fifth rung is the
/// number's fallback URL at the carrier: nothing of ours, so nothing decides it here.
enum class rung { L0, L1, L2, L3, L4 };
std::string_view to_string(rung at);

/// What each rung means for a role:
///
///      | stt                 | llm                  | tts                     | any
///  L0  | same service again  | same model again     | same voice again        |
///  L1  | next recogniser     | next model, or hedge | next voice              |
///  L2  | by Gather, or keys  | template answer      | phrase kept in memory   |
///  L3  |                     |                      |                         | carrier REST
///  L4  |                     |                      |                         | after-page
///
/// The rows of "any" stand under media.
struct ladder_row {
  child_role role;
  rung at;
};

/// The rungs there are, as data: a test that takes one out sees what it was for.
class ladder {
public:
  /// All of them.
  ladder();
  bool has(child_role role, rung at) const;
  void take_out(child_role role, rung at);

private:
  std::vector<ladder_row> rows_;
};

/// What is known when the service behind a child has failed.
struct provider_trouble {
  child_role role = child_role::stt;
  failure why{};
  size_t provider = 0;        ///< index in the call's list of the one that failed
  bool retried = false;       ///< it was asked twice already
  bool retry_allowed = true;  ///< the retry budget has one left
  std::vector<bool> usable{}; ///< by index: breaker and room allow it, and it was not tried yet
  bool carrier_rest = false;  ///< the live call can be updated by REST
};

struct ladder_decision {
  rung at = rung::L4;
  size_t provider = 0; ///< L0 and L1: which to ask
};

/// The lowest rung that can help. Nothing: not even L4 is there.
std::optional<ladder_decision> decide(const ladder& rungs, const provider_trouble& trouble);

/// Whether the same service may be asked the same once more: it was cut off or briefly unable, not
/// silent (its time is used up), not refusing (it would again).
bool worth_retrying(const failure& why);

} // namespace trunkline
