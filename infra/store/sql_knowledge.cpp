#include "infra/store/sql_knowledge.hpp"

#include "infra/store/sql_rows.hpp"
#include "protocol/text/search_terms.hpp"

#include <algorithm>
#include <utility>

namespace trunkline {

namespace {

using rows::ms;

constexpr double rank_scale = 1e6; // ranks travel as integers
constexpr size_t search_limit_max = 50;
constexpr size_t question_bytes_max = 1000;

const rows::table documents_table{
    "knowledge_documents",
    {"tenant_id", "id", "title", "source", "kind", "checksum", "bytes", "chunks", "imported_at"},
    {"tenant_id", "id"}};
const rows::table chunks_table{"knowledge_chunks",
                               {"tenant_id", "document_id", "position", "title", "text"},
                               {"tenant_id", "document_id", "position"}};

// A heading's words weigh four times those of the text.
constexpr std::string_view search_sqlite =
    "SELECT c.document_id, c.position, c.title, c.text,"
    " CAST(-1000000 * bm25(knowledge_words, 0.0, 4.0, 1.0) AS INTEGER)"
    " FROM knowledge_words JOIN knowledge_chunks c ON c.id = knowledge_words.rowid"
    " WHERE knowledge_words MATCH $1 AND c.tenant_id = $2"
    " ORDER BY bm25(knowledge_words, 0.0, 4.0, 1.0) LIMIT $3";

// ts_rank knows nothing of how rare a word is, so each word is ranked alone and weighted. It reads
// the whole chunk, so only the hundred that share the rarest words are ranked.
constexpr std::string_view search_postgres = R"sql(
  WITH words AS (
    SELECT '''' || replace(replace(lexeme, '\', '\\'), '''', '''''') || '''' AS word
    FROM unnest(to_tsvector('english', CAST($2 AS TEXT)))),
  tenant AS (
    SELECT '''' || replace(replace('tenant=' || CAST($1 AS TEXT), '\', '\\'), '''', '''''') || ''''
      AS word),
  terms AS (
    SELECT CAST(words.word AS tsquery) AS term,
      CAST(words.word AS tsquery) && CAST(tenant.word AS tsquery) AS ours
    FROM words, tenant),
  hits AS MATERIALIZED (
    SELECT c.id, term FROM terms JOIN knowledge_chunks c ON c.words @@ ours
    WHERE c.tenant_id = $1),
  rare AS (
    SELECT term, ln(1 + (SELECT count(*) FROM knowledge_chunks WHERE tenant_id = $1) /
      CAST(count(*) AS DOUBLE PRECISION)) AS weight
    FROM hits GROUP BY term),
  likely AS (
    SELECT id FROM hits JOIN rare USING (term) GROUP BY id ORDER BY sum(weight) DESC, id
    LIMIT 100),
  best AS (
    SELECT id, sum(ts_rank('{0.25, 0.4, 0.7, 1.0}', words, term, 1) * weight) AS score
    FROM likely JOIN hits USING (id) JOIN rare USING (term) JOIN knowledge_chunks USING (id)
    GROUP BY id ORDER BY score DESC, id LIMIT $3)
  SELECT document_id, position, title, text, CAST(score * 1000000 AS BIGINT)
  FROM best JOIN knowledge_chunks USING (id) ORDER BY score DESC, id)sql";

struct statements {
  const std::string put_document = documents_table.upsert();
  const std::string put_chunk = chunks_table.insert();
  const std::string drop_chunks =
      "DELETE FROM knowledge_chunks WHERE tenant_id = $1 AND document_id = $2";
  const std::string drop_document =
      "DELETE FROM knowledge_documents WHERE tenant_id = $1 AND id = $2";
  const std::string documents = documents_table.select("WHERE tenant_id = $1 ORDER BY title, id");
  const std::string find_document = documents_table.select("WHERE tenant_id = $1 AND id = $2");
  const std::string chunks_of =
      "SELECT position, title, text FROM knowledge_chunks WHERE tenant_id = $1 AND"
      " document_id = $2 ORDER BY position";
  const std::string put_unanswered =
      "INSERT INTO unanswered_questions (tenant_id, question_key, call_sid, question, asked_at)"
      " VALUES ($1,$2,$3,$4,$5) ON CONFLICT DO NOTHING";
  const std::string unanswered =
      "SELECT question, calls, last_asked FROM (SELECT question_key, count(*) AS calls,"
      " max(asked_at) AS last_asked, max(question) AS question FROM unanswered_questions"
      " WHERE tenant_id = $1 GROUP BY question_key) AS counted"
      " ORDER BY calls DESC, last_asked DESC, question LIMIT $2";
};

knowledge_document read_document(const sql_row& row) {
  return {row.text(0),
          row.text(1),
          row.text(2),
          row.text(3),
          row.text(4),
          row.text(5),
          row.number(6),
          static_cast<int>(row.number(7)),
          timestamp{std::chrono::milliseconds{row.number(8)}}};
}

// Quoted, so that nothing of a question is an operator. `terms` have no quotation marks.
std::string fts5_query(const std::string& tenant_id, const std::vector<std::string>& terms) {
  std::string query = "tenant_word : \"t";
  for (const unsigned char byte : tenant_id)
    for (const auto nibble : {byte >> 4, byte & 15})
      query += "0123456789ABCDEF"[nibble];
  query += "\" AND {title text} : (";
  for (size_t i = 0; i < terms.size(); ++i)
    query += (i == 0 ? "\"" : " OR \"") + terms[i] + "\"";
  return query + ")";
}

std::string joined(const std::vector<std::string>& terms) {
  std::string text;
  for (const auto& term : terms)
    (text += text.empty() ? "" : " ") += term;
  return text;
}

class sql_knowledge : public knowledge_rows {
public:
  explicit sql_knowledge(sql_session& session) : session_(session) {}

