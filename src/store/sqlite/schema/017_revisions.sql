-- What a message said before it was edited, for moderators and its writer.
CREATE TABLE revisions (
    message INTEGER NOT NULL REFERENCES messages (key),
    revision INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    language TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (message, revision)
) STRICT, WITHOUT ROWID;
