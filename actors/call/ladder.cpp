#include "actors/call/ladder.hpp"

#include <algorithm>

namespace trunkline {

std::string_view to_string(rung at) {
  constexpr std::string_view names[] = {"L0", "L1", "L2", "L3", "L4"};
  return names[static_cast<size_t>(at)];
}

namespace {

bool is(const ladder_row& row, child_role role, rung at) {
  return row.at == at && row.role == (at < rung::L3 ? role : child_role::media);
}

} // namespace

ladder::ladder() {
  for (const auto role : {child_role::stt, child_role::llm, child_role::tts})
    for (const auto at : {rung::L0, rung::L1, rung::L2})
      rows_.push_back({role, at});
  for (const auto at : {rung::L3, rung::L4})
    rows_.push_back({child_role::media, at});
}

bool ladder::has(child_role role, rung at) const {
  return std::any_of(rows_.begin(), rows_.end(),
                     [&](const ladder_row& row) { return is(row, role, at); });
}

void ladder::take_out(child_role role, rung at) {
  std::erase_if(rows_, [&](const ladder_row& row) { return is(row, role, at); });
}

bool worth_retrying(const failure& why) {
  return why.retryable && why.kind != failure_kind::timeout &&
         why.kind != failure_kind::rate_limited;
}

std::optional<ladder_decision> decide(const ladder& rungs, const provider_trouble& trouble) {
  const auto has = [&](rung at) { return rungs.has(trouble.role, at); };
  if (has(rung::L0) && worth_retrying(trouble.why) && !trouble.retried && trouble.retry_allowed)
    return ladder_decision{rung::L0, trouble.provider};
  if (has(rung::L1))
    for (size_t i = 0; i < trouble.usable.size(); ++i)
      if (trouble.usable[i] && i != trouble.provider)
        return ladder_decision{rung::L1, i};
  if (has(rung::L2))
    return ladder_decision{rung::L2, 0};
  if (has(rung::L3) && trouble.carrier_rest)
    return ladder_decision{rung::L3, 0};
  if (has(rung::L4))
    return ladder_decision{rung::L4, 0};
  return std::nullopt;
}

} // namespace trunkline
