-- Messages of more than so many days are erased; 0: the server says.  erased: up to
-- this number that has been done.
ALTER TABLE conversations ADD COLUMN retention_days INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN erased INTEGER NOT NULL DEFAULT 0;
CREATE INDEX conversations_retained ON conversations (key)
WHERE retention_days > 0;
-- Who is no person is counted at every start.
CREATE INDEX users_bots ON users (key) WHERE bot <> 0;
