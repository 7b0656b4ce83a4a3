-- Calls outlive their engine: whose call it is, tools that were under way, rows nobody could write.

ALTER TABLE calls ADD COLUMN engine_id TEXT NOT NULL DEFAULT '';
CREATE INDEX calls_open ON calls (engine_id) WHERE ended_at IS NULL;

CREATE TABLE tool_runs (
  call_sid TEXT NOT NULL,
  tool_call_id TEXT NOT NULL,
  name TEXT NOT NULL,
  arguments TEXT NOT NULL, -- JSON
  result TEXT NOT NULL,    -- JSON; empty: under way
  at BIGINT NOT NULL,
  PRIMARY KEY (call_sid, tool_call_id)
);

CREATE TABLE outbox_dead (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  payload TEXT NOT NULL, -- JSON
  error TEXT NOT NULL,
  failed_at BIGINT NOT NULL
);
