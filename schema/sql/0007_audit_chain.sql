-- Audit rows form a chain: each holds the hash of itself and the one before, so that a row which is
-- changed, removed or moved shows (`trunkline audit verify`). Older rows are not in the chain.

ALTER TABLE audit_logs ADD COLUMN position INTEGER; -- in the chain, from 1
ALTER TABLE audit_logs ADD COLUMN hash TEXT NOT NULL DEFAULT ''; -- how and what: sha256:... | hmac:...
CREATE UNIQUE INDEX audit_logs_by_position ON audit_logs (position);

CREATE TABLE audit_head ( -- the end of the chain: one row
  id INTEGER PRIMARY KEY,
  position INTEGER NOT NULL,
  hash TEXT NOT NULL
);
INSERT INTO audit_head (id, position, hash) VALUES (1, 0, '');
