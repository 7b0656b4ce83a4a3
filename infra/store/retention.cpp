#include "infra/store/retention.hpp"

#include <algorithm>
#include <map>

namespace trunkline {

namespace {

// 0 is for ever.
unsigned stricter(unsigned a, unsigned b) {
  return a == 0 ? b : b == 0 ? a : std::min(a, b);
}

} // namespace

std::vector<purge_order> due_purges(const std::vector<assistant>& assistants, unsigned metrics_days,
                                    timestamp now) {
  std::map<std::string, retention_settings> tenants;
  for (const auto& one : assistants) {
    auto& keep = tenants[one.tenant_id];
    keep.transcripts_days = stricter(keep.transcripts_days, one.keep.transcripts_days);
    keep.recordings_days = stricter(keep.recordings_days, one.keep.recordings_days);
    keep.messages_days = stricter(keep.messages_days, one.keep.messages_days);
    keep.appointments_days = stricter(keep.appointments_days, one.keep.appointments_days);
    keep.calls_days = stricter(keep.calls_days, one.keep.calls_days);
  }
  std::vector<purge_order> due;
  const auto add = [&](const std::string& tenant, kept_kind what, unsigned days) {
    if (days > 0)
      due.push_back({tenant, what, now - std::chrono::hours{24} * days});
  };
  for (const auto& [tenant, keep] : tenants) {
    const auto words = stricter(keep.transcripts_days, keep.calls_days);
    add(tenant, kept_kind::transcripts, words);
    add(tenant, kept_kind::recordings, stricter(keep.recordings_days, words));
    add(tenant, kept_kind::messages, keep.messages_days);
    add(tenant, kept_kind::appointments, keep.appointments_days);
    add(tenant, kept_kind::calls, keep.calls_days);
    add(tenant, kept_kind::persons, keep.calls_days);
  }
  add({}, kept_kind::metrics, metrics_days);
  return due;
}

} // namespace trunkline
