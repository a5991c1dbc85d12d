-- More roles than two.  SQLite cannot change a CHECK, so the table is made anew;
-- nothing refers to it.
CREATE TABLE members_new (
    conversation INTEGER NOT NULL REFERENCES conversations (key),
    user INTEGER NOT NULL REFERENCES users (key),
    role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'moderator', 'member',
        'reader', 'guest', 'banned')), -- enum chat_role
    joined_ms INTEGER NOT NULL,
    PRIMARY KEY (conversation, user)
) STRICT, WITHOUT ROWID;
INSERT INTO members_new SELECT conversation, user, role, joined_ms FROM members
ORDER BY conversation, user;
DROP TABLE members;
ALTER TABLE members_new RENAME TO members;
CREATE INDEX members_user ON members (user);
