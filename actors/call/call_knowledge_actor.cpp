// What a turn is told before a model is asked: passages of the knowledge base, within a deadline;
// and questions that need no model, for their answers are configured.

#include "actors/call/call_actor.hpp"
#include "actors/tools/knowledge_search.hpp"
#include "infra/log/log.hpp"
#include "protocol/text/search_terms.hpp"
#include "protocol/text/words.hpp"

#include <utility>

namespace trunkline {

namespace {

constexpr double faq_alone_min = 0.8; // a model would read out the same
constexpr size_t faq_words_max = 14;  // who says more may mean more

} // namespace

/// A tenant without documents pays for none.
void call_state::look_for_documents() {
  const auto handle = self_handle<call_actor>(self);
  (void)setup.rows->read([handle, tenant = record.tenant_id](repository& rows) -> result<void> {
    const auto documents = rows.knowledge().documents(tenant);
    if (!documents)
      return documents.error();
    tell_from_outside(handle, knowledge_found{0, !documents->empty(), {}, false});
    return {};
  });
}

void call_state::begin_reply(const std::string& text) {
  if (!has_documents || search_terms(text).empty()) {
    begin_race();
    return;
  }
  const auto lookup = work->lookup = ++lookup_serial;
  const auto handle = self_handle<call_actor>(self);
  const bool taken = setup.rows->read(
      [handle, lookup, tenant = record.tenant_id, text](repository& rows) -> result<void> {
        auto found = passages_for(rows.knowledge(), tenant, text);
        if (!found)
          return found.error();
        tell_from_outside(handle, knowledge_found{lookup, true, std::move(*found), false});
        return {};
      },
      [handle, lookup](const result<void>& done) {
        if (done)
          return;
        log_event(log_level::warn, "knowledge.failed", {{"error", to_string(done.error())}});
        tell_from_outside(handle, knowledge_found{lookup, false, {}, false});
      });
  if (taken)
    tell_later(self, handle, knowledge_deadline, knowledge_found{lookup, false, {}, true});
  else
    on_knowledge({lookup, false, {}, false});
}

void call_state::begin_race() {
  work->race = reply_race{setup.rungs, {.answer_within = setup.who->turns.response_timeout}};
  carry_out(work->race.begin(view_of_models(), self->clock().now()));
}

void call_state::on_knowledge(knowledge_found&& found) {
  if (found.lookup == 0) {
    has_documents = found.any;
    return;
  }
  if (!work || work->lookup != found.lookup)
    return; // another turn, or it went on without
  work->lookup = 0;
  if (found.late) {
    log_event(log_level::warn, "knowledge.late", {{"call_sid", record.call_sid}});
    if (setup.metrics)
      setup.metrics->error("late", "knowledge");
  }
  work->passages = std::move(found.passages);
  if (!work->prepared)
    use_passages();
  begin_race();
}

/// They become part of the turn's record.
void call_state::use_passages() {
  if (work->passages.empty())
    return;
  ++record.knowledge_queries;
  talk.add_knowledge(work->passages);
}

const faq_entry* call_state::configured_answer(const std::string& text) const {
  if (!setup.faq)
    return nullptr;
  const auto words = split_words(text);
  if (words.size() > faq_words_max)
    return nullptr;
  const auto hit = setup.faq->match(words);
  return hit && hit->score >= faq_alone_min ? &setup.who->faq[hit->index] : nullptr;
}

void call_state::say_answer(const faq_entry& entry) {
  moments.reply_asked = moments.first_token = now();
  last_model = "faq";
  ++record.knowledge_queries;
  talk.mark_action("faq");
  talk.mark_knowledge_used();
  if (setup.metrics)
    setup.metrics->action("faq");
  say_sentences(work->splitter.feed(entry.answer));
  if (work)
    say_sentences(work->splitter.flush());
  if (work)
    end_reply();
}

} // namespace trunkline
