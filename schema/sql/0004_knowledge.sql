-- The knowledge base of a tenant: documents, their chunks, the index of their words, and the
-- questions nobody could answer.

CREATE TABLE knowledge_documents (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  title TEXT NOT NULL,
  source TEXT NOT NULL,
  kind TEXT NOT NULL,
  checksum TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  chunks INTEGER NOT NULL,
  imported_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
);

CREATE TABLE knowledge_chunks (
  id INTEGER PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  document_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  tenant_word TEXT GENERATED ALWAYS AS ('t' || hex(tenant_id)) VIRTUAL,
  UNIQUE (tenant_id, document_id, position)
);

-- The tenant is a word of each chunk, so that a search reads no other tenant's part of the index.
CREATE VIRTUAL TABLE knowledge_words USING fts5 (
  tenant_word, title, text, content = 'knowledge_chunks', content_rowid = 'id',
  tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE TRIGGER knowledge_chunks_inserted AFTER INSERT ON knowledge_chunks BEGIN
  INSERT INTO knowledge_words (rowid, tenant_word, title, text)
  VALUES (NEW.id, 't' || hex(NEW.tenant_id), NEW.title, NEW.text);
END;
CREATE TRIGGER knowledge_chunks_deleted AFTER DELETE ON knowledge_chunks BEGIN
  INSERT INTO knowledge_words (knowledge_words, rowid, tenant_word, title, text)
  VALUES ('delete', OLD.id, 't' || hex(OLD.tenant_id), OLD.title, OLD.text);
END;

CREATE TABLE unanswered_questions (
  tenant_id TEXT NOT NULL,
  question_key TEXT NOT NULL, -- its words that matter, sorted: the same for other wordings
  call_sid TEXT NOT NULL,
  question TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, question_key, call_sid)
);

ALTER TABLE turns ADD COLUMN knowledge TEXT NOT NULL DEFAULT ''; -- JSON array of {document, position, title}