  result<void> put_document(const knowledge_document& document,
                            const std::vector<knowledge_chunk>& chunks) override;
  result<std::vector<knowledge_document>> documents(const std::string& tenant_id) override {
    return read_documents(sql_.documents, {std::string_view{tenant_id}});
  }
  result<std::optional<knowledge_document>> find_document(const std::string& tenant_id,
                                                          const std::string& id) override {
    auto found =
        read_documents(sql_.find_document, {std::string_view{tenant_id}, std::string_view{id}});
    if (!found)
      return found.error();
    return found->empty() ? std::nullopt : std::optional{std::move(found->front())};
  }
  result<std::vector<knowledge_chunk>> chunks_of(const std::string& tenant_id,
                                                 const std::string& id) override {
    std::vector<knowledge_chunk> chunks;
    auto done = session_.run(
        sql_.chunks_of, {std::string_view{tenant_id}, std::string_view{id}},
        [&](const sql_row& row) {
          chunks.push_back({static_cast<int>(row.number(0)), row.text(1), row.text(2)});
        });
    if (!done)
      return done.error();
    return chunks;
  }
  result<bool> remove_document(const std::string& tenant_id, const std::string& id) override;
  result<std::vector<knowledge_passage>> search(const std::string& tenant_id,
                                                const std::string& question, size_t limit) override;
  result<void> put_unanswered(const unanswered_question& question) override;
  result<std::vector<question_count>> unanswered(const std::string& tenant_id,
                                                 size_t limit) override;

private:
  result<void> change(const std::string& sql, const sql_values& values) {
    if (auto done = session_.run(sql, values); !done)
      return done.error();
    return {};
  }
  result<std::vector<knowledge_document>> read_documents(const std::string& sql,
                                                         const sql_values& values) {
    std::vector<knowledge_document> found;
    auto done =
        session_.run(sql, values, [&](const sql_row& row) { found.push_back(read_document(row)); });
    if (!done)
      return done.error();
    return found;
  }

  sql_session& session_;
  const statements sql_;
};

result<void> sql_knowledge::put_document(const knowledge_document& document,
                                         const std::vector<knowledge_chunk>& chunks) {
  const std::string_view tenant = document.tenant_id, id = document.id;
  return session_.transaction([&]() -> result<void> {
    auto done =
        change(sql_.put_document,
               {tenant, id, std::string_view{document.title}, std::string_view{document.source},
                std::string_view{document.kind}, std::string_view{document.checksum},
                document.bytes, static_cast<int64_t>(chunks.size()), ms(document.imported_at)});
    if (done)
      done = change(sql_.drop_chunks, {tenant, id});
    for (size_t i = 0; done && i < chunks.size(); ++i)
      done = change(sql_.put_chunk,
                    {tenant, id, static_cast<int64_t>(i), std::string_view{chunks[i].title},
                     std::string_view{chunks[i].text}});
    return done;
  });
}

result<bool> sql_knowledge::remove_document(const std::string& tenant_id, const std::string& id) {
  bool removed = false;
  const sql_values which{std::string_view{tenant_id}, std::string_view{id}};
  auto done = session_.transaction([&]() -> result<void> {
    if (auto chunks = change(sql_.drop_chunks, which); !chunks)
      return chunks;
    const auto rows = session_.run(sql_.drop_document, which);
    if (!rows)
      return rows.error();
    removed = *rows > 0;
    return {};
  });
  if (!done)
    return done.error();
  return removed;
}

result<std::vector<knowledge_passage>>
sql_knowledge::search(const std::string& tenant_id, const std::string& question, size_t limit) {
  std::vector<knowledge_passage> found;
  const auto terms = search_terms(std::string_view{question}.substr(0, question_bytes_max));
  if (terms.empty())
    return found;
  const auto most = static_cast<int64_t>(std::min(limit, search_limit_max));
  const auto read = [&](const sql_row& row) {
    knowledge_passage passage{row.text(0),
                              static_cast<int>(row.number(1)),
                              row.text(2),
                              row.text(3),
                              static_cast<double>(row.number(4)) / rank_scale,
                              0};
    passage.coverage = coverage_of(terms, passage.title + " " + passage.text);
    found.push_back(std::move(passage));
  };
  const std::string_view tenant = tenant_id;
  const auto done =
      session_.dialect() == sql_dialect::sqlite
          ? session_.run(search_sqlite, {fts5_query(tenant_id, terms), tenant, most}, read)
          : session_.run(search_postgres, {tenant, joined(terms), most}, read);
  if (!done)
    return done.error();
  return found;
}

result<void> sql_knowledge::put_unanswered(const unanswered_question& question) {
  const auto key = question.key.empty() ? question_key(question.question) : question.key;
  if (key.empty())
    return {};
  return change(sql_.put_unanswered, {std::string_view{question.tenant_id}, std::string_view{key},
                                      std::string_view{question.call_sid},
                                      std::string_view{question.question}, ms(question.asked_at)});
}

result<std::vector<question_count>> sql_knowledge::unanswered(const std::string& tenant_id,
                                                              size_t limit) {
  std::vector<question_count> all;
  auto done =
      session_.run(sql_.unanswered, {std::string_view{tenant_id}, static_cast<int64_t>(limit)},
                   [&](const sql_row& row) {
                     all.push_back({row.text(0), static_cast<int>(row.number(1)),
                                    timestamp{std::chrono::milliseconds{row.number(2)}}});
                   });
  if (!done)
    return done.error();
  return all;
}

} // namespace

std::unique_ptr<knowledge_rows> make_knowledge_rows(sql_session& session) {
  return std::make_unique<sql_knowledge>(session);
}

} // namespace trunkline
