-- Keys of what is kept encrypted. Each is itself sealed by a master key, which is not in here.

CREATE TABLE data_keys (
  id TEXT PRIMARY KEY,       -- what for: lookup | audit | rows
  master_id TEXT NOT NULL,   -- the master key that seals it
  sealed_key TEXT NOT NULL,  -- base64
  created_at INTEGER NOT NULL
);

-- A caller of a tenant. Rows hold the id in the place of the number; whoever destroys the key has
-- made all rows of this caller unreadable, wherever copies of them are.
CREATE TABLE persons (
  id TEXT PRIMARY KEY,          -- random
  tenant_id TEXT NOT NULL,
  lookup TEXT,                  -- keyed hash of tenant and number; NULL: erased
  master_id TEXT NOT NULL,
  sealed_key TEXT NOT NULL,     -- base64; empty: destroyed
  sealed_number TEXT NOT NULL,  -- base64, by the person's key
  created_at INTEGER NOT NULL,
  erased_at INTEGER
);
CREATE UNIQUE INDEX persons_by_lookup ON persons (lookup);
CREATE INDEX calls_by_caller ON calls (caller_number, started_at);
CREATE INDEX caller_messages_by_caller ON caller_messages (caller_number);
CREATE INDEX caller_messages_by_call ON caller_messages (call_sid);
CREATE INDEX appointments_by_number ON appointments (caller_number);
