-- Where browsers get notifications while nobody looks at the page (Web Push): one
-- for each session at most, gone with it.  due_ms: who sends the next has it until
-- then, or when to try again.
CREATE TABLE push_devices (
    session BLOB NOT NULL PRIMARY KEY
        REFERENCES sessions (hash) ON DELETE CASCADE,
    user INTEGER NOT NULL REFERENCES users (key),
    endpoint TEXT NOT NULL UNIQUE,
    p256dh TEXT NOT NULL,
    auth TEXT NOT NULL,
    all_rooms INTEGER NOT NULL, -- also where nobody means them
    quiet INTEGER NOT NULL, -- without names and texts
    created_ms INTEGER NOT NULL,
    told_ms INTEGER NOT NULL DEFAULT 0,
    failures INTEGER NOT NULL DEFAULT 0, -- since the last that went well
    due_ms INTEGER NOT NULL DEFAULT 0,
    reason TEXT NOT NULL DEFAULT '' -- of the last failure
) STRICT, WITHOUT ROWID;
CREATE INDEX push_devices_user ON push_devices (user);

-- What they are to be told, of each room the newest.  due_ms: it waits no longer
-- for a translation.
CREATE TABLE pushes (
    session BLOB NOT NULL REFERENCES push_devices (session) ON DELETE CASCADE,
    conversation INTEGER NOT NULL REFERENCES conversations (key),
    message INTEGER NOT NULL REFERENCES messages (key),
    due_ms INTEGER NOT NULL,
    PRIMARY KEY (session, conversation)
) STRICT, WITHOUT ROWID;
CREATE INDEX pushes_due ON pushes (due_ms);

-- Who has the page before their eyes, at which gateway (holders.id).
CREATE TABLE looks (
    user INTEGER NOT NULL REFERENCES users (key),
    holder TEXT NOT NULL,
    PRIMARY KEY (user, holder)
) STRICT, WITHOUT ROWID;

-- The server's own keys, by which push services know it.  One row.
CREATE TABLE push_keys (
    key INTEGER NOT NULL PRIMARY KEY CHECK (key = 1),
    public_key TEXT NOT NULL,
    secret_key TEXT NOT NULL
) STRICT;
