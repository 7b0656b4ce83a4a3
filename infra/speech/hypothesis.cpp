#include "infra/speech/hypothesis.hpp"

namespace trunkline {

namespace {

// Measured with three voices on every line of the caller scripts against 16 unrelated sentences:
// keeps 95 % of the lines that were understood and a tenth of the unrelated.
constexpr float confidence_weight = 8;
constexpr float offset = 0.3f;
constexpr float past_weight = 0.9f;
constexpr float frames_per_second = 100;

} // namespace

float trust(const hypothesis& heard) {
  if (heard.text.empty())
    return -offset;
  return heard.language + confidence_weight * heard.confidence + offset;
}

bool ear_choice::second_leads(const hypothesis& first, const hypothesis& second) {
  if (first.text.empty() || second.text.empty())
    return first.text.empty() && !second.text.empty();
  const auto seconds = static_cast<float>(second.frames) / frames_per_second;
  lead_ = lead_ * past_weight + (second.acoustic - first.acoustic) * seconds;
  return lead_ > 0;
}

} // namespace trunkline
