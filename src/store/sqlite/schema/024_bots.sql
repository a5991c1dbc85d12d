-- Accounts of programs.  Of users, bot: what their tokens may do (chat.h), 0 for
-- people.  conversation: of an incoming webhook, the one that it writes to.
ALTER TABLE users ADD COLUMN bot INTEGER NOT NULL DEFAULT 0;
CREATE TABLE bots (
    user INTEGER NOT NULL PRIMARY KEY REFERENCES users (key),
    owner INTEGER NOT NULL REFERENCES users (key),
    conversation INTEGER REFERENCES conversations (key)
) STRICT;
CREATE INDEX bots_owner ON bots (owner);
CREATE INDEX bots_conversation ON bots (conversation)
WHERE conversation IS NOT NULL;

-- The name that a message of a bot came under, where it is not the bot's.
CREATE TABLE aliases (
    message INTEGER NOT NULL PRIMARY KEY REFERENCES messages (key),
    name TEXT NOT NULL
) STRICT;
