#include "actors/tools/knowledge_search.hpp"

#include "actors/tools/faq_match.hpp"
#include "actors/tools/tool_runners.hpp"
#include "protocol/text/json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace trunkline {

namespace {

constexpr size_t candidates_max = 10;
constexpr size_t question_bytes_max = 300;

} // namespace

// The database ranks by rare words, coverage by how much of the question is there; a passage that
// has all of it goes before one that has half of it.
result<std::vector<knowledge_passage>>
passages_for(knowledge_rows& rows, const std::string& tenant_id, const std::string& question) {
  auto found = rows.search(tenant_id, question, candidates_max);
  if (!found)
    return found;
  std::erase_if(*found, [](const auto& one) { return one.coverage < coverage_min; });
  const auto quarter = [](const knowledge_passage& one) { return std::floor(one.coverage * 4); };
  std::stable_sort(found->begin(), found->end(),
                   [&](const auto& a, const auto& b) { return quarter(a) > quarter(b); });
  found->resize(std::min(found->size(), passages_max));
  return found;
}

std::vector<knowledge_passage> passages_in(std::string_view tool, const std::string& result_json) {
  std::vector<knowledge_passage> passages;
  if (tool != "search_knowledge")
    return passages;
  const auto value = nlohmann::json::parse(result_json, nullptr, false);
  if (!value.is_object() || !value.contains("passages") || !value["passages"].is_array())
    return passages;
  for (const auto& one : value["passages"])
    if (one.is_object() && one.contains("position") && one["position"].is_number_integer())
      passages.push_back({string_member(one, "document"),
                          one["position"].get<int>(),
                          string_member(one, "title"),
                          {},
                          0,
                          0});
  return passages;
}

tool_outcome run_answer_faq(const tool_run& run) {
  const auto question = run.text("question", question_bytes_max);
  const auto hit = faq_index{run.context.who}.match(split_words(question));
  if (!hit || hit->score < faq_score_min) {
    auto outcome = refused("unknown");
    outcome.unanswered = question;
    return outcome;
  }
  const auto& entry = run.context.who.faq[hit->index];
  return succeeded({{"faq_id", entry.id}, {"answer", entry.answer}});
}

tool_outcome run_search_knowledge(const tool_run& run) {
  const auto question = run.text("question", question_bytes_max);
  const auto found =
      passages_for(run.context.store.knowledge(), run.context.who.tenant_id, question);
  if (!found)
    return broken(found.error());
  if (found->empty()) {
    auto outcome = refused("unknown");
    outcome.unanswered = question;
    return outcome;
  }
  auto passages = nlohmann::json::array();
  for (const auto& one : *found)
    passages.push_back({{"document", one.document_id},
                        {"position", one.position},
                        {"title", one.title},
                        {"text", one.text}});
  return succeeded({{"passages", std::move(passages)}});
}

} // namespace trunkline
