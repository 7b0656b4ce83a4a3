#include "infra/privacy/sealed_knowledge.hpp"

#include "infra/privacy/sealed_text.hpp"
#include "protocol/text/digest.hpp"
#include "protocol/text/search_terms.hpp"

namespace trunkline {

result<void> sealed_knowledge::put_unanswered(const unanswered_question& question) {
  auto row = question;
  const auto terms = question_key(question.question);
  if (terms.empty())
    return {};
  const auto key = keys_.key_for("lookup");
  if (!key)
    return key.error();
  row.key = to_hex(keyed_hash(*key, question.tenant_id + ":question:" + terms));
  const auto who = whose_(question.call_sid);
  if (!who)
    return who.error();
  row.question = sealed_text::seal_for(*who, question.question, question_place);
  return inner_.put_unanswered(row);
}

result<std::vector<question_count>> sealed_knowledge::unanswered(const std::string& tenant_id,
                                                                 size_t limit) {
  auto all = inner_.unanswered(tenant_id, limit);
  sealed_text texts{keys_};
  if (all)
    for (auto& one : *all)
      if (auto done = texts.open(one.question, question_place); !done)
        return done.error();
  return all;
}

} // namespace trunkline
