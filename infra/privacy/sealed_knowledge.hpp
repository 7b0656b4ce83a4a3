#pragma once

#include "infra/privacy/person_keys.hpp"
#include "infra/store/knowledge_rows.hpp"

#include <functional>

namespace trunkline {

/// Documents as they are; callers' unanswered questions sealed by the person of their call. Which
/// wordings are one question shows without a key, but not what it is.
class sealed_knowledge : public knowledge_rows {
public:
  using person_of_call = std::function<result<person>(const std::string& call_sid)>;

  /// Where the text of a question is sealed; not by row, for one of several wordings is read.
  static constexpr std::string_view question_place = "unanswered_questions.question";

  sealed_knowledge(knowledge_rows& inner, person_keys& keys, person_of_call whose)
      : inner_(inner), keys_(keys), whose_(std::move(whose)) {}

  result<void> put_document(const knowledge_document& document,
                            const std::vector<knowledge_chunk>& chunks) override {
    return inner_.put_document(document, chunks);
  }
  result<std::vector<knowledge_document>> documents(const std::string& tenant_id) override {
    return inner_.documents(tenant_id);
  }
  result<std::optional<knowledge_document>> find_document(const std::string& tenant_id,
                                                          const std::string& id) override {
    return inner_.find_document(tenant_id, id);
  }
  result<std::vector<knowledge_chunk>> chunks_of(const std::string& tenant_id,
                                                 const std::string& id) override {
    return inner_.chunks_of(tenant_id, id);
  }
  result<bool> remove_document(const std::string& tenant_id, const std::string& id) override {
    return inner_.remove_document(tenant_id, id);
  }
  result<std::vector<knowledge_passage>>
  search(const std::string& tenant_id, const std::string& question, size_t limit) override {
    return inner_.search(tenant_id, question, limit);
  }

  result<void> put_unanswered(const unanswered_question& question) override;
  result<std::vector<question_count>> unanswered(const std::string& tenant_id,
                                                 size_t limit) override;

private:
  knowledge_rows& inner_;
  person_keys& keys_;
  const person_of_call whose_;
};

} // namespace trunkline
