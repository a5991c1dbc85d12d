-- Rows refer to each other by integer keys, so that indexes stay small; the
-- text identifiers are what the rest of the world sees.

CREATE TABLE users (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    username TEXT NOT NULL COLLATE NOCASE UNIQUE,
    email TEXT COLLATE NOCASE UNIQUE,
    display_name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    language TEXT NOT NULL,
    guest INTEGER NOT NULL,
    created_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE sessions (
    hash BLOB NOT NULL PRIMARY KEY,
    user INTEGER NOT NULL REFERENCES users (key),
    created_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_expiry ON sessions (expires_ms);

CREATE TABLE conversations (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL CHECK (type IN ('global', 'group', 'direct')),
    title TEXT NOT NULL,
    created_by INTEGER REFERENCES users (key),
    created_ms INTEGER NOT NULL
) STRICT;

INSERT INTO conversations (id, type, title, created_ms)
VALUES ('any', 'global', 'any', unixepoch() * 1000);

CREATE TABLE members (
    conversation INTEGER NOT NULL REFERENCES conversations (key),
    user INTEGER NOT NULL REFERENCES users (key),
    role TEXT NOT NULL CHECK (role IN ('admin', 'member')),
    joined_ms INTEGER NOT NULL,
    PRIMARY KEY (conversation, user)
) STRICT, WITHOUT ROWID;

CREATE INDEX members_user ON members (user);

-- Append only: a deleted message keeps its row and its sequence number, so
-- that the numbers of a conversation have no holes.  The content is last, to
-- reach the other columns without walking over it.
CREATE TABLE messages (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    conversation INTEGER NOT NULL REFERENCES conversations (key),
    seq INTEGER NOT NULL,
    sender INTEGER NOT NULL REFERENCES users (key),
    revision INTEGER NOT NULL DEFAULT 1,
    created_ms INTEGER NOT NULL,
    edited_ms INTEGER NOT NULL DEFAULT 0,
    deleted_ms INTEGER NOT NULL DEFAULT 0,
    reply_to INTEGER REFERENCES messages (key),
    client_message_id TEXT,
    type TEXT NOT NULL,
    language TEXT NOT NULL,
    content TEXT NOT NULL,
    UNIQUE (conversation, seq)
) STRICT;

-- The client's id first: clients that make ordered ids (as ours do) then
-- append here too, whoever the sender is.
CREATE UNIQUE INDEX messages_client ON messages (client_message_id, sender)
WHERE client_message_id IS NOT NULL;

-- The ledger is two tables, and a (message, language) is in one of them at
-- most: what is not finished here, what is in translations.  Both belong to
-- the message's present revision; an edit empties them.
CREATE TABLE pending (
    message INTEGER NOT NULL REFERENCES messages (key),
    language TEXT NOT NULL,
    queued_ms INTEGER NOT NULL,
    PRIMARY KEY (message, language)
) STRICT, WITHOUT ROWID;

CREATE TABLE translations (
    message INTEGER NOT NULL REFERENCES messages (key),
    language TEXT NOT NULL,
    state INTEGER NOT NULL CHECK (state IN (1, 2, 3)), -- enum store_state
    updated_ms INTEGER NOT NULL,
    confidence REAL NOT NULL,
    source TEXT,
    model TEXT,
    text TEXT, -- the translation, or the reason why there is none
    PRIMARY KEY (message, language)
) STRICT, WITHOUT ROWID;
