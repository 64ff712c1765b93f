-- Everything is a JSON document in one table, in the order in which it was made.
CREATE TABLE IF NOT EXISTS records (
  n        INTEGER PRIMARY KEY AUTOINCREMENT,
  kind     TEXT NOT NULL,
  id       TEXT NOT NULL,
  borrower TEXT NOT NULL,
  body     TEXT NOT NULL,
  UNIQUE (kind, id)
) STRICT;
CREATE INDEX IF NOT EXISTS records_by_borrower ON records (borrower, kind, n);

-- The answer that a key got, to be given again.
CREATE TABLE IF NOT EXISTS answers (
  borrower    TEXT NOT NULL,
  key         TEXT NOT NULL,
  fingerprint TEXT NOT NULL, -- of method, path, If-Match and body
  status      INTEGER NOT NULL,
  body        TEXT NOT NULL,
  PRIMARY KEY (borrower, key)
) STRICT;

-- Webhooks to be delivered, written in the transaction of what they tell.
CREATE TABLE IF NOT EXISTS deliveries (
  n       INTEGER PRIMARY KEY AUTOINCREMENT,
  id      TEXT NOT NULL UNIQUE,
  body    TEXT NOT NULL,
  tries   INTEGER NOT NULL DEFAULT 0,
  due     INTEGER NOT NULL, -- unix milliseconds
  state   TEXT NOT NULL DEFAULT 'waiting' -- waiting, done, dead
) STRICT;

CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
