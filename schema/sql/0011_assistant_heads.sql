-- An assistant that belongs to the database, with the version that new calls get. An id without a
-- row here belongs to the file that configures it; its rows in `assistants` are for operators only.

CREATE TABLE assistant_heads (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  version TEXT NOT NULL,
  is_default INTEGER NOT NULL, -- 1: takes calls to numbers that no assistant has
  retired INTEGER NOT NULL,    -- 1: takes no calls; its versions stay
  changed_at INTEGER NOT NULL
);
CREATE INDEX assistant_heads_by_tenant ON assistant_heads (tenant_id, id);

-- The TOML as it was put; empty: of a file.
ALTER TABLE assistants ADD COLUMN text TEXT NOT NULL DEFAULT '';
CREATE INDEX numbers_by_assistant ON numbers (assistant_id);
