#include "tests/support/memory_knowledge.hpp"

#include "protocol/text/search_terms.hpp"

#include <algorithm>

namespace trunkline {

result<void> memory_knowledge::put_document(const knowledge_document& document,
                                            const std::vector<knowledge_chunk>& chunks) {
  if (broken)
    return *broken;
  auto& row = rows[{document.tenant_id, document.id}];
  row = {document, chunks};
  row.first.chunks = static_cast<int>(chunks.size());
  for (size_t i = 0; i < chunks.size(); ++i)
    row.second[i].position = static_cast<int>(i);
  return {};
}

result<std::vector<knowledge_document>> memory_knowledge::documents(const std::string& tenant_id) {
  if (broken)
    return *broken;
  std::vector<knowledge_document> all;
  for (const auto& [key, row] : rows)
    if (key.first == tenant_id)
      all.push_back(row.first);
  std::sort(all.begin(), all.end(),
            [](auto& a, auto& b) { return std::tie(a.title, a.id) < std::tie(b.title, b.id); });
  return all;
}

result<std::optional<knowledge_document>>
memory_knowledge::find_document(const std::string& tenant_id, const std::string& id) {
  if (broken)
    return *broken;
  const auto found = rows.find({tenant_id, id});
  return found == rows.end() ? std::nullopt : std::optional{found->second.first};
}

result<std::vector<knowledge_chunk>> memory_knowledge::chunks_of(const std::string& tenant_id,
                                                                 const std::string& id) {
  if (broken)
    return *broken;
  const auto found = rows.find({tenant_id, id});
  return found == rows.end() ? std::vector<knowledge_chunk>{} : found->second.second;
}

result<bool> memory_knowledge::remove_document(const std::string& tenant_id,
                                               const std::string& id) {
  if (broken)
    return *broken;
  return rows.erase({tenant_id, id}) > 0;
}

result<std::vector<knowledge_passage>>
memory_knowledge::search(const std::string& tenant_id, const std::string& question, size_t limit) {
  if (broken)
    return *broken;
  std::vector<knowledge_passage> found;
  const auto terms = search_terms(question);
  for (const auto& [key, row] : rows)
    for (const auto& chunk : row.second) {
      const auto coverage = coverage_of(terms, chunk.title + " " + chunk.text);
      if (key.first == tenant_id && coverage > 0)
        found.push_back({key.second, chunk.position, chunk.title, chunk.text, coverage, coverage});
    }
  std::stable_sort(found.begin(), found.end(), [](auto& a, auto& b) { return a.rank > b.rank; });
  found.resize(std::min(found.size(), limit));
  return found;
}

result<void> memory_knowledge::put_unanswered(const unanswered_question& question) {
  if (broken)
    return *broken;
  const auto key = question_key(question.question);
  const bool known = std::any_of(questions.begin(), questions.end(), [&](const auto& one) {
    return one.tenant_id == question.tenant_id && one.call_sid == question.call_sid &&
           question_key(one.question) == key;
  });
  if (!known && !key.empty())
    questions.push_back(question);
  return {};
}

result<std::vector<question_count>> memory_knowledge::unanswered(const std::string& tenant_id,
                                                                 size_t limit) {
  if (broken)
    return *broken;
  std::map<std::string, question_count> counted;
  for (const auto& one : questions)
    if (one.tenant_id == tenant_id) {
      auto& row = counted[question_key(one.question)];
      row.question = std::max(row.question, one.question);
      row.last_asked = std::max(row.last_asked, one.asked_at);
      ++row.calls;
    }
  std::vector<question_count> all;
  for (auto& [_, row] : counted)
    all.push_back(std::move(row));
  std::sort(all.begin(), all.end(), [](auto& a, auto& b) {
    return std::tie(b.calls, b.last_asked, a.question) <
           std::tie(a.calls, a.last_asked, b.question);
  });
  all.resize(std::min(all.size(), limit));
  return all;
}

} // namespace trunkline
