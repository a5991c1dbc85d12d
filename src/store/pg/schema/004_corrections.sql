-- As SQLite's 022_corrections.sql.  A remembered content is of 500 characters at
-- most, which an index takes.
CREATE TABLE corrections (
    message bigint NOT NULL REFERENCES messages (key),
    language text COLLATE "C" NOT NULL,
    proposer bigint NOT NULL REFERENCES users (key),
    id text COLLATE "C" NOT NULL UNIQUE,
    conversation bigint NOT NULL REFERENCES conversations (key),
    revision bigint NOT NULL,
    at_ms bigint NOT NULL,
    outcome text COLLATE "C",
    resolver bigint REFERENCES users (key),
    text text COLLATE "C" NOT NULL,
    PRIMARY KEY (message, language, proposer)
);
CREATE INDEX corrections_open ON corrections (conversation, at_ms)
WHERE outcome IS NULL;

CREATE TABLE memories (
    conversation bigint NOT NULL REFERENCES conversations (key),
    source text COLLATE "C" NOT NULL,
    language text COLLATE "C" NOT NULL,
    content text COLLATE "C" NOT NULL,
    text text COLLATE "C" NOT NULL,
    PRIMARY KEY (conversation, source, language, content)
);
