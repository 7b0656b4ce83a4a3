-- What lists and checks read: the newest appointments, and the same audit entry again.

CREATE INDEX appointments_by_creation ON appointments (created_at DESC, id);
CREATE INDEX audit_logs_by_time ON audit_logs (call_sid, at);
