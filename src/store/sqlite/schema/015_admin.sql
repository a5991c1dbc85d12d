-- Who runs this server, and who may not use it.
ALTER TABLE users ADD COLUMN admin INTEGER NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN disabled_ms INTEGER NOT NULL DEFAULT 0;
CREATE INDEX users_admin ON users (key) WHERE admin;

-- What admins decide while it runs; a row that is missing is the default.
CREATE TABLE policies (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What people with power did, in the transaction of the deed.
CREATE TABLE audits (
    key INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    actor INTEGER NOT NULL REFERENCES users (key),
    act TEXT NOT NULL, -- a command's name
    conversation INTEGER REFERENCES conversations (key),
    subject INTEGER REFERENCES users (key), -- to whom
    detail TEXT NOT NULL
) STRICT;
CREATE INDEX audits_conversation ON audits (conversation, key)
WHERE conversation IS NOT NULL;

-- A password forgotten: who has the token sets another, once.
CREATE TABLE resets (
    hash BLOB NOT NULL PRIMARY KEY,
    user INTEGER NOT NULL REFERENCES users (key),
    expires_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX resets_user ON resets (user);
