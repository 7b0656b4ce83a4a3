-- Engines that live: whoever lets its lease run out has left its open calls to the others.

CREATE TABLE engines (
  id TEXT PRIMARY KEY,
  lease_until BIGINT NOT NULL
);
