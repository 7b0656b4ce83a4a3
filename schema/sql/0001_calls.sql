-- The first tables. SQLite dialect; for PostgreSQL: INTEGER milliseconds become BIGINT, AUTOINCREMENT
-- becomes GENERATED ALWAYS AS IDENTITY, and the overlap trigger becomes an exclusion rule.
-- All times are UTC milliseconds since 1970.

CREATE TABLE tenants (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL
);

CREATE TABLE assistants (
  id TEXT NOT NULL,
  version TEXT NOT NULL,
  tenant_id TEXT NOT NULL,
  configuration TEXT NOT NULL, -- JSON
  created_at INTEGER NOT NULL,
  PRIMARY KEY (id, version)
);

CREATE TABLE numbers (
  number TEXT PRIMARY KEY, -- E.164
  tenant_id TEXT NOT NULL,
  assistant_id TEXT NOT NULL
);

CREATE TABLE calls (
  call_sid TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  assistant_id TEXT NOT NULL,
  assistant_version TEXT NOT NULL,
  channel TEXT NOT NULL,
  direction TEXT NOT NULL,
  caller_number TEXT NOT NULL,
  called_number TEXT NOT NULL,
  caller_name TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  outcome TEXT NOT NULL,
  end_reason TEXT NOT NULL,
  carrier_status TEXT NOT NULL DEFAULT '',
  carrier_sequence INTEGER NOT NULL DEFAULT -1,
  resumes INTEGER NOT NULL DEFAULT 0,
  ai_response_count INTEGER NOT NULL DEFAULT 0,
  user_input_count INTEGER NOT NULL DEFAULT 0,
  knowledge_queries INTEGER NOT NULL DEFAULT 0,
  error_count INTEGER NOT NULL DEFAULT 0,
  next_step TEXT NOT NULL DEFAULT ''
);
CREATE INDEX calls_by_time ON calls (started_at DESC);

CREATE TABLE turns (
  call_sid TEXT NOT NULL,
  turn_index INTEGER NOT NULL,
  role TEXT NOT NULL,
  text TEXT NOT NULL,
  heard TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  response_time_ms INTEGER NOT NULL,
  audio_duration_ms INTEGER NOT NULL,
  action TEXT NOT NULL,
  rung TEXT NOT NULL,
  rung_reason TEXT NOT NULL,
  knowledge_used INTEGER NOT NULL,
  latency TEXT NOT NULL, -- JSON array of {name, owner, ms}
  tools TEXT NOT NULL,   -- JSON array of {id, name, arguments, result}
  PRIMARY KEY (call_sid, turn_index)
);

CREATE TABLE caller_messages (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  call_sid TEXT NOT NULL,
  caller_number TEXT NOT NULL,
  caller_name TEXT NOT NULL,
  for_whom TEXT NOT NULL,
  text TEXT NOT NULL,
  recording_url TEXT NOT NULL,
  recording_seconds INTEGER NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE INDEX caller_messages_by_time ON caller_messages (created_at DESC);

CREATE TABLE appointments (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  call_sid TEXT NOT NULL,
  resource TEXT NOT NULL,
  service_id TEXT NOT NULL,
  caller_number TEXT NOT NULL,
  caller_name TEXT NOT NULL,
  starts_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL CHECK (ends_at > starts_at),
  status TEXT NOT NULL CHECK (status IN ('booked', 'cancelled')),
  created_at INTEGER NOT NULL
);
CREATE INDEX appointments_by_time ON appointments (tenant_id, resource, starts_at);
CREATE INDEX appointments_by_caller ON appointments (tenant_id, caller_number, starts_at);

-- Two booked appointments of one resource never overlap, whoever writes them.
CREATE TRIGGER appointments_no_overlap_insert BEFORE INSERT ON appointments
WHEN NEW.status = 'booked' AND EXISTS (
  SELECT 1 FROM appointments
  WHERE tenant_id = NEW.tenant_id AND resource = NEW.resource AND status = 'booked'
    AND id <> NEW.id AND starts_at < NEW.ends_at AND ends_at > NEW.starts_at)
BEGIN SELECT RAISE(ABORT, 'overlap'); END;
CREATE TRIGGER appointments_no_overlap_update BEFORE UPDATE ON appointments
WHEN NEW.status = 'booked' AND EXISTS (
  SELECT 1 FROM appointments
  WHERE tenant_id = NEW.tenant_id AND resource = NEW.resource AND status = 'booked'
    AND id <> NEW.id AND starts_at < NEW.ends_at AND ends_at > NEW.starts_at)
BEGIN SELECT RAISE(ABORT, 'overlap'); END;

CREATE TABLE audit_logs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_id TEXT NOT NULL,
  call_sid TEXT NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  detail TEXT NOT NULL, -- JSON, without caller text
  at INTEGER NOT NULL
);
CREATE INDEX audit_logs_by_call ON audit_logs (call_sid, id);

CREATE TABLE system_metrics (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  metric_type TEXT NOT NULL,
  metric_value REAL NOT NULL,
  service_name TEXT NOT NULL,
  additional_data TEXT NOT NULL, -- JSON: labels
  at INTEGER NOT NULL
);
CREATE INDEX system_metrics_by_time ON system_metrics (metric_type, at);
