-- As SQLite's 026_retention.sql.
ALTER TABLE conversations ADD COLUMN retention_days bigint NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN erased bigint NOT NULL DEFAULT 0;
CREATE INDEX conversations_retained ON conversations (key)
WHERE retention_days > 0;
CREATE INDEX users_bots ON users (key) WHERE bot <> 0;
