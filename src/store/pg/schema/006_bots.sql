-- As SQLite's 024_bots.sql.
ALTER TABLE users ADD COLUMN bot bigint NOT NULL DEFAULT 0;
CREATE TABLE bots (
    "user" bigint NOT NULL PRIMARY KEY REFERENCES users (key),
    owner bigint NOT NULL REFERENCES users (key),
    conversation bigint REFERENCES conversations (key)
);
CREATE INDEX bots_owner ON bots (owner);
CREATE INDEX bots_conversation ON bots (conversation)
WHERE conversation IS NOT NULL;

CREATE TABLE aliases (
    message bigint NOT NULL PRIMARY KEY REFERENCES messages (key),
    name text COLLATE "C" NOT NULL
);
