-- As SQLite's 028_invitations.sql.
CREATE TABLE invitations (
    conversation bigint NOT NULL REFERENCES conversations (key),
    "user" bigint NOT NULL REFERENCES users (key),
    inviter bigint NOT NULL REFERENCES users (key),
    at_ms bigint NOT NULL,
    declined_ms bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (conversation, "user")
);
CREATE INDEX invitations_user ON invitations ("user", declined_ms);
CREATE INDEX invitations_inviter ON invitations (inviter, at_ms);
ALTER TABLE users ADD COLUMN added_by text COLLATE "C" NOT NULL DEFAULT '';
