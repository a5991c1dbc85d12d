-- As SQLite's 023_threads.sql.
CREATE TABLE threads (
    message bigint NOT NULL PRIMARY KEY REFERENCES messages (key),
    root bigint NOT NULL REFERENCES messages (key)
);
CREATE INDEX threads_root ON threads (root, message);

ALTER TABLE users ADD COLUMN spoke boolean NOT NULL DEFAULT false;
UPDATE users SET spoke = true
WHERE guest AND key IN (SELECT sender FROM messages);
CREATE INDEX users_silent ON users (seen_ms)
WHERE guest AND NOT spoke AND NOT erased;
