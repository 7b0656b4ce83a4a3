#pragma once

#include "schema/failure.hpp"
#include "schema/knowledge.hpp"

#include <optional>
#include <string>
#include <vector>

namespace trunkline {

/// The knowledge bases in a store. Every call is bound to one tenant and sees nothing of another.
/// Part of a repository, and as it: blocks, one thread, idempotent writes.
class knowledge_rows {
public:
  virtual ~knowledge_rows() = default;

  /// Inserts, or replaces the document and all of its chunks.
  virtual result<void> put_document(const knowledge_document& document,
                                    const std::vector<knowledge_chunk>& chunks) = 0;
  /// By title.
  virtual result<std::vector<knowledge_document>> documents(const std::string& tenant_id) = 0;
  virtual result<std::optional<knowledge_document>> find_document(const std::string& tenant_id,
                                                                  const std::string& id) = 0;
  virtual result<std::vector<knowledge_chunk>> chunks_of(const std::string& tenant_id,
                                                         const std::string& id) = 0;
  /// False: there was none.
  virtual result<bool> remove_document(const std::string& tenant_id, const std::string& id) = 0;

  /// The best passages for a question in anybody's words, best first. Any word that matters may
  /// match; the database ranks. Empty for a question without such words.
  virtual result<std::vector<knowledge_passage>>
  search(const std::string& tenant_id, const std::string& question, size_t limit) = 0;

  /// The same question of the same call counts once.
  virtual result<void> put_unanswered(const unanswered_question& question) = 0;
  /// Those of most calls first.
  virtual result<std::vector<question_count>> unanswered(const std::string& tenant_id,
                                                         size_t limit) = 0;
};

} // namespace trunkline
