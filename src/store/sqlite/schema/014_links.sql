-- Invitations to a room by a secret token, of which only the hash is kept.  0
-- where a limit is meant: none; '' for a language: what they choose.
CREATE TABLE links (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    hash BLOB NOT NULL UNIQUE,
    conversation INTEGER NOT NULL REFERENCES conversations (key),
    created_by INTEGER NOT NULL REFERENCES users (key),
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('member', 'reader')),
    guests INTEGER NOT NULL, -- may come without an account
    language TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL,
    revoked_ms INTEGER NOT NULL DEFAULT 0,
    uses INTEGER NOT NULL DEFAULT 0,
    uses_max INTEGER NOT NULL,
    guests_max INTEGER NOT NULL -- with a session at once
) STRICT;
CREATE INDEX links_conversation ON links (conversation);

-- By which a guest came, who then has the link's room and no other.
ALTER TABLE users ADD COLUMN link INTEGER REFERENCES links (key);
CREATE INDEX users_link ON users (link) WHERE link IS NOT NULL;
CREATE INDEX sessions_user ON sessions (user);
-- Who is kept out of the public room is counted at every start.
CREATE INDEX members_banned ON members (conversation) WHERE role = 'banned';
