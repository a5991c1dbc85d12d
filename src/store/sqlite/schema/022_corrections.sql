-- Better translations that readers propose; one for each of them, message and
-- language.  outcome: 'accepted', 'dismissed', NULL while it is open.
CREATE TABLE corrections (
    message INTEGER NOT NULL REFERENCES messages (key),
    language TEXT NOT NULL,
    proposer INTEGER NOT NULL REFERENCES users (key),
    id TEXT NOT NULL UNIQUE,
    conversation INTEGER NOT NULL REFERENCES conversations (key),
    revision INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    outcome TEXT,
    resolver INTEGER REFERENCES users (key),
    text TEXT NOT NULL,
    PRIMARY KEY (message, language, proposer)
) STRICT, WITHOUT ROWID;
CREATE INDEX corrections_open ON corrections (conversation, at_ms)
WHERE outcome IS NULL;

-- What was accepted in a room: content, in small letters, said in the language
-- source, is text in the other one.
CREATE TABLE memories (
    conversation INTEGER NOT NULL REFERENCES conversations (key),
    source TEXT NOT NULL,
    language TEXT NOT NULL,
    content TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (conversation, source, language, content)
) STRICT, WITHOUT ROWID;
