-- The knowledge base of a tenant: documents, their chunks with the index of their words, and the
-- questions nobody could answer.

CREATE TABLE knowledge_documents (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  title TEXT NOT NULL,
  source TEXT NOT NULL,
  kind TEXT NOT NULL,
  checksum TEXT NOT NULL,
  bytes BIGINT NOT NULL,
  chunks INTEGER NOT NULL,
  imported_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);

-- The tenant is a word of each chunk, so that a search reads no other tenant's part of the index.
CREATE TABLE knowledge_chunks (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  document_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  words TSVECTOR GENERATED ALWAYS AS (
    setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', text), 'D')
      || array_to_tsvector(ARRAY['tenant=' || tenant_id])) STORED,
  UNIQUE (tenant_id, document_id, position)
);
CREATE INDEX knowledge_chunks_by_word ON knowledge_chunks USING gin (words) WITH (fastupdate = off);

CREATE TABLE unanswered_questions (
  tenant_id TEXT NOT NULL,
  question_key TEXT NOT NULL, -- its words that matter, sorted: the same for other wordings
  call_sid TEXT NOT NULL,
  question TEXT NOT NULL,
  asked_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, question_key, call_sid)
);

ALTER TABLE turns ADD COLUMN knowledge TEXT NOT NULL DEFAULT ''; -- JSON array of {document, position, title}
