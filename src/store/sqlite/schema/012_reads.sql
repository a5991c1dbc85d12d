-- How far a person has read in a room, and how many messages of their own are
-- behind that; no row is the start.  What is unread is then counted without
-- looking at it: the numbers of a room have no holes.
CREATE TABLE reads (
    user INTEGER NOT NULL REFERENCES users (key),
    conversation INTEGER NOT NULL REFERENCES conversations (key),
    seq INTEGER NOT NULL,
    sent INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (user, conversation)
) STRICT, WITHOUT ROWID;

INSERT INTO reads (user, conversation, seq, sent, at_ms)
SELECT m.user, m.conversation, l.seq, 0, 0 FROM members m JOIN
    (SELECT conversation, max(seq) AS seq FROM messages GROUP BY conversation) l
    ON l.conversation = m.conversation;

CREATE INDEX reads_conversation ON reads (conversation, user);

-- Who does not want others to see it.
CREATE TABLE hidden_readers (
    user INTEGER NOT NULL PRIMARY KEY REFERENCES users (key)
) STRICT;

CREATE INDEX messages_deleted ON messages (conversation, seq, sender)
WHERE deleted_ms > 0;

-- Who is meant by a message's "@name"; user 0 is everybody.
CREATE TABLE mentions (
    message INTEGER NOT NULL REFERENCES messages (key),
    user INTEGER NOT NULL,
    conversation INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    sender INTEGER NOT NULL,
    PRIMARY KEY (message, user)
) STRICT, WITHOUT ROWID;

CREATE INDEX mentions_user ON mentions (user, conversation, seq, sender);

CREATE INDEX users_display ON users (display_name COLLATE NOCASE);
