#include "infra/outbox/journal_seal.hpp"

namespace trunkline {

namespace {

constexpr std::string_view mark = "s1."; // JSON begins with { or [

secret_key journal_key(const secret_key& master) {
  return derived_key(master, "trunkline journal");
}

} // namespace

std::string journal_seal::close(std::string json) const {
  if (!keys_)
    return json;
  const auto& master = keys_->current();
  std::string kept{mark};
  kept.append(master.id).append(".").append(seal(journal_key(master.key), json, "journal"));
  return kept;
}

result<std::string> journal_seal::open(std::string_view kept) const {
  if (!kept.starts_with(mark))
    return std::string{kept};
  const auto dot = kept.find('.', mark.size());
  const std::string id{kept.substr(mark.size(), dot == kept.npos ? dot : dot - mark.size())};
  const auto* master = keys_ ? keys_->find(id) : nullptr;
  if (!master)
    return failure{failure_kind::unauthorized,
                   "data key " + id.substr(0, 40) + " is needed to read the journal", false};
  auto json = dot == kept.npos ? std::nullopt
                               : unseal(journal_key(*master), kept.substr(dot + 1), "journal");
  if (!json)
    return failure{failure_kind::internal, "a row of the journal was changed", false};
  return std::move(*json);
}

} // namespace trunkline
