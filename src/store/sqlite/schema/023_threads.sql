-- Messages that are said under another one, which is under none itself.
CREATE TABLE threads (
    message INTEGER NOT NULL PRIMARY KEY REFERENCES messages (key),
    root INTEGER NOT NULL REFERENCES messages (key)
) STRICT;
CREATE INDEX threads_root ON threads (root, message);

-- Of guests, whether they ever said something: who did not goes after a while.
ALTER TABLE users ADD COLUMN spoke INTEGER NOT NULL DEFAULT 0;
UPDATE users SET spoke = 1 WHERE guest AND key IN (SELECT sender FROM messages);
CREATE INDEX users_silent ON users (seen_ms)
WHERE guest AND NOT spoke AND NOT erased;
