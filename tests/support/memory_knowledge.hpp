#pragma once

#include "infra/store/knowledge_rows.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace trunkline {

/// Knowledge in memory, ranked by coverage alone. Tests read and fill it directly.
class memory_knowledge : public knowledge_rows {
public:
  /// When set, every call answers with it.
  std::optional<failure> broken;
  std::map<std::pair<std::string, std::string>,
           std::pair<knowledge_document, std::vector<knowledge_chunk>>>
      rows; ///< by tenant and id
  std::vector<unanswered_question> questions;

  result<void> put_document(const knowledge_document& document,
                            const std::vector<knowledge_chunk>& chunks) override;
  result<std::vector<knowledge_document>> documents(const std::string& tenant_id) override;
  result<std::optional<knowledge_document>> find_document(const std::string& tenant_id,
                                                          const std::string& id) override;
  result<std::vector<knowledge_chunk>> chunks_of(const std::string& tenant_id,
                                                 const std::string& id) override;
  result<bool> remove_document(const std::string& tenant_id, const std::string& id) override;
  result<std::vector<knowledge_passage>> search(const std::string& tenant_id,
                                                const std::string& question, size_t limit) override;
  result<void> put_unanswered(const unanswered_question& question) override;
  result<std::vector<question_count>> unanswered(const std::string& tenant_id,
                                                 size_t limit) override;
};

} // namespace trunkline
