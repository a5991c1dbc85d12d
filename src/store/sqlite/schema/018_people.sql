-- A message that somebody wants moderators to look at; one report of it a person.
CREATE TABLE reports (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    message INTEGER NOT NULL REFERENCES messages (key),
    conversation INTEGER NOT NULL REFERENCES conversations (key),
    reporter INTEGER NOT NULL REFERENCES users (key),
    reason TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    outcome TEXT, -- NULL: open
    resolver INTEGER REFERENCES users (key),
    UNIQUE (message, reporter)
) STRICT;
CREATE INDEX reports_open ON reports (conversation, key) WHERE outcome IS NULL;

-- Who wants nothing of whom.
CREATE TABLE blocks (
    user INTEGER NOT NULL REFERENCES users (key),
    blocked INTEGER NOT NULL REFERENCES users (key),
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (user, blocked)
) STRICT, WITHOUT ROWID;

-- Who deleted their account: a name that says so, and nothing else of them.
ALTER TABLE users ADD COLUMN erased INTEGER NOT NULL DEFAULT 0;
CREATE INDEX users_erased ON users (key) WHERE erased;
