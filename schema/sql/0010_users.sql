-- A user is a caller who is remembered between calls. A person's id stands where the number was when
-- rows are encrypted, as in `calls`.

CREATE TABLE users (
  tenant_id TEXT NOT NULL,
  caller_number TEXT NOT NULL,
  caller_name TEXT NOT NULL,   -- as read back and agreed to in a call; may be empty
  preferences TEXT NOT NULL,   -- JSON object; empty: none known
  calls INTEGER NOT NULL,      -- counted once each
  remember INTEGER NOT NULL,   -- 0: asked to be forgotten, and nothing is noted any more
  first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, caller_number)
);

-- What a call was about, in a line.
CREATE TABLE call_notes (
  call_sid TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  caller_number TEXT NOT NULL,
  summary TEXT NOT NULL,
  at INTEGER NOT NULL
);
CREATE INDEX call_notes_by_caller ON call_notes (tenant_id, caller_number, at);
