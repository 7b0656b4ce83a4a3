#pragma once

#include "schema/assistant.hpp"
#include "schema/records.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace trunkline {

/// What has a time of its own after which it is deleted. `persons` are those of whom nothing else
/// is left; `metrics` are of no tenant.
enum class kept_kind { transcripts, recordings, messages, appointments, calls, persons, metrics };
inline constexpr std::array<std::string_view, 7> kept_kind_names{
    "transcripts", "recordings", "messages", "appointments", "calls", "persons", "metrics"};

/// Rows of a kind from before a time, which are to be deleted.
struct purge_order {
  std::string tenant_id; ///< empty: of metrics
  kept_kind what = kept_kind::transcripts;
  timestamp before{};
};

/// What is due at `now`, in the order in which it has to be done. The strictest assistant of a
/// tenant counts; a transcript never outlives its call, nor a recording the transcript.
std::vector<purge_order> due_purges(const std::vector<assistant>& assistants, unsigned metrics_days,
                                    timestamp now);

} // namespace trunkline
