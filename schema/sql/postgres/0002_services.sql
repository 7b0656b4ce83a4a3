-- Which services made a call and its turns, replies begun ahead of time, and trouble with services.

ALTER TABLE calls ADD COLUMN services TEXT NOT NULL DEFAULT ''; -- JSON object by role

ALTER TABLE turns ADD COLUMN services TEXT NOT NULL DEFAULT ''; -- JSON object by role
ALTER TABLE turns ADD COLUMN speculated_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE turns ADD COLUMN speculations_wasted INTEGER NOT NULL DEFAULT 0;

CREATE TABLE incidents (
  id TEXT PRIMARY KEY,
  service TEXT NOT NULL, -- llm:openai
  opened_at BIGINT NOT NULL,
  closed_at BIGINT,
  reason TEXT NOT NULL
);
CREATE INDEX incidents_by_time ON incidents (opened_at DESC);
