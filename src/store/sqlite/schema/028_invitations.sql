-- Who is asked into a room and is no member yet.  Who has declined keeps the row,
-- so that they are not asked again at once.
CREATE TABLE invitations (
    conversation INTEGER NOT NULL REFERENCES conversations (key),
    user INTEGER NOT NULL REFERENCES users (key),
    inviter INTEGER NOT NULL REFERENCES users (key),
    at_ms INTEGER NOT NULL,
    declined_ms INTEGER NOT NULL DEFAULT 0, -- 0: open
    PRIMARY KEY (conversation, user)
) STRICT, WITHOUT ROWID;
CREATE INDEX invitations_user ON invitations (user, declined_ms);
CREATE INDEX invitations_inviter ON invitations (inviter, at_ms);

-- Who takes them into rooms without asking: everybody, contacts, nobody; empty: as
-- the server says.
ALTER TABLE users ADD COLUMN added_by TEXT NOT NULL DEFAULT '';
