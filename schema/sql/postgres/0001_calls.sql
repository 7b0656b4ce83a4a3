-- The tables of 0001_calls.sql on PostgreSQL. All times are UTC milliseconds since 1970.

-- For the exclusion rule. Trusted since PostgreSQL 13: the database's owner may create it.
CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE tenants (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL DEFAULT '',
  created_at BIGINT NOT NULL
);

CREATE TABLE assistants (
  id TEXT NOT NULL,
  version TEXT NOT NULL,
  tenant_id TEXT NOT NULL,
  configuration TEXT NOT NULL, -- JSON
  created_at BIGINT NOT NULL,
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
  started_at BIGINT NOT NULL,
  ended_at BIGINT,
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
  started_at BIGINT NOT NULL,
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
  created_at BIGINT NOT NULL
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
  starts_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL CHECK (ends_at > starts_at),
  status TEXT NOT NULL CHECK (status IN ('booked', 'cancelled')),
  created_at BIGINT NOT NULL,
  -- Two booked appointments of one resource never overlap, whoever writes them.
  CONSTRAINT appointments_no_overlap EXCLUDE USING gist (
    tenant_id WITH =, resource WITH =, int8range(starts_at, ends_at) WITH &&)
    WHERE (status = 'booked')
);
CREATE INDEX appointments_by_time ON appointments (tenant_id, resource, starts_at);
CREATE INDEX appointments_by_caller ON appointments (tenant_id, caller_number, starts_at);

CREATE TABLE audit_logs (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  call_sid TEXT NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  detail TEXT NOT NULL, -- JSON, without caller text
  at BIGINT NOT NULL
);
CREATE INDEX audit_logs_by_call ON audit_logs (call_sid, id);

CREATE TABLE system_metrics (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  metric_type TEXT NOT NULL,
  metric_value DOUBLE PRECISION NOT NULL,
  service_name TEXT NOT NULL,
  additional_data TEXT NOT NULL, -- JSON: labels
  at BIGINT NOT NULL
);
CREATE INDEX system_metrics_by_time ON system_metrics (metric_type, at);
