#pragma once

#include "schema/records.hpp"

#include <string>
#include <vector>

namespace trunkline {

/// Row of `knowledge_documents`. (tenant_id, id) is the key; a document of the same source replaces
/// the one before.
struct knowledge_document {
  std::string tenant_id;
  std::string id; ///< made from the source
  std::string title;
  std::string source;   ///< the file it was imported from
  std::string kind;     ///< markdown | text | html | pdf
  std::string checksum; ///< SHA-256 of the file
  int64_t bytes = 0;    ///< of the file
  int chunks = 0;
  timestamp imported_at{};
};

/// Row of `knowledge_chunks`: a piece small enough to be read to a model, with the headings above
/// it.
struct knowledge_chunk {
  int position = 0;  ///< within its document, from 0
  std::string title; ///< "Price list > Fillings"
  std::string text;
};

/// A chunk that was found for a question.
struct knowledge_passage {
  std::string document_id;
  int position = 0;
  std::string title;
  std::string text;
  double rank = 0;     ///< the database's own measure; only its order means something
  double coverage = 0; ///< share of the question's words that it has, 0 to 1; the same rule on both
                       ///< databases
};

/// Row of `unanswered_questions`: one a call and question.
struct unanswered_question {
  std::string tenant_id;
  std::string call_sid;
  std::string question;
  timestamp asked_at{};
  std::string key{}; ///< the same for all wordings; empty: made of the question's words
};

/// The same question of several calls.
struct question_count {
  std::string question; ///< one of its wordings
  int calls = 0;
  timestamp last_asked{};
};

} // namespace trunkline
