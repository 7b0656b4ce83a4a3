-- Sound of calls. The files are in the state directory of the engine that wrote them; the key that
-- opens one is only here, sealed by its caller's key.

CREATE TABLE recordings (
  id TEXT PRIMARY KEY,        -- random; the file's name
  tenant_id TEXT NOT NULL,
  call_sid TEXT NOT NULL,     -- one call may have several: a caller who was cut off is brought back
  caller_number TEXT NOT NULL,
  engine_id TEXT NOT NULL,    -- who has the file
  started_at INTEGER NOT NULL,
  milliseconds INTEGER NOT NULL,
  bytes INTEGER NOT NULL,     -- of sound
  state TEXT NOT NULL,        -- open | whole | cut
  sealed_key TEXT NOT NULL    -- base64
);
CREATE INDEX recordings_by_call ON recordings (call_sid);
CREATE INDEX recordings_by_caller ON recordings (caller_number);
CREATE INDEX recordings_by_time ON recordings (tenant_id, started_at);

-- Tells this database from every other: files are only deleted for want of a row in their own.
CREATE TABLE database_id (
  id TEXT PRIMARY KEY
);
INSERT INTO database_id (id) VALUES (lower(hex(randomblob(16))));
