-- What people leave at a message.  Everybody may leave each emoji once; at_ms
-- orders them.
CREATE TABLE reactions (
    message INTEGER NOT NULL REFERENCES messages (key),
    emoji TEXT NOT NULL,
    user INTEGER NOT NULL REFERENCES users (key),
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (message, emoji, user)
) STRICT, WITHOUT ROWID;

-- Of a message with reactions or a pin, also when they are gone again: changes
-- counts what changed, so that a reader can tell an older state from a newer.
CREATE TABLE marks (
    message INTEGER NOT NULL PRIMARY KEY REFERENCES messages (key),
    changes INTEGER NOT NULL,
    pinned_ms INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE pins (
    conversation INTEGER NOT NULL REFERENCES conversations (key),
    message INTEGER NOT NULL REFERENCES messages (key),
    PRIMARY KEY (conversation, message)
) STRICT, WITHOUT ROWID;
